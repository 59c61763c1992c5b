"""Columns: where code only asks a table for its columns, none of its rows come along."""

import ast
from collections.abc import Iterable

_OF_COLUMNS = {"columns", "dtypes", "keys"}
# What goes over a DataFrame goes over the names of its columns.
_OVER = {"enumerate", "frozenset", "iter", "list", "set", "sorted", "tuple"}


def without_rows(tables: Iterable[str], code: Iterable[ast.AST]) -> set[str]:
    """Return those of the tables that the code names, but only to ask for columns.

    A local variable of the same name counts as the table: too many rows rather than too few.
    """
    wanted = frozenset(tables)
    asked: set[str] = set()
    whole: set[str] = set()
    for tree in code:
        above = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        for node in above:
            if isinstance(node, ast.Name) and node.id in wanted:
                (asked if _asks_for_columns(node, above) else whole).add(node.id)
    return asked - whole


def _asks_for_columns(table: ast.expr, above: dict[ast.AST, ast.AST]) -> bool:
    """Whether the expression around a table needs no more of it than its columns."""
    user = above[table]
    match user:
        case ast.Attribute(attr="select_dtypes"):
            call = above.get(user)
            return (
                isinstance(call, ast.Call) and call.func is user and _asks_for_columns(call, above)
            )
        case ast.Attribute(attr=attribute):
            return attribute in _OF_COLUMNS
        case ast.Call(func=ast.Name(id=over), args=[only], keywords=[]):
            return only is table and over in _OVER
        case ast.For(iter=over) | ast.comprehension(iter=over):
            return over is table
        case ast.Compare(ops=[ast.In() | ast.NotIn()], comparators=[within]):
            return within is table
    return False
