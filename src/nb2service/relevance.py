"""Relevance: which cells the service comes from, and whether they changed since.

Those are the cells that the model, predict and its recorded calls may depend on, as far as the code
tells: not every plot. What cannot be told counts as relevant.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from nb2service.look import Look
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.magics import without_ours
from nb2service.notebook.read import Cell

FILE = "cells.json"


@dataclass(frozen=True)
class Known:
    """A relevant cell as it was: its number, and the SHA-256 of its code."""

    number: int
    sha256: str


def relevant_cells(looked: Look) -> list[Known]:
    """Return the cells that the service comes from, in the order of the notebook."""
    scope, flow = looked.scope, graph(looked.scope)
    seeds = {looked.mark.cell.number, *looked.callers}
    end = scope.end_of(looked.callers[-1])
    found = {index for index in range(end) if scope.statements[index].cell.number in seeds}
    for index in range(end):
        effects, cell = flow.effects[index], scope.statements[index].cell
        if effects.settings or effects.draws or effects.anything or _is_told(cell):
            found.add(index)
    uses = [(name, index) for index in found for name in scope.statements[index].needs]
    found.update(flow.slice_of([*uses, *((looked.mark.function, end),)]))
    cells = {scope.statements[index].cell.number for index in found}
    return [Known(c.number, _digest(c)) for c in looked.notebook.cells if c.number in cells]


def _is_told(cell: Cell) -> bool:
    return cell.is_setup or cell.is_parameters


def _digest(cell: Cell) -> str:
    return hashlib.sha256(without_ours(cell.source).strip().encode()).hexdigest()


def write_cells(model: Path, cells: Sequence[Known]) -> None:
    """Write `cells.json` into the folder `model/`: the cells that it came from."""
    inner = ",\n".join(f" {json.dumps([cell.number, cell.sha256])}" for cell in cells)
    (model / FILE).write_text(f"[\n{inner}\n]\n", encoding="utf-8")


def read_cells(model: Path) -> list[Known]:
    """Read what `write_cells` wrote."""
    return [Known(*entry) for entry in json.loads((model / FILE).read_text(encoding="utf-8"))]


def changes(then: Sequence[Known], now: Sequence[Known]) -> Iterator[str]:
    """Give what is otherwise now, in words: `cells 4 and 7 changed`."""
    changed: list[int] = []
    gone: list[int] = []
    matcher = SequenceMatcher(None, [c.sha256 for c in then], [c.sha256 for c in now], False)
    for what, start, end, first, last in matcher.get_opcodes():
        if what != "equal":
            changed += [cell.number for cell in now[first:last]]
            gone += [] if last > first else [cell.number for cell in then[start:end]]
    if changed:
        yield f"{numbered(changed)} changed since"
    if gone:
        yield f"{numbered(gone)} of then {'is' if len(gone) == 1 else 'are'} gone"


def numbered(numbers: Sequence[int]) -> str:
    """Cells by their numbers: `cells 4, 7 and 9`."""
    if len(numbers) == 1:
        return f"cell {numbers[0]}"
    return f"cells {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
