"""Reading: what counts as a notebook, and how its cells are numbered."""

import json
from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import read
from support import EXAMPLE, MakeNotebook


def test_numbers_cells_as_jupyter_does_after_a_full_run(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("a = 1", "   \n", "", "b = 2"))
    assert [(cell.number, cell.source) for cell in notebook.cells] == [(1, "a = 1"), (2, "b = 2")]


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("#| predict\n# Merge\ndf = a.merge(b)", "df = a.merge(b)"),
        ("# nothing but this\n", "# nothing but this"),
        ("%%time\nx = 1", "%%time"),
    ],
)
def test_what_a_cell_is_called(make_notebook: MakeNotebook, source: str, title: str) -> None:
    assert read(make_notebook(source)).cells[0].title == title


def test_leaves_out_text_cells() -> None:
    stored = json.loads(EXAMPLE.read_text())
    code = [c for c in stored["cells"] if c["cell_type"] == "code"]
    assert len(code) < len(stored["cells"])
    assert [c.number for c in read(EXAMPLE).cells] == [c["execution_count"] for c in code]


def test_the_checksum_is_of_the_code_alone(make_notebook: MakeNotebook) -> None:
    path = make_notebook("a = 1")
    before = read(path).sha256
    stored = json.loads(path.read_text())
    stored["cells"][0]["execution_count"] = 7
    stored["metadata"]["note"] = "run again"
    path.write_text(json.dumps(stored))
    assert read(path).sha256 == before
    stored["cells"][0]["source"] = "a = 2"
    path.write_text(json.dumps(stored))
    assert read(path).sha256 != before


def test_reads_notebooks_of_format_3(tmp_path: Path) -> None:
    path = tmp_path / "old.ipynb"
    cell = {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python", "outputs": []}
    old = {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": [cell]}]}
    path.write_text(json.dumps(old))
    assert [c.source for c in read(path).cells] == ["x = 1\ny = 2"]


@pytest.mark.parametrize("minor", range(6))
def test_reads_notebooks_of_format_4(tmp_path: Path, minor: int) -> None:
    path = tmp_path / "new.ipynb"
    named = {"id": "one"} if minor == 5 else {}
    cell = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], **named}
    cells = [{**cell, "source": ["x = 1\n", "y = 2"]}]
    new = {"nbformat": 4, "nbformat_minor": minor, "metadata": {}, "cells": cells}
    path.write_text(json.dumps(new))
    notebook = read(path)
    assert ([c.source for c in notebook.cells], notebook.kernel) == (["x = 1\ny = 2"], "")


def test_a_byte_order_mark_does_no_harm(make_notebook: MakeNotebook) -> None:
    path = make_notebook("a = 1")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(read(path).cells) == 1


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        pytest.param("a.ipynb", "x = 1\n", ["a.ipynb", "no JSON"], id="a script by another name"),
        pytest.param("a.py", "x = 1\n", ["jupytext --to ipynb a.py"], id="a script"),
        pytest.param("a.ipynb", "[1, 2]", ["no cells"], id="other JSON"),
        pytest.param("a.ipynb", "", ["no JSON"], id="an empty file"),
        pytest.param(
            "a.ipynb", '{"cells": 5, "nbformat": 4}', ["damaged notebook"], id="a damaged one"
        ),
        pytest.param(
            "r.ipynb",
            '{"cells": [], "nbformat": 4, "nbformat_minor": 5, "metadata": '
            '{"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}}}',
            ["r.ipynb", "notebook in r"],
            id="a notebook in R",
        ),
    ],
)
def test_refuses_what_is_no_python_notebook(
    tmp_path: Path, name: str, content: str, told: list[str]
) -> None:
    (tmp_path / name).write_text(content)
    with pytest.raises(Nb2serviceError) as refusal:
        read(tmp_path / name)
    assert all(word in str(refusal.value) for word in told), refusal.value


def test_a_typo_in_the_path_gets_the_right_one(make_notebook: MakeNotebook) -> None:
    path = make_notebook("a = 1", name="churn.ipynb")
    with pytest.raises(Nb2serviceError, match=r"no such file\. Did you mean .*churn\.ipynb\?"):
        read(path.with_name("chrun.ipynb"))


def test_a_missing_folder_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="There is no folder"):
        read(tmp_path / "nowhere" / "a.ipynb")


def test_a_folder_is_no_notebook(tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="is a folder"):
        read(tmp_path)


@pytest.mark.parametrize("language", ["python", "Python", "python3", "ipython3"])
def test_names_that_python_has(make_notebook: MakeNotebook, language: str) -> None:
    path = make_notebook("a = 1")
    content = json.loads(path.read_text())
    content["metadata"]["kernelspec"]["language"] = language
    path.write_text(json.dumps(content))
    assert len(read(path).cells) == 1


def test_an_error_that_was_saved_is_known(make_notebook: MakeNotebook) -> None:
    path = make_notebook("a = 1", "1 / 0")
    stored = json.loads(path.read_text())
    shown = {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "", "traceback": []}
    stored["cells"][1]["outputs"] = [shown]
    path.write_text(json.dumps(stored))
    assert [cell.error for cell in read(path).cells] == ["", "ZeroDivisionError"]
