"""The life of a service, from its generation to newer libraries, in one repository.

After each step the service's own tests pass (few of them: all of them run in test_environments.py),
and nothing but what the step is about is otherwise.
"""

import json
import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

import pytest

from support import CHECKOUT, copy_of_checkout, environment, files, tool, unmeasured, write_notebook
from test_lock import pins
from test_update import GIT, commit, run

pytestmark = [pytest.mark.environment, pytest.mark.generation, pytest.mark.xdist_group("life")]

# Libraries as they once were: humanize 4.17 says the same, rapidfuzz 3 no longer ignores case.
AGED = ("humanize==4.9.0", "rapidfuzz==2.15.2")
CELLS = (
    "import csv\n\nimport humanize\nfrom rapidfuzz import fuzz",
    "cities = [row['city'] for row in csv.DictReader(open('cities.csv'))]",
    "print('a plot of', cities)",
    "#| predict\ndef predict(place):\n"
    "    near = max(fuzz.WRatio(place['name'], city) for city in cities)\n"
    "    return {'near': near, 'people': humanize.intcomma(place['people'])}",
    "for name, people in (('New York', 8_000_000), ('NEW YORCK', 1200), ('Boston', 650_000)):\n"
    "    predict({'name': name, 'people': people})",
)
RENAMED = (*CELLS[:3], *(cell.replace("name'", "town'") for cell in CELLS[3:]))
# What stays of the service's tests.
FEW = ("__init__", "conftest", "server", "test_answers", "test_model_folder", "test_readme")


class Life(NamedTuple):
    """The template, the notebook and its service."""

    fork: Path
    notebook: Path
    service: Path

    def make(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *words, f"PYTHON={tool('python')}"],
            cwd=self.service,
            env=surroundings(),
            capture_output=True,
            text=True,
            timeout=600,
        )

    def sync(self, *words: str) -> subprocess.CompletedProcess[str]:
        return run(tool("nb2service"), "sync", *words, at=self.service)

    def step(self, *expected: str) -> None:
        """Its tests pass, and these files are otherwise than before the step; then commit."""
        done = self.make("test")
        assert done.returncode == 0, done.stdout + done.stderr
        run(*GIT, "add", "-A", at=self.service)
        told = run(*GIT, "diff", "--cached", "--name-only", at=self.service)
        names = {name for name in told.stdout.split() if not self._only_measured(name)}
        assert names == set(expected)
        if expected:
            commit(self.service)

    def _only_measured(self, name: str) -> bool:
        """Whether nothing but a measurement is otherwise, which is not the same each time."""
        old = run(*GIT, "show", f"HEAD:{name}", at=self.service).stdout.encode()
        now = self.service / name
        return now.exists() and unmeasured(name, old) == unmeasured(name, now.read_bytes())


def surroundings() -> dict[str, str]:
    """The environment with uv on the path, and no version newer than the template's locks.

    The make that runs these tests is no part of it: one within another tells where it goes.
    """
    locks = [str(file) for file in (CHECKOUT / "template").glob("requirements*.txt")]
    when = run("git", "log", "-1", "--format=%aI", "--", *locks, at=CHECKOUT).stdout.strip()
    path = f"{Path(tool('uv')).parent}{os.pathsep}{os.environ['PATH']}"
    outer = {n: v for n, v in os.environ.items() if not n.startswith(("MAKE", "MFLAGS"))}
    return {**outer, "PATH": path, "UV_EXCLUDE_NEWER": when}


def data(notebook: Path, *cities: str) -> None:
    notebook.with_name("cities.csv").write_text("\n".join(["city", *cities, ""]))


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    root = tmp_path_factory.mktemp("life")
    kernel = environment(root / "kernel", "ipykernel", *AGED)
    fork = copy_of_checkout(root / "fork")
    run(*GIT, "init", "-q", at=fork)
    commit(fork)
    notebook = write_notebook(root / "work" / "nbs" / "places.ipynb", *CELLS)
    data(notebook, "new york", "berlin")
    answers = json.dumps({"notebook": "nbs/places.ipynb", "kernel": str(kernel)})
    create = (tool("cruft"), "create", str(fork), "-y", "--extra-context", answers)
    done = run(*create, at=root / "work")
    assert done.returncode == 0, done.stdout + done.stderr
    service = root / "work" / "places"
    run(*GIT, "init", "-q", at=service)
    commit(service)
    for test in (service / "tests").glob("*.py"):
        if test.stem not in FEW:
            test.unlink()
    made = Life(fork, notebook, service)
    done = made.make(
        "lock", "UPGRADE=--upgrade"
    )  # so that nothing but the model's libraries is old
    assert done.returncode == 0, done.stderr
    commit(service)
    return made


def test_the_life_of_a_service(life: Life) -> None:
    life.step()
    the_team_edits_it(life)
    the_data_changes(life)
    a_feature_is_renamed(life)
    a_plot_changes(life)
    the_template_moves(life)
    packages_age(life)


def the_team_edits_it(life: Life) -> None:
    readme, example = life.service / "README.md", life.service / "service" / "example.py"
    readme.write_text(readme.read_text() + "\nAsk Ada.\n")
    example.write_text(example.read_text() + "# ours\n")
    life.step("README.md", "service/example.py")


MODEL = ("SHA256SUMS", "calls.json", "contract.json", "drawn.json", "history.json", "predict.py")
SYNCED = ("README.md", *(f"model/{name}" for name in (*MODEL, "report.json")))


def the_data_changes(life: Life) -> None:
    data(life.notebook, "boston", "berlin")
    done = life.sync()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Clients notice" not in done.stdout
    assert "Of 3 recorded records 3 are answered otherwise." in done.stdout
    assert "Largest change: " in done.stdout
    # Cruft generated it by the fork's own nb2service, which records its commit.
    life.step(*SYNCED, ".nb2service.json")


def a_feature_is_renamed(life: Life) -> None:
    write_notebook(life.notebook, *RENAMED)
    assert "behind its notebook: cells 4 and 5 changed" in life.sync("--check").stdout
    before = files(life.service)
    done = life.sync()
    assert done.returncode == 3, done.stdout + done.stderr
    assert "feature town is new, required" in done.stdout
    assert files(life.service) == before
    assert life.sync("--accept-breaking").returncode == 0
    life.step(*SYNCED, "model/cells.json", "model/notebook.html")


def a_plot_changes(life: Life) -> None:
    write_notebook(life.notebook, *RENAMED[:2], "print('another plot')", *RENAMED[3:])
    done = life.sync("--check")
    assert (done.returncode, done.stdout) == (0, "places: in step with places.ipynb.\n")
    assert "model/predict.py" not in life.sync().stdout
    names = ("contract.json", "history.json", "notebook.html", "SHA256SUMS")
    life.step(*(f"model/{name}" for name in names))


def the_template_moves(life: Life) -> None:
    makefile, example = (life.fork / "template" / n for n in ("Makefile", "service/example.py"))
    makefile.write_text(makefile.read_text() + "\nhello:\n\t@echo hello\n")
    example.write_text(example.read_text().replace("A request to try", "Something to try"))
    commit(life.fork)
    assert run(tool("cruft"), "check", at=life.service).returncode == 1
    done = run(tool("cruft"), "update", "-y", at=life.service)
    assert "Good work!" in done.stdout, done.stdout + done.stderr
    ours = (life.service / "service" / "example.py").read_text()
    assert ours.startswith('"""Something to try')
    assert ours.endswith("# ours\n")
    life.step(".cruft.json", "Makefile", "service/example.py")


def packages_age(life: Life) -> None:
    done = life.make("upgrade")
    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.split("upgraded; every answer is the notebook's, within its tolerance:\n")
    assert "    humanize 4.9.0 -> 4." in told[1]
    _, why = told[1].split("kept back: rapidfuzz 2.15.2 -> 3.")
    assert "answers differ; the largest difference: " in why
    assert "(near, " in why
    locked = pins((life.service / "requirements.txt").read_text())
    assert locked["rapidfuzz"] == "2.15.2"
    assert locked["humanize"] != "4.9.0"
    upgraded = pins((life.service / "model" / "upgraded.txt").read_text())
    assert upgraded == {name: locked[name] for name in ("humanize", "rapidfuzz")}
    life.step("requirements.txt", "model/upgraded.txt")

    # Locking anew and a sync of the same notebook leave all as it is.
    assert life.make("lock").returncode == 0
    assert "in step with places.ipynb; nothing was written" in life.sync().stdout
    life.step()

    done = life.make("upgrade")
    assert done.returncode == 2, done.stdout  # make's own, of our 1
    assert "refused; the locks are as they were\nkept back: rapidfuzz" in done.stdout
    life.step()

    # A team that holds it back is no longer told; a sync brings the notebook's versions again.
    wanted = life.service / "requirements" / "service.in"
    wanted.write_text(wanted.read_text() + "rapidfuzz<3  # 3 does not ignore case\n")
    done = life.make("upgrade")
    assert (done.returncode, done.stdout.splitlines()[-1].split(":")[0]) == (0, "nothing to do")
    data(life.notebook, "boston", "rome")
    done = life.sync()
    assert "the model's libraries are the notebook's again" in done.stdout, done.stderr
    assert pins((life.service / "requirements.txt").read_text())["humanize"] == "4.9.0"
    changed = ("requirements.txt", "requirements/service.in", "model/upgraded.txt")
    life.step(*changed, *SYNCED)


def test_an_upgrade_that_is_killed_leaves_whole_locks(life: Life) -> None:
    before = files(life.service)
    with subprocess.Popen(
        ["make", "upgrade", f"PYTHON={tool('python')}"],
        cwd=life.service,
        env=surroundings(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert "humanize 4.9.0 -> 4." in process.stdout.readline()  # now it tries
        time.sleep(random.uniform(0, 3))  # any moment is a case; none fails by being late
        os.killpg(process.pid, signal.SIGKILL)
    now = files(life.service)
    names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    assert not {n for n in names if not re.search(r"__pycache__|\.venv/", n)}
