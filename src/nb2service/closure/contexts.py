"""Contexts: a `with` around the prediction that sets something for its time, and that no service has."""

import ast
from collections.abc import Iterator

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.bound import imported
from nb2service.notebook.dataflow.settings import CONTEXTS
from nb2service.notebook.statements import Scope, Statement

# What NumPy does at a division by zero without changing what comes out.
_SILENT = frozenset({"ignore", "warn", "print"})


def refuse_contexts(scope: Scope, mark: Mark) -> None:
    """Stop where the notebook predicts within a `with` that may change the answers.

    Raises:
        Nb2serviceError: it does: the service would answer without it, on whatever record it matters.
    """
    names = {
        name: full
        for s in scope.statements
        for node in ast.walk(s.node)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name, full in imported(node)
    }
    for statement, node in _predicting(scope, mark):
        for item in _around(statement.node, node):
            setting = _sets(item, names)
            if setting:
                raise _within(scope, mark, statement, item, setting)


def _predicting(scope: Scope, mark: Mark) -> Iterator[tuple[Statement, ast.AST]]:
    """The places that predict: the calls of a marked function, or the answer of a bare cell."""
    if mark.answer is not None:
        inside = mark.answer.statement
        yield inside, mark.answer.node or inside.node
        return
    for statement in scope.statements:
        if mark.function in statement.eager and statement is not mark.definition:
            for node in ast.walk(statement.node):
                match node:
                    case ast.Call(func=ast.Name(id=name)) if name == mark.function:
                        yield statement, node


def _around(outer: ast.AST, wanted: ast.AST) -> Iterator[ast.expr]:
    """The expressions of the `with`s in a statement that a part of it stands in."""
    for node in ast.walk(outer):
        if isinstance(node, ast.With) and any(
            part is wanted or node is wanted for inner in node.body for part in ast.walk(inner)
        ):
            yield from (item.context_expr for item in node.items)


def _sets(item: ast.expr, names: dict[str, str]) -> str:
    """The setting that a context sets; `""` for one that changes no answer."""
    function = item.func if isinstance(item, ast.Call) else item
    setting = CONTEXTS.get(_full_name(function, names), "")
    if setting == "numpy.errstate" and isinstance(item, ast.Call):
        written = [
            k.value.value if isinstance(k.value, ast.Constant) else "" for k in item.keywords
        ]
        return "" if written and set(written) <= _SILENT else setting
    return setting


def _full_name(node: ast.AST, names: dict[str, str]) -> str:
    if isinstance(node, ast.Attribute):
        return f"{_full_name(node.value, names)}.{node.attr}"
    return names.get(node.id, "") if isinstance(node, ast.Name) else ""


def _within(
    scope: Scope, mark: Mark, statement: Statement, item: ast.expr, setting: str
) -> Nb2serviceError:
    shown = ast.unparse(item)
    place = scope.notebook.place(
        statement.cell, item.lineno - statement.node.lineno + statement.line
    )
    if mark.answer is not None:
        return Nb2serviceError(
            place,
            f"the marked cell predicts within `with {shown}`, which sets {setting}, and a service would "
            "answer without it",
            f"Put the way from a row to the answer into a function with `with {shown}` in it, mark "
            "that, and call it once.",
        )
    return Nb2serviceError(
        place,
        f"{mark.function} is called within `with {shown}`, which sets {setting}, and a service would call "
        "it without",
        f"Put `with {shown}` into {mark.function}.",
    )
