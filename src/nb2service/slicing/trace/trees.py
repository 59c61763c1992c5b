"""Syntax trees: copies that can be changed."""

import ast
from collections.abc import Callable
from typing import TypeVar, cast

Node = TypeVar("Node", bound=ast.AST)


def copied(node: Node) -> Node:
    """A copy of the tree, with the places of its nodes.

    `copy.deepcopy` also copies what others have hung on the nodes: Python shares one `ast.Load` among
    all trees, and debuggers note parents on it.
    """
    if isinstance(node, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
        return node
    made = type(node)()
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            value = [copied(item) if isinstance(item, ast.AST) else item for item in value]
        elif isinstance(value, ast.AST):
            value = copied(value)
        setattr(made, name, value)
    return ast.copy_location(made, node) if hasattr(node, "lineno") else made


def placeless(node: Node) -> Node:
    """A copy of the tree without the places of its nodes: it stands nowhere in the step."""
    if isinstance(node, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
        return node
    found = rebuilt(node, placeless)
    for name in ("lineno", "col_offset", "end_lineno", "end_col_offset"):
        found.__dict__.pop(name, None)
    return cast("Node", found)


def rebuilt(node: ast.AST, visit: Callable[[ast.AST], ast.AST]) -> ast.AST:
    """The node with other children: a new one, the old one stays as it is."""
    made = type(node)()
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, list):
            value = [visit(item) if isinstance(item, ast.AST) else item for item in value]
        elif isinstance(value, ast.AST):
            value = visit(value)
        setattr(made, name, value)
    return ast.copy_location(made, node) if hasattr(node, "lineno") else made


Visit = Callable[[ast.AST], ast.AST]


def replaced(node: ast.stmt, change: Callable[[ast.AST, Visit], ast.AST | None]) -> ast.stmt:
    """The statement with other parts: a new tree, the old one stays as it is.

    Args:
        node: the statement.
        change: gives what takes the place of a part, None where the part stays; it is also given what
            puts the parts of a part in place.
    """

    def visit(part: ast.AST) -> ast.AST:
        if isinstance(part, ast.expr_context | ast.operator | ast.unaryop | ast.boolop | ast.cmpop):
            return part
        found = change(part, visit)
        return rebuilt(part, visit) if found is None else found

    found = rebuilt(node, visit)
    assert isinstance(found, ast.stmt)
    return found


def with_value(node: ast.Attribute, value: ast.expr) -> ast.Attribute:
    """The attribute of another expression."""
    return ast.copy_location(ast.Attribute(value, node.attr, node.ctx), node)


_NAMESPACES = frozenset({"globals", "locals", "vars"})


def looked_up(node: ast.AST) -> str | None:
    """The text in `globals()["X"]`; "" where it is not written there; None of anything else."""
    match node:
        case ast.Subscript(
            value=ast.Call(func=ast.Name(id=name), args=[], keywords=[]), slice=index
        ) if name in _NAMESPACES:
            text = index.value if isinstance(index, ast.Constant) else ""
            return text if isinstance(text, str) and text.isidentifier() else ""
    return None


def with_names_looked_up(node: ast.stmt) -> ast.stmt:
    """The statement with `X` in place of `globals()["X"]`."""
    if not any(looked_up(part) for part in ast.walk(node)):
        return node

    class Names(ast.NodeTransformer):
        def visit_Subscript(self, part: ast.Subscript) -> ast.expr:
            if name := looked_up(part):
                return ast.copy_location(ast.Name(name, part.ctx), part)
            self.generic_visit(part)
            return part

    found = Names().visit(copied(node))
    assert isinstance(found, ast.stmt)
    return found


def name_of(call: ast.Call) -> str:
    """The last name of what is called: `fit` of `model.fit(X)`."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""
