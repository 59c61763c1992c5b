"""A service follows its notebook: what changed is told first, and the swap is whole or not at all."""

import json
import os
import random
import re
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import nbformat
import pytest

from nb2service.cli import main
from nb2service.syncing import swap
from nb2service.syncing.answers import Answered, in_words
from nb2service.writing.lock import Lock
from support import CHECKOUT, files, tool, write_notebook

CELLS = (
    "weight = 2",
    "print('a plot of', weight)",
    "#| predict\ndef predict(house):\n    return {'price': house['area'] * weight}",
    "for area in (3.0, 4.5, 50.25):\n    predict({'area': area})",
)
RENAMED = (*CELLS[:2], *(cell.replace("area'", "metres'") for cell in CELLS[2:]))


class Place(NamedTuple):
    """A notebook in one folder of a repository, and its service in another."""

    notebook: Path
    service: Path

    def write(self, *cells: str) -> None:
        write_notebook(self.notebook, *cells)

    def sync(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [tool("nb2service"), "sync", *arguments]
        return subprocess.run(
            command, cwd=self.service, capture_output=True, text=True, timeout=600
        )

    def fails(self, *arguments: str, status: int, says: str) -> None:
        """Sync without success: nothing is written."""
        before = files(self.service)
        done = self.sync(*arguments)
        assert done.returncode == status, done.stdout + done.stderr
        assert says in done.stdout + done.stderr
        assert files(self.service) == before

    def writes(self, *arguments: str) -> tuple[set[str], str]:
        """Sync with success; return the files that are otherwise now, and what was said."""
        before = files(self.service)
        done = self.sync(*arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        now = files(self.service)
        names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
        return names, done.stdout


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Place:
    root = tmp_path_factory.mktemp("repository")
    place = Place(root / "nbs" / "house.ipynb", root / "services" / "house")
    place.write(*CELLS)
    done = subprocess.run(
        [tool("nb2service"), "new", str(place.notebook), "-o", str(root / "services")],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return place


@pytest.fixture
def place(generated: Place, tmp_path: Path) -> Place:
    """A copy of the repository, somewhere else."""
    shutil.copytree(generated.notebook.parents[1], tmp_path / "elsewhere")
    return Place(
        tmp_path / "elsewhere" / "nbs" / "house.ipynb",
        tmp_path / "elsewhere" / "services" / "house",
    )


def shown_code(place: Place) -> str:
    """The code on the notebook's page, without its colours."""
    page = (place.service / "model" / "notebook.html").read_text(encoding="utf-8")
    return re.sub(r"<[^>]+>", "", page)


@pytest.mark.generation
def test_a_service_that_follows_its_notebook(place: Place) -> None:
    # The team's own work stays.
    readme = place.service / "README.md"
    readme.write_text(readme.read_text() + "\nAsk Ada.\n")
    wanted = place.service / "requirements" / "service.in"
    wanted.write_text(wanted.read_text() + "itsdangerous\n")
    (place.service / "mine.txt").write_text("mine")

    names, said = place.writes()
    assert (names, said) == (set(), "house: in step with house.ipynb; nothing was written.\n")

    place.write("weight = 5", *CELLS[1:])
    place.fails("--dry-run", status=0, says="Nothing was written (--dry-run).")
    names, said = place.writes()
    assert names == {
        "README.md",
        *(f"model/{name}" for name in ("SHA256SUMS", "calls.json", "cells.json", "contract.json")),
        *(f"model/{name}" for name in ("drawn.json", "history.json", "predict.py", "report.json")),
        "model/notebook.html",
    }
    assert "weight = 5" in shown_code(place)
    assert "Of 3 recorded records 3 are answered otherwise." in said
    assert "Largest change: 100.5 -> 251.25 (price)" in said
    assert "model/predict.py: 1 lines more, 1 less" in said
    assert readme.read_text().endswith("\nAsk Ada.\n")
    assert '"price":15.0' in readme.read_text()
    history = json.loads((place.service / "model" / "history.json").read_text())
    assert history[0]["changed"] == ["generated"]
    assert "Of 3 recorded records 3 are answered otherwise." in history[1]["changed"]
    # A notebook that was only run and saved again is in step, whatever its page would show.
    stored = nbformat.read(place.notebook, as_version=4)
    stored.cells[0].outputs = [nbformat.v4.new_output("stream", name="stdout", text="today")]
    nbformat.write(stored, place.notebook)
    assert place.writes()[0] == set()
    assert place.writes("notebook_page=no")[0] == {
        ".nb2service.json",
        "model/SHA256SUMS",
        "model/history.json",
        "model/notebook.html",
    }

    place.write("weight = 5", *RENAMED[1:])
    place.fails(status=3, says="Give --accept-breaking to write it all the same.")
    names, said = place.writes("--accept-breaking")
    assert "Clients notice:\n  feature metres is new, required" in said
    assert "README.md" in names

    (place.service / "model" / "predict.py").write_text("# mine\n")
    place.fails(status=1, says="model/predict.py: edited by hand, which a sync would overwrite.")
    names, _ = place.writes("--force")
    assert "model/predict.py" in names
    done = subprocess.run(
        ["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=place.service / "model"
    )
    assert done.returncode == 0


@pytest.mark.generation
def test_the_loop_for_a_repository_of_many(place: Place) -> None:
    """The commands of docs/platform.md, with one service behind its notebook."""
    page = (CHECKOUT / "docs" / "platform.md").read_text(encoding="utf-8")
    (loop,) = re.findall(r"```sh\n(for .* sync --check .*)\n```", page)
    root = place.service.parents[1]
    shutil.copytree(place.service, root / "services" / "other")
    place.write("weight = 7", *CELLS[1:])
    env = {
        **os.environ,
        "PATH": f"{Path(tool('nb2service')).parent}{os.pathsep}{os.environ['PATH']}",
    }
    done = subprocess.run(
        ["bash", "-c", loop], cwd=root, env=env, capture_output=True, text=True, timeout=600
    )
    lines = (done.stdout + done.stderr).splitlines()
    told = "behind its notebook: cell 1 changed since."
    assert lines[::2] == [f"house: {told}", f"other: {told}"]
    assert done.returncode == 1


def check(service: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["sync", "--check", str(service)])
    return status, capsys.readouterr().out


@pytest.mark.generation
def test_freshness_without_running(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert check(place.service, capsys) == (0, "house: in step with house.ipynb.\n")
    place.write(CELLS[0], "print('another plot')", *CELLS[2:])
    assert check(place.service, capsys) == (0, "house: in step with house.ipynb.\n")
    place.write("weight = 3", CELLS[1], "import math", *CELLS[2:3], "predict({'area': 1.0})")
    status, said = check(place.service, capsys)
    assert status == 1
    assert "house: behind its notebook: cells 1 and 5 changed since.\n" in said
    assert f"nb2service sync {place.service}" in said
    place.write("def")
    status, said = check(place.service, capsys)
    assert status == 1
    assert "behind its notebook, which cannot be served now: house.ipynb" in said
    place.notebook.unlink()
    told = "house: its notebook, ../../nbs/house.ipynb, is not here; nothing to compare.\n"
    assert check(place.service, capsys) == (0, told)
    place.write(*CELLS)
    (place.service / "model" / "cells.json").unlink()
    assert main(["sync", "--check", str(place.service)]) == 1
    assert "has no model/cells.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["a", "b"], "a b: are two services"),
        (["project_slug=x"], "project_slug=x: is no answer that a sync can change"),
        (["."], "is no service of nb2service"),
    ],
)
def test_wrong_words(
    words: list[str],
    says: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["sync", *words]) == 1
    assert says in capsys.readouterr().err


# --- what is answered otherwise -----------------------------------------------------------------


def test_answers_in_words() -> None:
    changed = [
        {"record": {}, "old": {"p": 1.0}, "new": {"p": 1.5}},
        {"record": {}, "old": {"p": [2.0]}, "new": {"p": [0.5]}},
        {"record": {}, "old": {"p": 1}, "new": {"p": 1.25}},
    ]
    first, largest, *bars = in_words(Answered(5, changed))
    assert first == "Of 5 recorded records 3 are answered otherwise."
    assert largest == "Largest change: 2.0 -> 0.5 (p[0])"
    counts = [int(line.split()[-1]) for line in bars]
    assert counts == [1, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("answered", "told"),
    [
        (Answered(2), ["Of 2 recorded records all are answered as before."]),
        (Answered(1, failed="no"), ["The recorded calls could not be asked again: no"]),
        (
            Answered(2, [{"old": "a", "new": "b"}], ["KeyError: x"]),
            [
                "Of 2 recorded records 1 is answered otherwise, and 1 not at all (KeyError: x).",
                'Such as: "a" -> "b"',
            ],
        ),
    ],
)
def test_other_answers_in_words(answered: Answered, told: list[str]) -> None:
    assert list(in_words(answered)) == told


# --- whole or not at all ------------------------------------------------------------------------

CONTRACT = {
    "examples": [{"record": {"a": 1}, "answer": {"b": 2}}],
    "predict": {"answer_name": "b"},
    "model_version": "v2",
}


@pytest.fixture
def staged(tmp_path: Path) -> Path:
    """A service of few files, with a new model in its stage."""
    service = tmp_path / "service"
    for name, text in (
        ("model/contract.json", "old"),
        ("model/gone.txt", "old"),
        ("requirements.txt", "old"),
        ("README.md", "<!-- example -->\nold\n<!-- /example -->\n"),
        ("Dockerfile", "ARG PYTHON_VERSION=3.10\n"),
        (".nb2service/model/contract.json", "new"),
    ):
        (service / name).parent.mkdir(parents=True, exist_ok=True)
        (service / name).write_text(text)
    return service


def swapped(service: Path) -> list[str]:
    return swap.swap(service, CONTRACT, Lock("new", "new", True, ""), "3.11", {"notebook": "n"})


def test_a_swap(staged: Path) -> None:
    assert swapped(staged) == []
    found = files(staged)
    assert found["model/contract.json"] == b"new"
    assert found["requirements.txt"] == found["requirements-dev.txt"] == b"new"
    assert b"ARG PYTHON_VERSION=3.11" in found["Dockerfile"]
    assert b"curl" in found["README.md"]
    assert not {name for name in found if name.startswith((".nb2service/", "model/gone"))}


def test_a_readme_without_the_place_stays(staged: Path) -> None:
    (staged / "README.md").write_text("ours")
    assert swapped(staged) == ["README.md"]
    assert (staged / "README.md").read_text() == "ours"


@pytest.mark.parametrize("at", range(8))
def test_a_swap_that_is_stopped_leaves_the_old_one(
    staged: Path, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each step that writes is stopped once, before it and after it."""
    before = {n: b for n, b in files(staged).items() if not n.startswith(".nb2service/")}
    steps = [0]

    def stopped(step):
        def instead(*arguments, **named):
            if steps[0] == at:
                raise KeyboardInterrupt
            steps[0] += 1
            return step(*arguments, **named)

        return instead

    with monkeypatch.context() as patch:
        for owner, name in (
            (swap, "keep"),
            (swap, "guard"),
            (swap, "recorded_text"),
            (swap, "fill_marked"),
            (swap, "let_go"),
            (Path, "replace"),
        ):
            patch.setattr(owner, name, stopped(getattr(owner, name)))
        if at < 7:
            with pytest.raises(KeyboardInterrupt):
                swapped(staged)
            assert {n: b for n, b in files(staged).items() if n in before} == before
            assert not (staged / "requirements-dev.txt").exists()
        else:
            swapped(staged)
            assert (staged / "model" / "contract.json").read_text() == "new"


@pytest.mark.generation
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_sync_that_is_killed_at_any_moment(place: Place, how: signal.Signals) -> None:
    """Whatever moment it is, the service is the old one or the new one, and the next sync works."""
    place.write("weight = 7", *CELLS[1:])
    old = files(place.service)
    process = subprocess.Popen(
        [tool("nb2service"), "sync", str(place.service)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    time.sleep(random.uniform(0.5, 6))  # any moment is a case; none fails by being late
    os.killpg(process.pid, how)
    process.wait(60)
    deadline = time.monotonic() + 60
    while (place.service / ".nb2service" / "whole.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    now = {n: b for n, b in files(place.service).items() if not n.startswith(".nb2service/")}
    if now != old:
        assert b"weight = 7" in now["model/predict.py"]
        assert b"weight = 7" not in old["model/predict.py"]
        assert json.loads(now["model/history.json"])[-1]["model_version"]
        assert place.writes()[0] == set()
    else:
        assert "model/predict.py" in place.writes()[0]
