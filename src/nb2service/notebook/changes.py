"""Which names a statement changes in place: `df["a"] = 1`, `rows.append(2)`, `model.fit(X, y)`."""

import ast
from collections.abc import Iterator

from nb2service.notebook.dataflow.knowledge import CHANGES_SELF, IN_PLACE, PUTS


def changed_names(node: ast.stmt) -> set[str]:
    """The names that the statement itself says it changes: what it stores into, what it calls methods on.

    What it may change besides, through aliases, views and functions, is told by `dataflow.graph`.
    """
    found = set()
    for part in outside_functions(node):
        targets: list[ast.expr] = []
        match part:
            case ast.Assign(targets=targets) | ast.Delete(targets=targets):
                pass
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                targets = [target]
            case ast.Call(func=ast.Attribute(attr=method) as function, keywords=keywords):
                if method in PUTS | CHANGES_SELF or any(k.arg in IN_PLACE for k in keywords):
                    targets = [function]
        for one in (one for target in targets for one in _unpacked(target)):
            if not isinstance(one, ast.Name) and (root := root_name(one)):
                found.add(root)
    return found


def _unpacked(target: ast.expr) -> Iterator[ast.expr]:
    """The targets that a target is made of: `a, *b = …`."""
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                yield from _unpacked(element)
        case ast.Starred(value=value):
            yield from _unpacked(value)
        case _:
            yield target


def outside_functions(node: ast.AST) -> Iterator[ast.AST]:
    """The node and all below it, without the bodies of functions, which run when they are called."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        yield current
        pending.extend(ast.iter_child_nodes(current))


def root_name(node: ast.expr) -> str:
    """The name that an attribute or a subscript starts from; `""` if it starts from none."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
