"""Which line of `predict.py` stands in which line of which cell."""

import json
from pathlib import Path

import pytest

from nb2service.look import look
from nb2service.writing.lines import Place, places, read_lines, write_lines
from support import MakeNotebook

GOLDEN = Path(__file__).parent / "golden"
CASES = sorted(path.stem for path in GOLDEN.glob("*.ipynb"))


@pytest.mark.parametrize("case", CASES)
def test_every_line_that_a_cell_has_is_found_there(case: str) -> None:
    notebook = look(GOLDEN / f"{case}.ipynb").notebook
    text = (GOLDEN / f"{case}.predict.py").read_text(encoding="utf-8")
    found, lines = places(notebook, text), text.splitlines()
    assert any(place.line for place in found.values())
    for number, place in found.items():
        (cell,) = [c for c in notebook.cells if c.number == place.cell]
        if place.line:
            written = cell.python.splitlines()[place.line - 1]
            assert written.strip() == lines[number - 1].strip()


def test_the_marked_function_is_found_whole(make_notebook: MakeNotebook) -> None:
    path = make_notebook(
        "import math\n\n\ndef half(x):\n    # of it\n    return x / 2\nLIMIT = 3",
        "#| predict\n# The answer.\ndef predict(p):\n    x = half(p['a'])\n    return x",
        "predict({'a': 1})",
    )
    text = (
        '"""Extracted."""\n\n# cell 1\nLIMIT = 3\n\n\ndef half(x):\n    # of it\n    return x / 2\n\n\n'
        "# cell 2, the marked one\n# The answer.\ndef predict(p):\n    x = half(p['a'])\n    return x\n"
    )
    found = places(look(path).notebook, text)
    assert found[4] == Place(1, 7)
    assert [found[n] for n in (7, 8, 9)] == [Place(1, 4), Place(1, 5), Place(1, 6)]
    assert [found[n] for n in (14, 15, 16)] == [Place(2, 3), Place(2, 4), Place(2, 5)]


def test_a_value_has_a_cell_and_no_line(make_notebook: MakeNotebook) -> None:
    predict = "#| predict\ndef predict(a):\n    return m"
    notebook = look(make_notebook("m = sum([1])", predict, "predict(1)")).notebook
    text = "# cell 1, computed there\nm = 1\n\n# no cell shows where this comes from\nz = 2\n"
    assert places(notebook, text) == {2: Place(1, 0)}


def test_a_check_that_no_cell_has_is_of_no_cell(make_notebook: MakeNotebook) -> None:
    notebook = look(
        make_notebook("m = 1", "#| predict\ndef predict(a):\n    return m", "predict(1)")
    )
    text = "# cell 1\nm = 1\n\n# no cell has this: it refuses\ndef f(a):\n    return a\n"
    assert places(notebook.notebook, text) == {2: Place(1, 1)}


def test_a_function_of_several_cells(make_notebook: MakeNotebook) -> None:
    path = make_notebook(
        "x = load()\ny = x + 1",
        "z = y * 2\nz = z - 1",
        "#| predict\ndef predict(a):\n    return a",
        "predict(1)",
    )
    text = (
        "# cell 3\ndef predict(x):\n    # cell 1\n    y = x + 1\n    # cell 2\n"
        "    z = y * 2\n    return z - 1\n"
    )
    found = places(look(path).notebook, text)
    assert (found[4], found[6], found[7]) == (Place(1, 2), Place(2, 1), Place(2, 2))


def test_written_and_read(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    path = make_notebook("#| predict\ndef predict(a):\n    b = a\n    return b", "predict(1)")
    notebook = look(path).notebook
    text = "# cell 1, the marked one\ndef predict(a):\n    b = a\n    return b\n"
    (tmp_path / "predict.py").write_text(text)
    write_lines(tmp_path, notebook)
    told = json.loads((tmp_path / "lines.json").read_text())
    assert told == {"notebook": "nb.ipynb", "predict.py": [[2, 4, 1, 2]]}
    assert read_lines(tmp_path) == {2: Place(1, 2), 3: Place(1, 3), 4: Place(1, 4)}
