"""`%service` in a cell, in a real kernel that is told its notebook as Jupyter tells it."""

import asyncio
import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from nb2service.errors import Nb2serviceError
from nb2service.jupyter import command_of, notebook_of
from support import write_notebook

CELLS = (
    "weight = 2",
    "#| predict\ndef predict(house):\n    return {'price': house['area'] * weight}",
    "predict({'area': 3.0})",
)


def run(path: Path, *cells: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Save and run a notebook as Jupyter does; return what its last cell shows, as text of HTML."""
    write_notebook(path, *CELLS, *cells)
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}})
    asyncio.run(client.async_execute())
    shown = [output["data"]["text/html"] for output in notebook.cells[-1].outputs]
    return [re.sub(r"<[^>]+>", "", text) for text in shown]


@pytest.mark.generation
def test_the_magic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "houses.ipynb"
    load = "%load_ext nb2service"
    (checked,) = run(path, load, "%service --check", monkeypatch=monkeypatch)
    assert "houses.ipynb: cell 2, predict" in checked
    assert "Nothing found that would go wrong." in checked
    assert not (tmp_path / "prices").exists()

    (card,) = run(path, load, "%service prices", monkeypatch=monkeypatch)
    assert "Marked   cell 2, predict: its first line #| predict" in card
    assert (tmp_path / "prices" / "model" / "contract.json").is_file()
    (again,) = run(path, load, "%service prices", monkeypatch=monkeypatch)
    assert again == "prices: in step with houses.ipynb; nothing was written."


@pytest.mark.generation
def test_what_is_not_saved_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_notebook(tmp_path / "houses.ipynb", *CELLS)
    other = tmp_path / "typed.ipynb"
    monkeypatch.setenv("JPY_SESSION_NAME", str(path))
    write_notebook(other, "%load_ext nb2service", "%service")
    notebook = nbformat.read(other, as_version=4)
    asyncio.run(NotebookClient(notebook, timeout=600).async_execute())
    assert "changes that are not saved. Save it" in str(notebook.cells[-1].outputs)
    assert not (tmp_path / "houses").exists()


def test_which_notebook(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "a.ipynb", *CELLS)
    assert notebook_of({}, {"JPY_SESSION_NAME": str(path)}) == path
    assert notebook_of({"__vsc_ipynb_file__": str(path)}, {}) == path
    for environment in ({}, {"JPY_SESSION_NAME": "console-1"}, {"JPY_SESSION_NAME": "gone.ipynb"}):
        with pytest.raises(Nb2serviceError, match="does not say which notebook it is"):
            notebook_of({}, environment)


@pytest.mark.parametrize(
    ("line", "command"),
    [
        ("", ["new", "a.ipynb"]),
        ("b kernel=k", ["new", "a.ipynb", "kernel=k", "project_slug=b"]),
        ("--check --strict", ["check", "a.ipynb", "--strict"]),
        ("there --dry-run", ["sync", "{folder}/there", "--dry-run"]),
    ],
)
def test_the_command(tmp_path: Path, line: str, command: list[str]) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "there" / ".nb2service.json").touch()
    found = command_of(tmp_path / "a.ipynb", line.split())
    assert found == [word.format(folder=tmp_path) for word in command]
