"""The exporter of nbconvert, by its command and by a real Jupyter server."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from nb2service.jupyter.archive import archived
from support import files, tool, write_notebook
from test_jupyter import CELLS

TOKEN = "of-the-test"
BROKEN = ("#| predict\ndef predict(x):\n    return x['a'] * weigth", "predict({'a': 1.0})")


def nbconvert(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [tool("python"), "-m", "nbconvert", "--to", "service", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=600,
    )


@contextmanager
def jupyter_server(folder: Path) -> Iterator[str]:
    """A real Jupyter server of a folder; its address."""
    told = folder.parent / "server.txt"
    home = {
        name: str(folder.parent / name) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR")
    }
    with told.open("w") as log:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *("--ip=127.0.0.1", "--port=0", f"--IdentityProvider.token={TOKEN}"),
                f"--ServerApp.root_dir={folder}",
            ],
            stdout=log,
            stderr=log,
            env={**os.environ, **home},
        )
    try:
        while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/", told.read_text())):
            assert process.poll() is None, told.read_text()
            time.sleep(0.1)
        yield f"http://127.0.0.1:{found[1]}"
    finally:
        process.terminate()
        process.wait(60)


def get(address: str) -> tuple[int, bytes]:
    try:
        # A browser sends a cookie and its XSRF token; who brings the token needs neither.
        asked = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
        with urllib.request.urlopen(asked, timeout=600) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        for info in zipped.infolist():
            Path(zipped.extract(info, folder)).chmod(info.external_attr >> 16)
    return folder / "houses"


@pytest.mark.generation
def test_the_command_and_the_server_give_the_same_zip(tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    path = write_notebook(folder / "houses.ipynb", *CELLS)
    write_notebook(folder / "broken.ipynb", *BROKEN)
    done = nbconvert(path.name, cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "Marked   cell 2, predict" in done.stderr
    data = (folder / "houses.zip").read_bytes()
    assert archived(unpacked(data, tmp_path / "a"), path) == data
    with zipfile.ZipFile(io.BytesIO(data)) as zipped:
        names = zipped.namelist()
        assert names == sorted(names)
        assert {"houses/model/predict.py", "houses/Dockerfile", "houses/service/app.py"} < {*names}
        recorded = json.loads(zipped.read("houses/.nb2service.json"))
        assert recorded["answers"]["notebook"] == "../houses.ipynb"
        assert {info.date_time for info in zipped.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        sums = zipped.read("houses/model/SHA256SUMS").decode().splitlines()
        for digest, _, name in (line.partition("  ") for line in sums):
            assert hashlib.sha256(zipped.read(f"houses/model/{name}")).hexdigest() == digest

    with jupyter_server(folder) as server:
        listed = json.loads(get(f"{server}/api/nbconvert")[1])
        assert listed["service"]["output_mimetype"] == "application/zip"
        status, served = get(f"{server}/nbconvert/service/houses.ipynb?download=true")
        assert status == 200
        # But for the memory that the README tells, which is measured.
        assert files(unpacked(served, tmp_path / "b")) == files(tmp_path / "a" / "houses")
        status, page = get(f"{server}/nbconvert/service/broken.ipynb?download=true")
        assert status == 500
        assert b"nbconvert failed: broken.ipynb, cell 1, line 3: " in page


def test_what_cannot_be_served_is_told_in_one_line(tmp_path: Path) -> None:
    write_notebook(tmp_path / "broken.ipynb", *BROKEN)
    done = nbconvert("broken.ipynb", cwd=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    (line,) = [line for line in done.stderr.splitlines() if not line.startswith("[NbConvertApp]")]
    assert line.startswith("broken.ipynb, cell 1")
    assert [path.name for path in tmp_path.iterdir()] == ["broken.ipynb"]


def test_what_is_no_saved_file_is_not_exported(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "houses.ipynb", *CELLS)
    done = subprocess.run(
        [tool("python"), "-m", "nbconvert", "--to", "service", "--stdin", "--output", "a"],
        cwd=tmp_path,
        input=path.read_text(),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert done.returncode == 1
    assert "Notebook.ipynb: no such file" in done.stderr
    assert "Traceback" not in done.stderr


def test_jupyterlab_lists_it() -> None:
    """What its menu shows is the exporters that have a name for it."""
    from nbconvert.exporters import get_exporter

    exporter = get_exporter("service")
    assert (exporter.export_from_notebook, exporter().file_extension) == ("Flask service", ".zip")
