"""Which statements may run again when the service starts, instead of saving what they made.

`f = make(3)` may: calling `make` again makes the same function. `f = train(X, y).predict` may not:
the service would train again. Only what is plainly harmless counts.
"""

import ast
from collections.abc import Iterator

from nb2service.notebook.statements import BUILTINS, Scope, Statement

# Builtins that change nothing outside of what they return.
_HARMLESS = BUILTINS - {"open", "input", "exec", "eval", "compile", "breakpoint", "next", "setattr"}
# Modules whose functions make functions and change nothing.
_PURE = frozenset({"functools", "operator", "itertools", "math", "re", "collections", "typing"})
_SIMPLE = (
    ast.Return,
    ast.Assign,
    ast.AnnAssign,
    ast.If,
    ast.Pass,
    ast.Nonlocal,
    ast.Expr,
    ast.Raise,
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def may_repeat(scope: Scope, statement: Statement) -> bool:
    """Whether an assignment may run again, in the service."""
    value = getattr(statement.node, "value", None)
    return isinstance(value, ast.expr) and _is_harmless(scope, value, statement, set())


def _is_harmless(scope: Scope, value: ast.AST, at: Statement, seen: set[str]) -> bool:
    return all(_is_harmless_call(scope, call, at, seen) for call in _calls(value))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    """The calls that happen when the node runs; bodies of functions and lambdas do not."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        if isinstance(node, ast.Lambda) and child is node.body:
            continue
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and child in node.body:
            continue
        yield from _calls(child)


def _is_harmless_call(scope: Scope, call: ast.Call, at: Statement, seen: set[str]) -> bool:
    root: ast.expr = call.func
    while isinstance(root, ast.Attribute | ast.Call):
        root = root.value if isinstance(root, ast.Attribute) else root.func
    if isinstance(root, ast.Lambda):
        return True
    if not isinstance(root, ast.Name):
        return False
    maker = scope.binding_before(root.id, at)
    if maker is None:
        return root.id in _HARMLESS and root is call.func
    if maker.is_import:
        return True
    return isinstance(call.func, ast.Name) and _is_pure(scope, maker, seen)


def _is_pure(scope: Scope, maker: Statement, seen: set[str]) -> bool:
    """Whether a function of the notebook changes nothing and takes no time."""
    if isinstance(maker.value, ast.Lambda):
        return _calls_are_pure(scope, maker.value.body, maker, seen)
    if not isinstance(maker.node, ast.FunctionDef) or maker.node.name in seen:
        return False
    seen.add(maker.node.name)
    return all(_is_pure_statement(scope, s, maker, seen) for s in maker.node.body)


def _is_pure_statement(scope: Scope, node: ast.stmt, maker: Statement, seen: set[str]) -> bool:
    if isinstance(node, _FUNCTIONS):
        return True
    if not isinstance(node, _SIMPLE):
        return False
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    if any(isinstance(part, ast.Attribute | ast.Subscript) for t in targets if t for part in [t]):
        return False
    if isinstance(node, ast.If):
        return all(_is_pure_statement(scope, s, maker, seen) for s in [*node.body, *node.orelse])
    return _calls_are_pure(scope, node, maker, seen)


def _calls_are_pure(scope: Scope, node: ast.AST, maker: Statement, seen: set[str]) -> bool:
    for call in _calls(node):
        root: ast.expr = call.func
        while isinstance(root, ast.Attribute | ast.Call):
            root = root.value if isinstance(root, ast.Attribute) else root.func
        if not isinstance(root, ast.Name):
            return False
        made = scope.binding(root.id, maker.cell.number)
        if made is None:
            if root.id not in _HARMLESS or root is not call.func:
                return False
        elif made.is_import:
            if not _is_of(made, root.id, _PURE):
                return False
        elif not (isinstance(call.func, ast.Name) and _is_pure(scope, made, seen)):
            return False
    return True


def _is_of(statement: Statement, name: str, modules: frozenset[str]) -> bool:
    node = statement.node
    if isinstance(node, ast.ImportFrom):
        return (node.module or "") in modules
    assert isinstance(node, ast.Import)
    return any(
        alias.name in modules
        for alias in node.names
        if (alias.asname or alias.name.partition(".")[0]) == name
    )
