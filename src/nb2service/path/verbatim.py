"""Loops and branches that the path of one record keeps as they are.

What ran for the notebook's own record need not run for the next one: which statements run is decided
by the record itself.
"""

import ast
from collections.abc import Collection, Iterator


def depends(node: ast.stmt, names: Collection[str]) -> bool:
    """Whether it depends on what the names hold which statements inside run.

    Args:
        node: a loop or a branch.
        names: the names that come from the record.
    """
    inside = set(names) | {
        n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    }
    inside -= _plain_loop_variables(node, names)
    return any(mentions(test, inside) for test in _deciding(node)) or (
        mentions(node, names) and any(isinstance(n, ast.Try) for n in ast.walk(node))
    )


def mentions(node: ast.AST, names: Collection[str]) -> bool:
    """Whether one of the names is in it."""
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def aligns(node: ast.stmt, *, loops: bool) -> bool:
    """Whether it gives a table the columns that it names, those that it lacks too.

    Args:
        node: a statement.
        loops: whether loops are kept as they are, so that they may do it as well.
    """
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Attribute(attr="reindex"), keywords=keywords):
                if any(k.arg == "columns" for k in keywords):
                    return True
            case ast.For(target=ast.Name(id=variable)) if loops:
                if any(_sets_column(inner, variable) for inner in ast.walk(part)):
                    return True
    return False


def _sets_column(node: ast.AST, variable: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Subscript(slice=ast.Name(id=name))], value=ast.Constant()):
            return name == variable
    return False


def _deciding(node: ast.stmt) -> Iterator[ast.expr]:
    for part in ast.walk(node):
        match part:
            case ast.If(test=test) | ast.While(test=test):
                yield test
            case ast.For(iter=iterated):
                yield iterated


def _plain_loop_variables(node: ast.stmt, names: Collection[str]) -> set[str]:
    """The variables of loops over what does not come from the record."""
    return {
        n.id
        for part in ast.walk(node)
        if isinstance(part, ast.For) and not mentions(part.iter, names)
        for n in ast.walk(part.target)
        if isinstance(n, ast.Name)
    }
