"""Serve a path: its function and its constants as if the notebook had stated them."""

import ast
from collections.abc import Iterable
from dataclasses import replace

from nb2service.marking.mark import Mark
from nb2service.notebook.names import annotation_names, names_of
from nb2service.notebook.statements import Scope, Statement
from nb2service.slicing.compile.residual import ResidualFunction
from nb2service.slicing.trace.constants import Captured


def as_statements(scope: Scope, mark: Mark, path: ResidualFunction) -> tuple[Scope, Mark]:
    """The notebook's statements with those of the path among them, and the mark of its function.

    From here on a bare cell is served like a function that the marked cell defines.
    """
    function = _statement(mark.cell.number, path.source, mark.definition, path.entry)
    added = [_constant(name, value) for name, value in path.constants.items()]
    for name, source in path.helpers.items():
        added.append(_statement(mark.cell.number, source, mark.definition, name))
    statements = _merged(scope.statements, [*added, function])
    answer_name = mark.answer_name
    if answer_name is None and mark.answer is not None and mark.answer.name is not None:
        answer_name = mark.answer.name
    changed = replace(mark, function=path.entry, definition=function, answer_name=answer_name)
    return Scope(scope.notebook, tuple(statements)), changed


def _constant(name: str, value: Captured) -> Statement:
    """The binding of a constant: no code that could run again, only where it comes from."""
    step = value.step
    node = ast.parse(f"{name} = ...").body[0]
    ast.increment_lineno(node, step.line - 1)
    return Statement(
        step.statement.cell,
        node,
        f"{name} = {value.text}",
        step.line,
        frozenset({name}),
        frozenset(),
        frozenset(),
    )


def _statement(cell: int, source: str, beside: Statement, entry: str) -> Statement:
    node = ast.parse(source).body[0]
    ast.increment_lineno(node, beside.node.lineno - 1)
    _, eager, lazy = names_of(source)
    soft = annotation_names(node)
    return Statement(
        beside.cell if beside.cell.number == cell else replace(beside.cell, number=cell),
        node,
        source.rstrip("\n"),
        beside.line,
        frozenset({entry}),
        eager - soft,
        lazy - soft,
        soft,
    )


def _merged(statements: Iterable[Statement], added: Iterable[Statement]) -> list[Statement]:
    """All of them by their cells; what is added stands behind the others of its cell."""
    found = [(s.cell.number, 0, i, s) for i, s in enumerate(statements)]
    found += [(s.cell.number, 1, i, s) for i, s in enumerate(added)]
    return [s for *_, s in sorted(found, key=lambda entry: entry[:3])]
