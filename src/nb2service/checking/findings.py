"""Findings: what a look at a notebook finds that the user should mend or know."""

from dataclasses import dataclass
from typing import Literal

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import Statement

Severity = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """One thing to mend, or to know.

    Attributes:
        rule: the kind of finding, a name of `kinds/`, or the step that refused: `read`, `syntax`,
            `mark`, `names`, `calls`, `modules`.
        severity: `error` if the notebook cannot be served so, or not safely; else `warning`.
        place: where it is, as in messages.
        cell: the number of the cell; None if it is none.
        line: the line in that cell, counted from 1; None if it is none.
        fact: what is so there, a sentence without its full stop.
        remedy: what to do about it, one or a few sentences.
    """

    rule: str
    severity: Severity
    place: str
    cell: int | None
    line: int | None
    fact: str
    remedy: str

    def __str__(self) -> str:
        """The whole message, as errors have it."""
        return str(Nb2serviceError(self.place, self.fact, self.remedy))


def at(
    rule: str,
    severity: Severity,
    notebook: Notebook,
    statement: Statement,
    line: int | None,
    fact: str,
    remedy: str,
) -> Finding:
    """Make a finding about a statement, at one of its lines (None: its first)."""
    line = line or statement.line
    place = notebook.place(statement.cell, line)
    return Finding(rule, severity, place, statement.cell.number, line, fact, remedy)


def of_error(rule: str, error: Nb2serviceError) -> Finding:
    """Make a finding of an error that would end the generation."""
    cell, line = _number(error.place, ", cell "), _number(error.place, ", line ")
    return Finding(rule, "error", error.place, cell, line, error.fact, error.remedy)


def _number(place: str, word: str) -> int | None:
    digits = place.rpartition(word)[2].partition(",")[0] if word in place else ""
    return int(digits) if digits.isdigit() else None
