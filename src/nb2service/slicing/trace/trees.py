"""Syntax trees: copies that can be changed."""

import ast
from typing import TypeVar

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
