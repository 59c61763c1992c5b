"""Lines: which line of which cell stands in which line of `model/predict.py`."""

import ast
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nb2service.notebook.read import Notebook

FILE = "lines.json"
# The comments of `source.py`: where the next lines come from, if a cell shows it.
_CELL = re.compile(r"\s*# (?:cell (\d+)|no cell shows|no cell has|what Jupyter|what the notebook)")


@dataclass(frozen=True)
class Place:
    """Where a line comes from; `line` is 0 if the notebook has no such line, only such a value."""

    cell: int
    line: int


def places(notebook: Notebook, text: str) -> dict[int, Place]:
    """Find the lines of `predict.py` in the cells that its comments name.

    Args:
        notebook: the notebook.
        text: the text of `predict.py`.
    """
    cells: dict[int, list[list[str]]] = {}
    for cell in notebook.cells:  # a cell may run files, too
        cells.setdefault(cell.number, []).append(cell.python.splitlines())
    lines, found = text.splitlines(), {}
    for first, last, number in _statements(text, lines):
        whole = _in_one_piece(cells.get(number, ()), lines[first - 1 : last])
        if whole is not None:
            for line in range(first, last + 1):
                found[line] = Place(number, whole + line - first + 1)
            continue
        for start, end, part in _parts(lines, first, last, number):
            found.update(_line_by_line(cells, part, lines, start, end))
    return found


def _statements(text: str, lines: Sequence[str]) -> Iterator[tuple[int, int, int]]:
    """First line, last line and cell of each statement; 0 where no cell shows it."""
    for node in ast.parse(text).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        if lines[first - 1].startswith("from model.loading import"):
            continue  # ours
        above = [match for line in lines[: first - 1] if (match := _CELL.match(line))]
        yield first, node.end_lineno or first, int(above[-1][1] or 0) if above else 0


def _parts(
    lines: Sequence[str], first: int, last: int, cell: int
) -> Iterator[tuple[int, int, int]]:
    """The parts of a function that is put together of the statements of several cells."""
    for at in range(first, last + 1):
        match = _CELL.match(lines[at - 1])
        if match:
            yield first, at - 1, cell
            first, cell = at + 1, int(match[1] or 0)
    yield first, last, cell


def _in_one_piece(cells: Sequence[Sequence[str]], block: Sequence[str]) -> int | None:
    """Where a block of lines stands in a cell."""
    wanted = [line.rstrip() for line in block]
    for cell in cells:
        have = [line.rstrip() for line in cell]
        for at in range(len(have) - len(wanted) + 1):
            if have[at : at + len(wanted)] == wanted:
                return at
    return None


def _line_by_line(
    cells: Mapping[int, Sequence[Sequence[str]]],
    number: int,
    lines: Sequence[str],
    first: int,
    last: int,
) -> dict[int, Place]:
    """Find each line for itself, below the one before it, however it is indented."""
    found, at = {}, 0
    for line in range(first, last + 1):
        wanted = lines[line - 1].strip()
        below = [
            (row, text.strip())
            for cell in cells.get(number, ())
            for row, text in enumerate(cell)
            if row >= at
        ]
        rows = [row for row, text in below if text == wanted]
        # What is returned stands to the right of an `=` in the notebook.
        value = wanted.removeprefix("return ")
        if value != wanted:
            rows += [row for row, text in below if text.endswith(f"= {value}")]
        if rows and wanted:
            found[line], at = Place(number, rows[0] + 1), rows[0] + 1
        elif number:
            found[line] = Place(number, 0)
    return found


def write_lines(model: Path, notebook: Notebook) -> None:
    """Write `lines.json` into the folder `model/`: the places of the lines of its `predict.py`.

    Each entry is the first and the last line of a run, its cell, and the first one's line there.
    """
    found = places(notebook, (model / "predict.py").read_text(encoding="utf-8"))
    inner = ",\n  ".join(json.dumps(run) for run in _runs(found))
    name = json.dumps(notebook.name, ensure_ascii=False)
    text = f'{{\n "notebook": {name},\n "predict.py": [\n  {inner}\n ]\n}}\n'
    (model / FILE).write_text(text, encoding="utf-8")


def read_lines(model: Path) -> dict[int, Place]:
    """Read what `write_lines` wrote."""
    runs = json.loads((model / FILE).read_text(encoding="utf-8"))["predict.py"]
    return {
        number: Place(cell, line + number - first if line else 0)
        for first, last, cell, line in runs
        for number in range(first, last + 1)
    }


def _runs(found: Mapping[int, Place]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number, place in sorted(found.items()):
        if runs:
            first, last, cell, line = runs[-1]
            follows = line + number - first if line else 0
            if number == last + 1 and (place.cell, place.line) == (cell, follows):
                runs[-1][1] = number
                continue
        runs.append([number, number, place.cell, place.line])
    return runs
