"""Look: what is marked and what would come along, without running anything."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from nb2service.closure.close import check_calls, check_names
from nb2service.closure.contexts import refuse_contexts
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark, mark
from nb2service.notebook.read import Cell, Notebook, read
from nb2service.notebook.statements import Scope, parse
from nb2service.running.failures import Failure, cause, needed


@dataclass(frozen=True)
class Reduced:
    """What runs of a notebook, and what does not.

    Attributes:
        statements: how many statements run.
        of: how many the notebook has.
        files: the values that come from files -> which, in words.
        whole: the cells that run as they stand, so that all that they print can be compared.
        last: the cells whose last statement runs, so that what it shows can be compared.
    """

    statements: int
    of: int
    files: Mapping[str, str]
    whole: frozenset[int]
    last: frozenset[int]


@dataclass(frozen=True)
class Look:
    """A notebook that was looked at, but not run.

    Attributes:
        notebook: the notebook.
        scope: its statements.
        mark: the marked function.
        callers: the numbers of the cells that may call it.
        reduced: what is left out, if only a part of the notebook is to run.
    """

    notebook: Notebook
    scope: Scope
    mark: Mark
    callers: list[int]
    reduced: Reduced | None = None

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
    name = "predict"
    try:
        marked = mark(notebook, scope)
        name = marked.function
        check_names(scope, marked)
        refuse_contexts(scope, marked)
        callers = _callers(scope, marked)
    except Nb2serviceError:
        _refuse_broken(scope, name)
        raise
    failures = [Failure(b.cell, b.line, "SyntaxError", b.message) for b in scope.broken]
    found = cause(scope, failures, needed(scope, marked, callers[-1]))
    if found:
        (broken,) = (b for b in scope.broken if b.cell is found.failure.cell)
        raise broken.error(notebook)
    return Look(notebook, scope, marked, callers)


def _callers(scope: Scope, marked: Mark) -> list[int]:
    """The numbers of the cells whose calls are recorded."""
    if marked.answer is not None:
        return [marked.cell.number]
    return [marked.caller.number] if marked.caller else check_calls(scope, marked)


def _refuse_broken(scope: Scope, name: str) -> None:
    """Blame a cell that is not Python and that marks, defines or calls what was looked for."""
    for broken in scope.broken:
        if re.search(rf"#\s?\|\s*predict\b|(?<![\w.]){name}\s*\(", broken.cell.source):
            raise broken.error(scope.notebook)
