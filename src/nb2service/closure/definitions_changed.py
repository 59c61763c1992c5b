"""Classes and functions that cells change after their definition: `Config.floor = 900`.

Their source comes along, so what changes them comes along, too, and runs behind it.
"""

import ast
from collections.abc import Iterator, Mapping

from nb2service.closure.items import Item
from nb2service.notebook.changes import root_name
from nb2service.notebook.statements import Scope, Statement

_SETS = frozenset({"setattr", "delattr"})


def definitions_changed(
    scope: Scope, items: Mapping[str, Item], last_cell: int
) -> Iterator[tuple[int, frozenset[str]]]:
    """The indices of statements that set attributes of what comes along as its source, and of which."""
    code = {name for name, item in items.items() if item.becomes == "code"}
    for index, statement in enumerate(scope.statements[: scope.end_of(last_cell)]):
        name = _attribute_of(statement.node)
        if name in code and _is_definition(scope, name, statement):
            yield index, frozenset({f"{name}.attributes"})


def _is_definition(scope: Scope, name: str, statement: Statement) -> bool:
    binding = scope.binding_before(name, statement)
    return binding is not None and binding.is_definition


def _attribute_of(node: ast.stmt) -> str:
    """The name whose attribute a statement sets or deletes; `""` if it does none of it."""
    match node:
        case (
            ast.Assign(targets=[ast.Attribute() as target])
            | ast.AnnAssign(target=ast.Attribute() as target)
            | ast.AugAssign(target=ast.Attribute() as target)
            | ast.Delete(targets=[ast.Attribute() as target])
        ):
            return root_name(target)
        case ast.Expr(value=ast.Call(func=ast.Name(id=call), args=[ast.Name(id=name), *_])):
            return name if call in _SETS else ""
    return ""
