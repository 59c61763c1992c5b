"""Judge: of the cells that fail, which end the generation, and with which words."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from nb2service.closure.close import never_called
from nb2service.errors import MissingNameError, Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import Scope
from nb2service.running.failures import (
    Cause,
    Failure,
    cause,
    failed_statements,
    needed,
    needed_at,
    needed_by,
    notes,
)
from nb2service.running.remedies import remedy
from nb2service.running.trouble import Trouble


class Judge:
    """Hears of every failure while the notebook runs.

    Attributes:
        failures: all of them, in the order in which they happened.
    """

    def __init__(self, scope: Scope, mark: Mark, callers: Sequence[int], python: str) -> None:
        """Begin.

        Args:
            scope: the notebook's statements.
            mark: the marked function.
            callers: the numbers of the cells that may call it.
            python: the interpreter of the kernel, for commands that install something.
        """
        self.scope, self.mark, self.callers = scope, mark, callers
        self.python = Path(python)
        self.failures: list[Failure] = []

    def hear(self, failures: Sequence[Failure]) -> None:
        """Take note of what failed in a cell.

        Raises:
            Nb2serviceError: the marked function needs what did not happen there.
        """
        if failures:
            self.failures += failures
            self._stop_if(needed(self.scope, self.mark, self.callers[-1]))

    def check(self, names: Iterable[str], last_cell: int) -> None:
        """Look at names that turned out to be needed besides, as they are after `last_cell`.

        Raises:
            Nb2serviceError: one of them is not what the notebook meant, because a cell failed.
        """
        self._stop_if(needed_at(self.scope, names, last_cell))

    @property
    def failed(self) -> set[int]:
        """The indices of the statements that did not run to their end."""
        return {i for failure in self.failures for i in failed_statements(self.scope, failure)}

    def of_missing(self, error: MissingNameError, last_cell: int) -> Nb2serviceError:
        """The error for a needed name without a value: the failed cell, where that is the cause."""
        found = cause(self.scope, self.failures, needed_at(self.scope, [error.name], last_cell))
        return self._error(found) if found else error

    def of_no_call(self) -> Nb2serviceError:
        """The error for a function that was never called: the failed cell, where that is the cause."""
        for failure in self.failures:
            if failure.cell.number in self.callers:
                found = cause(self.scope, self.failures, needed_by(self.scope, failure))
                return self._error(found or Cause(failure, ""))
        return never_called(self.scope, self.mark)

    def notes(self) -> list[str]:
        """What the card says about failures that do no harm."""
        return notes(self.failures, self.scope.notebook)

    def _stop_if(self, names: Sequence[tuple[str, int]]) -> None:
        found = cause(self.scope, self.failures, names)
        if found:
            raise self._error(found)

    def _error(self, found: Cause) -> Nb2serviceError:
        failure = self._first(found.failure)
        why = f", and what is served needs `{found.name}` of it" if found.name else ""
        return Nb2serviceError(
            self.scope.notebook.place(failure.cell, failure.line),
            f"the cell fails{why}\n    {failure.shown}\n    {failure.fact}",
            remedy(Trouble(failure, self.scope.notebook, self.scope, self.python)),
        )

    def _first(self, failure: Failure) -> Failure:
        """The failure that left a name without a value, where that made this one fail."""
        before = self.failures[: self.failures.index(failure)]
        if failure.error != "NameError":
            return failure
        found = cause(self.scope, before, needed_by(self.scope, failure))
        return self._first(found.failure) if found else failure
