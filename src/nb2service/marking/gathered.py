"""Names in which a loop over models gathers their answers: `total += m.predict(X)`, `all.append(…)`."""

import ast
from collections.abc import Iterator

from nb2service.marking.answer import is_predict_call
from nb2service.notebook.changes import outside_functions
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope


def gathered(node: ast.stmt) -> frozenset[str]:
    """The names in which a loop gathers what models answer; none where it is no such loop."""
    if not isinstance(node, ast.For) or not any(map(is_predict_call, ast.walk(node))):
        return frozenset()
    return frozenset(name for part in outside_functions(node) for name in _added_to(part))


def gathered_in(scope: Scope, cell: Cell) -> frozenset[str]:
    """The names in which loops of a cell gather what models answer."""
    return frozenset(name for s in scope.of_cell(cell) for name in gathered(s.node))


def listed(call: ast.AST | None) -> str | None:
    """The name of the list that a call appends to; None if it is another call."""
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append"), args=[_]):
            return name
    return None


def _added_to(part: ast.AST) -> Iterator[str]:
    match part:
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            if any(isinstance(n, ast.Name) and n.id == name for n in ast.walk(value)):
                yield name
    if (into := listed(part)) is not None:
        yield into
