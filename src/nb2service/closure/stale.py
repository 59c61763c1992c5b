"""Code that would run again on other values than it ran on in the notebook.

A default, a base, a decorator or a class body is evaluated once, where it stands; the service
evaluates it again, with the values that the names have at the last call of predict.
"""

import ast
from collections.abc import Iterable, Iterator

from nb2service.closure.at_once import computed_at_once, names_at_once
from nb2service.errors import Nb2serviceError
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope, Statement

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def refuse_stale(scope: Scope, name: str, statements: Iterable[Statement], last_cell: int) -> None:
    """Stop where one of the statements that make `name` would give something else today.

    Raises:
        Nb2serviceError: it would, as far as the code tells. What it does not tell, the proof finds.
    """
    for statement in statements:
        worked_on = {n for part in computed_at_once(statement.node) for n in names_at_once(part)}
        used = set(_reached(scope, worked_on, scope.index(statement))) if worked_on else set[str]()
        for need in sorted((statement.eager | used) - {name}):
            later = _changed(scope, need, statement, last_cell, touches=need in used)
            if later is not None:
                raise _stale(scope, name, statement, need, later)


def _changed(
    scope: Scope, need: str, statement: Statement, last_cell: int, *, touches: bool
) -> Statement | None:
    """The later statement that gave `need` another value, or may have changed what it holds."""
    then, now = scope.binding_before(need, statement), scope.binding(need, last_cell)
    if now is not None and now is not statement and then is not now and not _alike(then, now):
        return now
    if now is not None and now.is_definition and now.node.name != need:  # type: ignore[attr-defined]
        return now  # a function that says `global`: nobody knows when it ran
    if not touches or (now is not None and now.is_import):
        return None
    later = graph(scope).changing(need, scope.index(statement), scope.end_of(last_cell))
    return scope.statements[later[0]] if later else None


def _alike(one: Statement | None, other: Statement) -> bool:
    """Whether both bind the same thing: an import that is repeated, a cell that was pasted twice."""
    return one is not None and ((one.is_import and other.is_import) or one.source == other.source)


def _stale(
    scope: Scope, name: str, statement: Statement, need: str, later: Statement
) -> Nb2serviceError:
    return Nb2serviceError(
        scope.notebook.place(statement.cell, statement.line),
        f"`{name}` is made from what `{need}` is there, and cell {later.cell.number}, "
        f"line {later.line} changes `{need}` afterwards; the service can have only one of the two",
        f"Give the later `{need}` a name of its own, or make `{name}` after it.",
    )


def _reached(scope: Scope, names: Iterable[str], index: int) -> Iterator[str]:
    """Yield the names, and all that the functions and classes among them use where they are called.

    Args:
        scope: the notebook's statements.
        names: the names.
        index: the statement that calls them.
    """
    flow = graph(scope)
    pending, seen = list(names), set[str]()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        yield name
        for made in (scope.statements[i] for i in flow.reaching(name, index)):
            # An instance knows its class, a partial its function.
            pending += () if made.is_import else made.lazy | made.eager
