"""The lock, made by the real uv: from a registry that is a folder, and where none is reachable."""

import os
import re
import shutil
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nb2service import places
from nb2service.writing.lock import Lock, lock, model_requirements
from support import tool

PIN = re.compile(r"^([a-z][a-z0-9-]*)==(\S+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    return dict(PIN.findall(text))


def wheel(folder: Path, name: str, version: str, *needs: str) -> None:
    """Write a wheel that installs nothing; uv looks only at what it says about itself."""
    info = f"{name}-{version}.dist-info"
    metadata = [f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}"]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{info}/METADATA", "\n".join(metadata) + "\n")
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels, which is all that uv may look at: no network, no cache."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    for version in ("1.0", "1.1"):
        wheel(folder, "web", version, "routes>=1")
        wheel(folder, "routes", version)
        wheel(folder, "forest", version, "trees>=1", "routes>=1")
        wheel(folder, "trees", version)
    wheel(folder, "checker", "3.0", "routes>=1")
    for name in [n for n in os.environ if n.startswith("UV_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("UV_NO_INDEX", "1")
    monkeypatch.setenv("UV_FIND_LINKS", str(folder))
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template whose service needs `web` and whose toy model needs `joblib`."""
    folder = tmp_path / "template"
    written = {
        "requirements/service.in": "web>=1\n",
        "requirements/dev.in": "checker\n",
        "requirements.txt": "joblib==1.0 \\\n    --hash=sha256:0\nroutes==1.1\nweb==1.1\n",
        "requirements-dev.txt": "checker==3.0 \\\n    --hash=sha256:0\nroutes==1.1 ; os_name == 'posix'\n",
        "model/requirements.txt": "# a toy\njoblib==1.0\n",
    }
    for name, text in written.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "requirements.txt").write_text(model_requirements({"forest": "1.0"}, "3.11.7"))
    return folder


def test_versions_are_the_kernel_s_with_hashes(registry: Path, template: Path, model: Path) -> None:
    found = lock(template, model, {"forest": "1.0", "routes": "1.0", "trees": "1.0"}, "3.11")
    assert (found.hashed, found.note) == (True, "")
    assert pins(found.service) == {
        "forest": "1.0",
        "routes": "1.0",
        "trees": "1.0",
        "web": "1.1",  # the kernel has none: the newest
    }
    assert len(re.findall(r"^    --hash=sha256:[0-9a-f]{64}$", found.service, re.MULTILINE)) == 4


def test_the_dev_lock_agrees_with_the_service_s(
    registry: Path, template: Path, model: Path
) -> None:
    found = lock(template, model, {"forest": "1.0", "routes": "1.0"}, "3.11")
    assert pins(found.dev) == {"checker": "3.0", "routes": "1.0"}


def test_the_same_again(registry: Path, template: Path, model: Path) -> None:
    first, second = (lock(template, model, {"forest": "1.0"}, "3.11") for _ in range(2))
    assert first == second


def test_nothing_of_this_machine_stands_in_it(
    registry: Path, template: Path, model: Path, tmp_path: Path
) -> None:
    found = lock(template, model, {"forest": "1.0"}, "3.11")
    for text in (found.service, found.dev):
        assert str(tmp_path) not in text
        assert "://" not in text
        assert "find-links" not in text


def test_a_local_label_is_no_registry_s(registry: Path, template: Path, model: Path) -> None:
    found = lock(template, model, {"forest": "1.0+cpu", "trees": "1.0+local.2"}, "3.11")
    assert found.hashed
    assert pins(found.service)["trees"] == "1.0"


def test_an_inconsistent_environment_keeps_what_predict_imports(
    registry: Path, template: Path, model: Path
) -> None:
    # `trees` 0.5 lies in the kernel, although `forest` needs 1 or later: pip lets that happen.
    found = lock(template, model, {"forest": "1.0", "trees": "0.5"}, "3.11")
    assert found.hashed
    assert pins(found.service)["forest"] == "1.0"
    assert pins(found.service)["trees"] == "1.1"


def test_a_version_that_no_registry_has(registry: Path, template: Path, model: Path) -> None:
    (model / "requirements.txt").write_text("forest==7.7\n")
    found = lock(template, model, {"forest": "7.7", "trees": "7.0"}, "3.11")
    assert not found.hashed
    assert found.note.startswith("locked without hashes: No solution found")
    assert "forest==7.7" in found.note
    assert pins(found.service) == {"forest": "7.7", "routes": "1.1", "trees": "7.0", "web": "1.1"}


@pytest.fixture
def unreachable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a registry at which nobody listens, and an empty cache."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/simple"
    for name in ("UV_INDEX_URL", "UV_DEFAULT_INDEX"):
        monkeypatch.setenv(name, address)
    for name in ("UV_OFFLINE", "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    return address


def plain(found: Lock, *secrets: str) -> None:
    """No hashes, a reason of one line, and nothing of this machine or of a registry."""
    assert not found.hashed
    for text in (found.service, found.dev, found.note):
        assert "--hash" not in text
        assert not [s for s in (*secrets, "://", "127.0.0.1", "error sending") if s in text], text
    for text in (found.service, found.dev):
        head, *rest = text.splitlines()
        assert head == f"# Not hashed, because {found.note[23:]}. `make lock` adds the hashes."
        assert list(pins(text)) == sorted(pins(text))
        assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[^\s;]+", line) for line in rest)


def test_no_registry_is_reachable(
    unreachable: str, template: Path, model: Path, tmp_path: Path
) -> None:
    found = lock(template, model, {"forest": "1.0+cpu", "trees": "1.0", "web": "1.0"}, "3.11")
    plain(found, unreachable, str(tmp_path))
    assert found.note == "locked without hashes: no package registry is reachable"
    # The service's own versions are the template's; the toy model's are gone.
    assert pins(found.service) == {"forest": "1.0", "routes": "1.1", "trees": "1.0", "web": "1.1"}
    assert pins(found.dev) == {"checker": "3.0", "routes": "1.1"}


def test_the_real_template_without_a_registry(unreachable: str, model: Path) -> None:
    found = lock(places.template(), model, {"forest": "1.0"}, "3.11")
    plain(found, unreachable, str(places.root()))
    own = pins((places.template() / "requirements.txt").read_text())
    del own["joblib"]  # the toy's
    assert own.items() <= pins(found.service).items()
    assert "joblib" not in pins(found.service)


def test_uv_without_a_word(template: Path, model: Path) -> None:
    found = lock(template, model, {"forest": "1.0"}, "3.11", uv="/bin/false")
    plain(found)
    assert found.note == "locked without hashes: uv failed without a word"


@pytest.mark.environment
def test_the_real_template_with_the_real_registry(model: Path, tmp_path: Path) -> None:
    (model / "requirements.txt").write_text(model_requirements({"joblib": "1.4.2"}, "3.11.7"))
    found = lock(places.template(), model, {"joblib": "1.4.2"}, "3.11")
    assert found.hashed, found.note
    own = pins((places.template() / "requirements.txt").read_text())
    wanted = (places.template() / "requirements" / "service.in").read_text()
    names = re.findall(r"^([a-z-]+)[=>]=", wanted, re.MULTILINE)
    assert len(names) > 5
    # Where requirements/*.in leaves room, a version is the template's own, and no newer one.
    expected = {"joblib": "1.4.2", **{name: own[name] for name in names}}
    assert expected.items() <= pins(found.service).items()
    assert not re.search(r"://|^--", found.service + found.dev, re.MULTILINE)
    # pip's own resolver is the judge of what uv wrote: every line has its hash.
    locked = tmp_path / "locked.txt"
    locked.write_text(found.service)
    command = [tool("uv"), "pip", "install", "--dry-run", "--require-hashes", "--target"]
    done = subprocess.run(
        [*command, tmp_path / "none", "-r", locked], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def test_model_requirements() -> None:
    text = model_requirements({"xgboost": "2.1.0+cu12", "joblib": "1.4.2"}, "3.11.7")
    assert "(Python 3.11.7)" in text
    assert [line for line in text.splitlines() if not line.startswith("#")] == [
        "joblib==1.4.2",
        "xgboost==2.1.0",
    ]


@pytest.mark.parametrize("upgrade", [False, True])
def test_make_lock_keeps_what_fits_unless_it_is_to_upgrade(tmp_path: Path, upgrade: bool) -> None:
    for name in ("Makefile", ".python-version", "requirements.txt", "requirements-dev.txt"):
        shutil.copy(places.template() / name, tmp_path)
    shutil.copytree(places.template() / "requirements", tmp_path / "requirements")
    (tmp_path / "model").mkdir()
    shutil.copy(places.template() / "model" / "requirements.txt", tmp_path / "model")
    locked = tmp_path / "requirements.txt"
    stale = re.sub(
        r"^click==.*\n(    --hash.*\n)+", "click==8.1.8\n", locked.read_text(), flags=re.M
    )
    locked.write_text(stale)
    command = ["make", "lock", *(["UPGRADE=--upgrade"] if upgrade else [])]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert ("click==8.1.8" in locked.read_text()) != upgrade
    assert "--hash=sha256:" in locked.read_text()
