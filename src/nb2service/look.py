"""Look: what is marked and what would come along, without running anything."""

from dataclasses import dataclass
from pathlib import Path

from nb2service.closure.close import check_calls, check_names
from nb2service.marking.mark import Mark, mark
from nb2service.notebook.read import Cell, Notebook, read
from nb2service.notebook.statements import Scope, parse


@dataclass(frozen=True)
class Look:
    """A notebook that was looked at, but not run.

    Attributes:
        notebook: the notebook.
        scope: its statements.
        mark: the marked function.
        callers: the numbers of the cells that may call it.
    """

    notebook: Notebook
    scope: Scope
    mark: Mark
    callers: list[int]

    @property
    def cells(self) -> list[Cell]:
        """The cells to run: none beyond the last call."""
        return [cell for cell in self.notebook.cells if cell.number <= self.callers[-1]]


def look(path: Path) -> Look:
    """Read the notebook and find what is marked, without running anything.

    Raises:
        Nb2serviceError: it cannot be served as it stands.
    """
    notebook = read(path)
    scope = parse(notebook)
    marked = mark(notebook, scope)
    check_names(scope, marked)
    return Look(notebook, scope, marked, check_calls(scope, marked))
