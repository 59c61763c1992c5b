"""Which statements of the marked cell make an answer anew or change what it holds."""

import ast
from collections.abc import Iterator

from nb2service.notebook.changes import changed_names, outside_functions, root_name
from nb2service.notebook.statements import Scope, Statement

# Functions that change what they are given first.
_CHANGES_FIRST = frozenset(
    {"put", "copyto", "place", "putmask", "fill_diagonal", "shuffle", "heapify", "put_along_axis"}
)


def last_version(scope: Scope, statement: Statement, name: str) -> Statement:
    """The last statement of the cell that makes the answer anew from itself, or changes it in place.

    Args:
        scope: the notebook's statements.
        statement: the statement that binds the answer.
        name: its name.
    """
    last, made_of_it = statement, {name}
    for later in scope.of_cell(statement.cell):
        if not later.follows(statement) or later.is_definition or later.is_import:
            continue
        uses = made_of_it & (later.eager | later.lazy)
        changed = changes_of(scope, later)
        if uses:
            made_of_it |= later.binds | changed
        if (name in later.binds and uses) or name in changed:
            last = later
    return last


def changes_of(scope: Scope, statement: Statement) -> set[str]:
    """The names whose objects a statement may change in place, also by `out=` and by functions."""
    found = changed_names(statement.node)
    for part in outside_functions(statement.node):
        if isinstance(part, ast.Call):
            found |= set(_changed_by(scope, part, 0))
    return found


def _changed_by(scope: Scope, call: ast.Call, depth: int) -> Iterator[str]:
    for keyword in call.keywords:
        if keyword.arg == "out":
            yield from (n.id for n in ast.walk(keyword.value) if isinstance(n, ast.Name))
    name = call.func.attr if isinstance(call.func, ast.Attribute) else root_name(call.func)
    if isinstance(call.func, ast.Attribute) and name in _CHANGES_FIRST and call.args:
        yield root_name(call.args[0])
    binding = scope.binding(name, scope.notebook.last_cell)
    if isinstance(call.func, ast.Name) and binding is not None and depth < 4:
        for parameter, given in _handed(binding.node, call):
            if root_name(given) and parameter in _changed_inside(scope, binding, depth):
                yield root_name(given)


def _handed(node: ast.stmt, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """Each parameter of a function with what a call gives it."""
    if isinstance(node, ast.FunctionDef):
        names = [a.arg for a in [*node.args.posonlyargs, *node.args.args]]
        yield from zip(names, call.args, strict=False)
        yield from ((k.arg, k.value) for k in call.keywords if k.arg)


def _changed_inside(scope: Scope, function: Statement, depth: int) -> set[str]:
    """The names whose objects the body of a function changes in place."""
    assert isinstance(function.node, ast.FunctionDef)
    found: set[str] = set()
    for inner in function.node.body:
        found |= changed_names(inner)
        for part in outside_functions(inner):
            match part:
                case ast.AugAssign(target=ast.Name(id=name)):
                    found.add(name)
                case ast.Call():
                    found |= set(_changed_by(scope, part, depth + 1))
    return found
