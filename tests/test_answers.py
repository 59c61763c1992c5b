"""What Cookiecutter's answers mean, and which files the paths in them name."""

import sys
from pathlib import Path
from typing import Any

import pytest

from nb2service import places
from nb2service.answers import understand
from nb2service.errors import Nb2serviceError
from support import EXAMPLE


def given(**changes: Any) -> dict[str, Any]:
    return {
        "notebook": "/n.ipynb",
        "project_name": "N",
        "project_slug": "n",
        "kernel": "",
        **changes,
    }


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder where the user's shell stands; the hook itself runs in the new project."""
    folder = tmp_path / "here"
    project = tmp_path / "out" / "n"
    for made in (folder, project):
        made.mkdir(parents=True)
    monkeypatch.setenv("PWD", str(folder))
    monkeypatch.chdir(project)
    return folder


def test_all_of_them() -> None:
    found = understand(given(project_name="Näme {{x}}", kernel="py39"))
    assert (found.notebook, found.kernel, found.name, found.slug) == (
        Path("/n.ipynb"),
        "py39",
        "Näme {{x}}",
        "n",
    )


@pytest.mark.parametrize("slug", ["churn", "Churn-2", "a", "7", "a.b_c-d"])
def test_slug_accepts(slug: str) -> None:
    assert understand(given(project_slug=slug)).slug == slug


@pytest.mark.parametrize(
    "slug", ["", ".", "..", ".hidden", "-x", "_x", "a/b", "a\\b", "a b", "a\n", "é", "{{ x }}"]
)
def test_slug_refuses(slug: str) -> None:
    with pytest.raises(Nb2serviceError, match="is no name for a folder") as refusal:
        understand(given(project_slug=slug))
    assert refusal.value.place == f"project_slug {slug!r}"


@pytest.mark.parametrize("place", ["here", "out"])
def test_a_relative_path_counts_from_the_shell_or_the_output(
    here: Path, tmp_path: Path, place: str
) -> None:
    notebook = tmp_path / place / "sub folder" / "a.ipynb"
    notebook.parent.mkdir()
    notebook.touch()
    found = understand(given(notebook="sub folder/a.ipynb", _output_dir=str(tmp_path / "out")))
    assert found.notebook == notebook


def test_the_same_file_by_both_ways_is_one(here: Path) -> None:
    (here / "a.ipynb").touch()
    found = understand(given(notebook="a.ipynb", _output_dir=str(here)))
    assert found.notebook == here / "a.ipynb"


def test_two_files_are_not_guessed_between(here: Path, tmp_path: Path) -> None:
    for folder in (here, tmp_path / "out"):
        (folder / "a.ipynb").touch()
    with pytest.raises(Nb2serviceError, match="Give the whole path") as refusal:
        understand(given(notebook="a.ipynb", _output_dir=str(tmp_path / "out")))
    assert str(here / "a.ipynb") in refusal.value.fact
    assert str(tmp_path / "out" / "a.ipynb") in refusal.value.fact


def test_a_file_that_is_nowhere_is_looked_for_where_the_user_stands(here: Path) -> None:
    found = understand(given(notebook="gone.ipynb", _output_dir=str(here.parent / "out")))
    assert found.notebook == here / "gone.ipynb"  # `read` says that it is not there


def test_without_a_shell_the_output_folder_is_all_there_is(
    here: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PWD")
    (tmp_path / "out" / "a.ipynb").touch()
    found = understand(given(notebook="a.ipynb", _output_dir=str(tmp_path / "out")))
    assert found.notebook == tmp_path / "out" / "a.ipynb"


def test_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert understand(given(notebook="~/a.ipynb")).notebook == tmp_path / "a.ipynb"


def test_the_default_is_the_example_of_the_template(here: Path) -> None:
    written = EXAMPLE.relative_to(places.root()).as_posix()
    assert understand(given(notebook=written, _output_dir=str(here))).notebook == EXAMPLE


def test_a_link_to_an_interpreter_is_not_followed(here: Path) -> None:
    # bin/python of an environment is a link: its target is another Python, without the packages.
    python = here / "env" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    found = understand(given(kernel="env/bin/python", _output_dir=str(here.parent / "out")))
    assert found.kernel == str(python)


@pytest.mark.parametrize("kernel", ["", "python3", "conda-env-x-py"])
def test_a_kernel_s_name_is_no_path(here: Path, kernel: str) -> None:
    (here / "python3").mkdir()
    assert understand(given(kernel=kernel)).kernel == kernel


@pytest.mark.parametrize(
    ("answer", "runs"), [("yes", True), ("no", False), (" No", False), (False, False), (True, True)]
)
def test_whether_it_runs(answer: object, runs: bool) -> None:
    assert understand(given(run_notebook=answer)).run_notebook is runs
    assert understand(given(accelerate=answer)).accelerate is runs


@pytest.mark.parametrize("answer", ["", "maybe", "0", "never", None])
def test_whether_it_runs_is_yes_or_no(answer: object) -> None:
    with pytest.raises(Nb2serviceError, match="is neither yes nor no"):
        understand(given(run_notebook=answer))
