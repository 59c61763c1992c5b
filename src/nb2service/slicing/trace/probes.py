"""Probes: what `kernel/tracking/tracker.py` is asked to see of a statement while it runs."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.notebook.statements import Statement

Place = tuple[int, int, int, int]
COMPOUND = (ast.For, ast.If, ast.With, ast.Try)


@dataclass(frozen=True)
class Probe:
    """A statement to watch.

    Attributes:
        number: its index among the notebook's statements.
        nth: its place among the statements of its cell that begin on the same line.
        statement: the statement.
        versions: the names to copy after it.
        copies: the names to copy before it, because a later statement changes what they hold.
        tables: the names to copy before it if they hold tables: those that the answer uses.
        answer: the name of the answer, which is copied after it whatever it holds; None without one.
        places: the parts whose values are captured as they pass by, each with the way of capturing it.
    """

    number: int
    nth: int
    statement: Statement
    versions: frozenset[str]
    copies: frozenset[str]
    tables: frozenset[str]
    answer: str | None
    places: tuple[tuple[Place, str], ...]


def specs(probes: Sequence[Probe], cell: int) -> list[dict[str, Any]]:
    """What the kernel must know to watch the statements of one cell."""
    return [
        {
            "id": one.number,
            "line": one.statement.node.lineno,
            "nth": one.nth,
            "versions": sorted(one.versions),
            "copies": sorted(one.copies),
            "tables": sorted(one.tables),
            "answer": one.answer,
            "places": [[*place, kind] for place, kind in one.places],
            "compound": isinstance(one.statement.node, COMPOUND),
        }
        for one in probes
        if one.statement.cell.number == cell
    ]


def place_of(node: ast.expr) -> Place:
    """Where an expression stands in its cell."""
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
