"""Every way to the template gives the same service, byte for byte."""

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from support import CHECKOUT, EXAMPLE, Generation, cookiecutter, copy_of_checkout, files, tool

pytestmark = [pytest.mark.generation, pytest.mark.xdist_group("churn")]

ANSWERS = ".nb2service.json"  # where the notebook lies from there: each test has its own place
LINK = "{{ cookiecutter.project_slug }}"


def same(made: Path, expected: Path) -> None:
    """Compare two services whole, but for where their notebook lies."""
    sides = [files(folder) for folder in (made, expected)]
    answers = [json.loads(side.pop(ANSWERS))["answers"] for side in sides]
    assert [a.pop("notebook").endswith(f"{made.name}.ipynb") for a in answers] == [True, True]
    assert answers[0] == answers[1]
    assert sides[0] == sides[1]


def git(folder: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of the checkout as it is now."""
    folder = copy_of_checkout(tmp_path_factory.mktemp("repository") / "nb2service")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "as it is now")
    return folder


def test_a_git_url(generation: Generation, repository: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    config = home / "config.yaml"
    config.write_text(f"cookiecutters_dir: {home}/c\nreplay_dir: {home}/r\n")
    command = [tool("cookiecutter"), f"git+file://{repository}", "--no-input"]
    done = subprocess.run(
        [*command, "--config-file", str(config)],
        cwd=tmp_path,
        env={**os.environ, "PWD": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    same(tmp_path / "churn", generation.folder)


def test_a_zip_which_has_no_links(generation: Generation, repository: Path, tmp_path: Path) -> None:
    archive = tmp_path / "nb2service.zip"
    git(repository, "archive", "--format=zip", "--prefix=nb2service/", "-o", str(archive), "HEAD")
    with zipfile.ZipFile(archive) as unpacked:
        assert unpacked.read(f"nb2service/{LINK}") == b"template"
    done = cookiecutter(None, tmp_path / "out", template=archive)
    assert done.returncode == 0, done.stdout + done.stderr
    same(tmp_path / "out" / "churn", generation.folder)


def test_a_checkout_without_symlinks(
    generation: Generation, repository: Path, tmp_path: Path
) -> None:
    checkout = tmp_path / "checkout"
    git(tmp_path, "clone", "--quiet", "-c", "core.symlinks=false", str(repository), str(checkout))
    assert (checkout / LINK).read_text() == "template"
    done = cookiecutter(None, tmp_path / "out", template=checkout)
    assert done.returncode == 0, done.stdout + done.stderr
    same(tmp_path / "out" / "churn", generation.folder)


def test_cruft(generation: Generation, repository: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [tool("cruft"), "create", str(repository), "--no-input"],
        cwd=tmp_path,
        env={**os.environ, "PWD": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "churn" / ".cruft.json").unlink()
    same(tmp_path / "churn", generation.folder)


def test_the_own_command_from_a_checkout(generation: Generation, tmp_path: Path) -> None:
    done = subprocess.run(
        [tool("nb2service"), "new", str(EXAMPLE)], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    same(tmp_path / "churn", generation.folder)


def test_the_own_command_without_running_it(repository: Path, tmp_path: Path) -> None:
    name = "example_notebooks/rounds_saved_model/rounds.ipynb"
    done = cookiecutter(repository / name, tmp_path / "one", "run_notebook=no", template=repository)
    assert done.returncode == 0, done.stdout + done.stderr
    own = subprocess.run(
        [tool("nb2service"), "new", str(CHECKOUT / name), "run_notebook=no"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert own.returncode == 0, own.stdout + own.stderr
    same(tmp_path / "one" / "rounds", tmp_path / "rounds")


def test_caches_in_the_template_do_not_come_along(
    generation: Generation, repository: Path, tmp_path: Path
) -> None:
    littered = tmp_path / "littered"
    shutil.copytree(repository, littered, symlinks=True)
    for cache in ("service/__pycache__", ".pytest_cache", "tests/__pycache__", ".venv/bin"):
        (littered / "template" / cache).mkdir(parents=True)
        (littered / "template" / cache / "junk").write_text("junk")
    done = cookiecutter(None, tmp_path / "out", template=littered)
    assert done.returncode == 0, done.stdout + done.stderr
    same(tmp_path / "out" / "churn", generation.folder)
