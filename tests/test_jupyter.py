"""`%service` and `%%service` in a cell, in a real kernel that is told its notebook as Jupyter tells it."""

import asyncio
import html
import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from nb2service.checking.check import check, report
from nb2service.errors import Nb2serviceError
from nb2service.jupyter.magic import command_of
from nb2service.jupyter.show import card_html, check_html, error_html, progress_html
from nb2service.jupyter.where import Runs, notebook_of, refuse_unsaved
from nb2service.notebook.magics import RUNNING
from support import write_notebook

PREDICT = "#| predict\ndef predict(house):\n    return {'price': house['area'] * weight}"
CELLS = ("weight = 2", PREDICT, "predict({'area': 3.0})")
LOAD = "%load_ext nb2service"


def run(path: Path, *, of: str = "") -> Any:
    """Run a saved notebook as Jupyter does, in a kernel told that it is `of`; return it as it is then."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=600, resources={"metadata": {"path": path.parent}})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JPY_SESSION_NAME", of or str(path))
        asyncio.run(client.async_execute())
    return notebook


def text(cell: Any) -> list[str]:
    """What a cell shows as HTML, as text."""
    data = [output.get("data", {}) for output in cell.outputs]
    pages = [one["text/html"] for one in data if "text/html" in one]
    shown = [re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL) for page in pages]
    return [" ".join(html.unescape(one).split()) for one in shown]


def last(path: Path, *cells: str) -> str:
    """Save and run a notebook; return what its last cell shows."""
    (shown,) = text(run(write_notebook(path, *cells)).cells[-1])
    return shown


@pytest.mark.generation
def test_the_magics(tmp_path: Path) -> None:
    path = tmp_path / "houses.ipynb"
    checked = last(path, *CELLS, LOAD, "%service --check")
    assert "houses.ipynb: cell 2, predict" in checked
    assert "Nothing found that would go wrong." in checked
    assert not (tmp_path / "prices").exists()

    # The predict cell itself: it runs as usual, and is what is served.
    cells = (LOAD, "weight = 2", f"%%service prices\n{PREDICT}\n41 + 1", CELLS[2])
    notebook = run(write_notebook(path, *cells))
    assert notebook.cells[2].outputs[0]["data"]["text/plain"] == "42"
    (card,) = text(notebook.cells[2])
    assert "Marked cell 3, predict: its first line #| predict" in card
    assert "Proof 1 of 1 recorded calls answered alike" in card
    assert notebook.cells[3].outputs[0]["data"]["text/plain"] == "{'price': 6.0}"
    contract = json.loads((tmp_path / "prices" / "model" / "contract.json").read_text())
    assert contract["predict"]["function"] == "predict"
    code = (tmp_path / "prices" / "model" / "predict.py").read_text()
    assert "service" not in code.partition('"""')[2].partition('"""')[2]

    (again,) = text(run(path).cells[2])
    assert again == "prices: in step with houses.ipynb; nothing was written."


def test_while_a_service_is_made_the_magics_do_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_notebook(tmp_path / "a.ipynb", *CELLS, LOAD, "%service", f"%%service\n{CELLS[0]}")
    monkeypatch.setenv(RUNNING, "1")
    assert not any(cell.outputs for cell in run(path).cells[3:])
    assert list(tmp_path.iterdir()) == [path]


def test_what_is_not_saved_is_told(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "houses.ipynb", *CELLS)
    typed = write_notebook(tmp_path / "typed.ipynb", LOAD, "%service")
    (shown,) = text(run(typed, of=str(path)).cells[-1])
    assert shown == (
        "houses.ipynb: the file lacks this cell, so the notebook has unsaved changes. "
        "Save the notebook (Ctrl-S) and run this cell again."
    )
    assert not (tmp_path / "houses").exists()


def test_a_cell_that_ran_after_the_file_was_saved_must_be_in_it(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "houses.ipynb", *CELLS, "%service")
    saved, runs = path.stat().st_mtime, Runs()
    runs.ran = [
        (saved - 9, "weight = 1"),
        (saved + 9, CELLS[0]),
    ]  # edited and saved since; as saved
    refuse_unsaved(path, "%service", runs)
    runs.ran += [(saved + 9, "weight = 3  # <b>"), (saved + 10, "%service")]
    with pytest.raises(Nb2serviceError) as raised:
        refuse_unsaved(path, "%service", runs)
    assert str(raised.value) == (
        "houses.ipynb: the file lacks what ran since it was saved, the cell `weight = 3  # <b>`. "
        "Save the notebook (Ctrl-S) and run this cell again."
    )


def test_a_cell_that_fails_is_no_service(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "a.ipynb", LOAD, "%%service\n#| predict\n1 / 0", "never = 1")
    with pytest.raises(CellExecutionError) as raised:
        run(path)
    assert "No service was made: the cell failed (ZeroDivisionError)" in str(raised.value)
    assert list(tmp_path.iterdir()) == [path]


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


BAD = "<script>alert(1)</script>"


def test_what_a_notebook_says_is_never_markup(tmp_path: Path) -> None:
    row = ["Marked", BAD, ""]
    table = ["Took", [[BAD, BAD]], ""]
    card = {"title": BAD, "rows": [row, table], "warnings": [BAD], "next": [BAD]}
    path = write_notebook(tmp_path / "a.ipynb", f"x = 1\n# {BAD}\ny = 2")
    finding = {"rule": BAD, "severity": BAD, "place": BAD, "cell": 1, "line": 2, "fact": BAD}
    report = {
        "notebook": BAD,
        "errors": 0,
        "warnings": 1,
        "mark": {"cell": 1, "function": BAD, "how": BAD, "bare": False},
        "called_in": [1],
        "comes_along": [{"name": BAD, "becomes": BAD, "cell": 1, "why": BAD}],
        "findings": [{**finding, "remedy": BAD}],
    }
    told = {"index": 1, "count": 2, "number": 1, "title": BAD}
    for page, times in (
        (card_html(card), 6),
        (check_html(report, path), 12),
        (error_html(BAD), 1),
        (progress_html(BAD, told), 2),
    ):
        assert "<script" not in page
        assert page.count("&lt;script&gt;") == times


def test_findings_stand_beside_their_lines(tmp_path: Path) -> None:
    predict = "#| predict\ndef predict(house):\n    return house['area'] * weigth"
    path = write_notebook(tmp_path / "houses.ipynb", CELLS[0], predict, CELLS[2])
    page = check_html(report(check(path)), path)
    (shown,) = text(nbformat.from_dict({"outputs": [{"data": {"text/html": page}}]}))
    assert "houses.ipynb, cell 2, line 3 error, names" in shown
    assert "2 def predict(house): 3 ▸ return house['area'] * weigth" in shown
    assert "1 error" in shown


def test_a_secret_is_not_shown_again(tmp_path: Path) -> None:
    predict = "#| predict\ndef predict(house):\n    return {'p': house['area'], 'k': API_KEY}"
    key = "AKIA" + "IOSFODNN7EXAMPLZ"
    path = write_notebook(tmp_path / "houses.ipynb", f"API_KEY = '{key}'", predict, CELLS[2])
    page = check_html(report(check(path)), path)
    assert "has the form of a key" in page
    assert key not in page
