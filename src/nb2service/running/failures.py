"""Failures: cells that fail while the notebook runs, and whether what is served depends on them.

A notebook is served from what really ran. A cell may fail as long as no value, function or class that
the service needs would have been made or changed by the statements that did not run. Where the saved
notebook shows the same error, its author went on with what the names held before, and so does a service.
"""

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.graph import Graph
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.statements import BUILTINS, Scope, Statement

_MOST_SHOWN = 3


@dataclass(frozen=True)
class Failure:
    """A cell that failed.

    Attributes:
        cell: the cell.
        line: the line in it that failed, counted from 1; None if unknown.
        error: the name of the exception, e.g. `KeyError`.
        text: what it says.
        went_on: whether the lines below it ran nevertheless, because a magic or an import had failed.
    """

    cell: Cell
    line: int | None
    error: str
    text: str
    went_on: bool = False

    @property
    def known(self) -> bool:
        """Whether the saved notebook shows this error, too: its author saw it, and went on."""
        return bool(self.error) and self.cell.error == self.error

    @property
    def shown(self) -> str:
        """The line of source that failed."""
        lines = self.cell.source.splitlines()
        found = lines[self.line - 1] if self.line and self.line <= len(lines) else self.cell.title
        return found.strip()[:80]

    @property
    def fact(self) -> str:
        """The exception, in one line."""
        text = re.sub(r" \(\S+, line \d+\)$", "", " ".join(self.text.split())[:300]).rstrip(".")
        return f"{self.error}: {text}" if text else self.error


@dataclass(frozen=True)
class Cause:
    """The failure that a needed name has no value from.

    Attributes:
        failure: the failure.
        name: the name.
    """

    failure: Failure
    name: str


def needed(scope: Scope, mark: Mark, last_cell: int) -> list[tuple[str, int]]:
    """The names that the marked function needs, each with the statement before which it needs it."""
    definition = scope.index(mark.definition)
    end = scope.end_of(last_cell)
    return [
        (mark.function, definition + 1),
        *((name, definition) for name in sorted(mark.definition.eager)),
        *((name, end) for name in sorted(mark.definition.lazy)),
    ]


def needed_at(scope: Scope, names: Iterable[str], last_cell: int) -> list[tuple[str, int]]:
    """The names, each as it is after the cell `last_cell`."""
    return [(name, scope.end_of(last_cell)) for name in sorted(names)]


def needed_by(scope: Scope, failure: Failure) -> list[tuple[str, int]]:
    """The names that the failed statement needs."""
    found = failed_statements(scope, failure)
    if not found:
        return []
    statement = scope.statements[found[0]]
    return [(name, found[0]) for name in sorted(statement.eager | statement.lazy)]


def cause(
    scope: Scope, failures: Sequence[Failure], names: Iterable[tuple[str, int]]
) -> Cause | None:
    """The first failure because of which one of the names is not what the notebook meant.

    Follows the names through the statements that bind or change them, in any cell. A name that is
    bound anew after the failure no longer depends on it.

    Args:
        scope: the notebook's statements.
        failures: the cells that failed.
        names: names, each with the index of the statement before which it is needed.
    """
    return _History(scope, failures).earliest(names) if failures else None


def notes(failures: Sequence[Failure], notebook: Notebook) -> list[str]:
    """Say which cells failed although nothing that is served depends on them, for the card."""
    surprising = [f for f in failures if "raises-exception" not in f.cell.tags]
    found = [
        f"{notebook.place(f.cell, f.line).removeprefix(notebook.name + ', ')} failed ({f.fact})"
        + (
            ", as the saved notebook shows."
            if f.known
            else "; nothing that is served depends on it."
        )
        for f in surprising[:_MOST_SHOWN]
    ]
    rest = list(dict.fromkeys(f.cell.number for f in surprising[_MOST_SHOWN:]))
    if rest:
        numbers = ", ".join(map(str, rest[:20])) + (", …" if len(rest) > 20 else "")
        cells = "cell" if len(rest) == 1 else "cells"
        also = (
            "; nothing that is served depends on it" if not any(f.known for f in surprising) else ""
        )
        found.append(f"{cells} {numbers} failed too{also}.")
    return [text[0].upper() + text[1:] for text in found]


class _History:
    """Which statements did not run to their end, and what comes from which; places are indices."""

    def __init__(self, scope: Scope, failures: Sequence[Failure]) -> None:
        self.statements = scope.statements
        self.lost: dict[int, Failure] = {}
        for failure in failures:
            for index in failed_statements(scope, failure):
                self.lost.setdefault(index, failure)
        self.bound = {
            index: frozenset(
                n for n in self.statements[index].binds if self._bound_before(index, n)
            )
            for index in self.lost
        }
        self.graph = Graph(self.statements, self.bound)

    def earliest(self, names: Iterable[tuple[str, int]]) -> Cause | None:
        """The cause that lies first in the notebook."""
        found: tuple[int, Cause] | None = None
        pending, seen = list(names), set[tuple[str, int, int]]()
        while pending:
            name, use = pending.pop()
            reaching = self.graph.reaching(name, use) or self._unseen(name)
            key = (name, min(reaching, default=-1), max(reaching, default=-1))
            if key in seen:
                continue
            seen.add(key)
            is_bound = self.graph.definition(name, use) is not None
            for index in reaching:
                lost = self.lost.get(index) if name not in self.bound.get(index, ()) else None
                if lost is not None and lost.known and is_bound:
                    continue
                if lost is not None and self._is_nearer(index, name, found):
                    found = index, Cause(lost, name)
                effects = self.graph.effects[index]
                pending += [(need, index) for need in effects.reads]
                # What a function's body needs, it needs when the function is used.
                pending += [(need, use) for need in effects.lazy]
        return found[1] if found else None

    def _is_nearer(self, index: int, name: str, found: tuple[int, Cause] | None) -> bool:
        """Whether it says more: it lies further up, or it is what the statement gives a value to."""
        if found is None or index < found[0]:
            return True
        binds = self.statements[index].binds
        return index == found[0] and name in binds and found[1].name not in binds

    def _unseen(self, name: str) -> list[int]:
        """The failed star imports and the like that may have bound a name that nothing else binds."""
        if name in BUILTINS:
            return []
        return [i for i in sorted(self.lost) if self.statements[i].is_star]

    def _bound_before(self, index: int, name: str) -> bool:
        """Whether a block that failed, such as a `with`, had bound the name above the failing line."""
        failure, statement = self.lost[index], self.statements[index]
        if failure.line is None:
            return False
        if not isinstance(statement.node, ast.With | ast.AsyncWith | ast.If | ast.Try):
            return False
        shift = statement.line - statement.node.lineno
        lines = [
            node.end_lineno or node.lineno
            for node in ast.walk(statement.node)
            if isinstance(node, ast.stmt) and node is not statement.node and _stores(node, name)
        ]
        return bool(lines) and max(lines) + shift < failure.line


def failed_statements(scope: Scope, failure: Failure) -> list[int]:
    """The statements of the failed cell that did not run to their end."""
    found = []
    for index, statement in enumerate(scope.statements):
        if statement.cell.number != failure.cell.number:
            continue
        if failure.line is None or lines_of(statement)[1] >= failure.line:
            found.append(index)
            if failure.went_on:
                break
    return found


def lines_of(statement: Statement) -> tuple[int, int]:
    """The first and the last line of a statement in its cell."""
    if statement.within:
        return statement.within[0], statement.within[0]
    last = statement.line + (statement.node.end_lineno or 0) - statement.node.lineno
    return statement.line, last


def _stores(node: ast.stmt, name: str) -> bool:
    """Whether a simple statement binds the name."""
    if hasattr(node, "body") and not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return False
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name == name
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any((a.asname or a.name.split(".")[0]) == name for a in node.names)
    return any(
        isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Store)
        for child in ast.walk(node)
    )
