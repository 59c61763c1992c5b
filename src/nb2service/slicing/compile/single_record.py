"""Loops and branches that the path of one record keeps as they are.

What ran for the notebook's own record need not run for the next one: which statements run is decided
by the record itself.
"""

import ast
from collections.abc import Collection, Iterator

from nb2service.slicing.operations.aggregates import AGGREGATES, FIXED
from nb2service.slicing.operations.conditions import rows_of_loops
from nb2service.slicing.operations.syntax import along_rows, is_place
from nb2service.slicing.trace.trees import copied

# Methods and functions that are for one value.
_OF_ONE = frozenset({"item", "squeeze", "ravel", "flatten"})
_BUILTINS = frozenset({"float", "int", "bool", "str", "max", "min", "sum", "sorted", "len"})


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


def mixes(node: ast.AST, names: Collection[str]) -> bool:
    """Whether a statement, or a part of one, is meant for one record: of several it might mix the rows.

    It picks one, computes something of all of them, or decides by what they hold. Where only their
    columns decide, as what dummies are there, they are the same rows together and alone.
    """
    for part in ast.walk(node):
        match part:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                if mentions(_WithoutColumns().visit(copied(test)), names):
                    return True
            case ast.For(iter=iterated) if not isinstance(iterated, ast.Name):
                if mentions(_WithoutColumns().visit(copied(iterated)), names):
                    return True
            case ast.Subscript(value=value, slice=index) if is_place(index):
                if mentions(value, names):
                    return True
            case ast.Call(func=ast.Attribute(value=value, attr=method)):
                across = method in AGGREGATES | _OF_ONE and not along_rows(part)
                if across and mentions(_WithoutColumns().visit(copied(value)), names):
                    return True
            case ast.Call(func=ast.Name(id=function), args=[given, *_]):
                if function in _BUILTINS and mentions(given, names):
                    return True
    return False


class _WithoutColumns(ast.NodeTransformer):
    """Leaves out what only tells the columns of a table."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        return ast.Constant(None) if node.attr in FIXED else node


def mentions(node: ast.AST, names: Collection[str]) -> bool:
    """Whether one of the names is in it."""
    return any(isinstance(n, ast.Name) and n.id in names for n in ast.walk(node))


def goes_over(node: ast.stmt, names: Collection[str]) -> bool:
    """Whether a loop goes over what one of the names holds."""
    return bool(rows_of_loops(node, lambda part: mentions(part, names)))


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
