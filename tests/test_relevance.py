# ruff: noqa: E501  rows of a table
"""Which cells a service comes from: a plot is none of them, all that may change an answer is."""

from pathlib import Path

import pytest

from nb2service.look import look
from nb2service.relevance import changes, relevant_cells
from support import write_notebook

CELLS = (
    "import random",
    "rows = [1, 2, 3]",
    "picture = sorted(rows)\nprint(picture)",
    "random.seed(0)\nweight = sum(rows) + random.random()",
    "def scaled(value):\n    return value * weight",
    "#| predict\ndef predict(area):\n    return scaled(area)",
    "sample = 4",
    "predict(sample)",
    "print('the end')",
)


def now(folder: Path, *cells: str) -> list[str]:
    path = write_notebook(folder / "then.ipynb", *CELLS)
    other = write_notebook(folder / "now.ipynb", *cells)
    return list(changes(relevant_cells(look(path)), relevant_cells(look(other))))


def edited(number: int, source: str) -> tuple[str, ...]:
    return (*CELLS[: number - 1], source, *CELLS[number:])


def inserted(before: int, source: str) -> tuple[str, ...]:
    return (*CELLS[: before - 1], source, *CELLS[before - 1 :])


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        pytest.param(CELLS, [], id="nothing"),
        pytest.param(edited(3, "print(max(rows))"), [], id="what a plot cell shows"),
        pytest.param(edited(9, "print('fin')"), [], id="a cell below the last call"),
        pytest.param(inserted(1, "print('hello')"), [], id="a new cell that shows something"),
        pytest.param(edited(2, "rows = [1, 2]"), ["cell 2 changed since"], id="the data"),
        pytest.param(edited(5, CELLS[4] + " + 1"), ["cell 5 changed since"], id="a helper"),
        pytest.param(edited(6, CELLS[5] + " + 1"), ["cell 6 changed since"], id="predict"),
        pytest.param(edited(7, "sample = 5"), ["cell 7 changed since"], id="what a call is given"),
        pytest.param(edited(3, "rows.append(9)"), ["cell 3 changed since"], id="a plot cell that changes the data"),
        pytest.param(inserted(4, "other = rows\nother.clear()"), ["cell 4 changed since"], id="a new cell that changes the data by another name"),
        pytest.param(inserted(4, "random.seed(1)"), ["cell 4 changed since"], id="a new cell that sets a seed"),
        pytest.param(inserted(4, "import numpy\nnumpy.random.seed(1)"), ["cell 4 changed since"], id="numpy's seed"),
        pytest.param(inserted(4, "jitter = random.random()\nprint(jitter)"), ["cell 4 changed since"], id="a plot cell that draws a number, so that the next one is another"),
        pytest.param(inserted(4, "import os\nos.environ['X'] = '1'"), ["cell 4 changed since"], id="a setting"),
        pytest.param(inserted(4, "exec(open('more.py').read())"), ["cell 4 changed since"], id="a cell that may do anything"),
        pytest.param((CELLS[0], "rows = [1]", CELLS[2], "weight = len(rows)", *CELLS[4:]), ["cells 2 and 4 changed since"], id="two"),
    ],
)  # fmt: skip
def test_what_makes_a_service_stale(
    tmp_path: Path, cells: tuple[str, ...], told: list[str]
) -> None:
    assert now(tmp_path, *cells) == told


def test_a_cell_that_is_gone(tmp_path: Path) -> None:
    then = write_notebook(tmp_path / "then.ipynb", *inserted(4, "rows.append(9)"))
    other = write_notebook(tmp_path / "now.ipynb", *CELLS)
    told = changes(relevant_cells(look(then)), relevant_cells(look(other)))
    assert list(told) == ["cell 4 of then is gone"]
