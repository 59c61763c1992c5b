"""Probes: what `kernel/tracking/tracker.py` is asked to see of a statement while it runs."""

import ast
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from nb2service.notebook.dataflow.effects import Effects
from nb2service.notebook.statements import Statement

Place = tuple[int, int, int, int]
# How a part of a statement is captured while it runs: its value; of `df.apply(f)` what was fitted to
# each column; what lists columns; a printed text; the columns of a table. Or by a function of a call,
# which the kernel gets as its source, so that it must import what it needs itself: it is given what the
# call gave, what was called, its arguments and its keyword arguments, and returns what to keep, None for
# nothing.
Reducer = Callable[[Any, Any, tuple[Any, ...], dict[str, Any]], Any]
Capture = Literal["keep", "each", "listed", "printed", "columns"] | Reducer
COMPOUND = (ast.For, ast.If, ast.With, ast.Try)


@dataclass(frozen=True)
class Probe:
    """A statement to watch.

    Attributes:
        number: its index among the notebook's statements.
        nth: its place among the statements of its cell that begin on the same line.
        statement: the statement.
        effects: what it may do.
        versions: the names to copy after it.
        copies: the names to copy before it, because a later statement changes what they hold.
        tables: the names to copy before it if they hold tables: those that the answer uses.
        answer: the name of the answer, which is copied after it whatever it holds; None without one.
        places: the parts whose values are captured as they pass by, each with the way.
    """

    number: int
    nth: int
    statement: Statement
    effects: Effects
    versions: frozenset[str]
    copies: frozenset[str]
    tables: frozenset[str]
    answer: str | None
    places: tuple[tuple[Place, Capture], ...]


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
            "places": [[*place, _name_of(way)] for place, way in one.places],
            "reducers": {
                _name_of(way): inspect.getsource(way) for _, way in one.places if callable(way)
            },
            "compound": isinstance(one.statement.node, COMPOUND),
        }
        for one in probes
        if one.statement.cell.number == cell
    ]


def _name_of(way: Capture) -> str:
    return f"{way.__module__}:{way.__name__}" if callable(way) else way


def place_of(node: ast.expr) -> Place:
    """Where an expression stands in its cell."""
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)
