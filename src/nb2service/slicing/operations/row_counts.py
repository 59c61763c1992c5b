"""Which calls may give fewer rows than they are given: functions of the notebook, and what nobody knows."""

import ast
from collections.abc import Callable

from nb2service.notebook.dataflow import knowledge

Functions = Callable[[str], ast.FunctionDef | None]

# Methods that may leave out rows, and accessors that do if they are given a condition.
_LEAVING_OUT = frozenset(
    {"dropna", "query", "drop", "drop_duplicates", "head", "tail", "sample", "nlargest"}
    | {"nsmallest", "merge", "filter", "truncate", "compress", "take", "pipe", "join", "groupby"}
)
_CONDITIONS = ast.Compare | ast.BoolOp | ast.UnaryOp | ast.BinOp | ast.Call | ast.Lambda | ast.Slice
_DEPTH = 5


def may_leave_out(function: ast.FunctionDef, functions: Functions, depth: int = _DEPTH) -> bool:
    """Whether a function of the notebook may give fewer rows than it is given.

    Args:
        function: the function.
        functions: gives the functions of the notebook by their names.
        depth: how many functions deep it is looked at; deeper ones may do anything.
    """
    own = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and _is_stored(n)}
    own |= {n.arg for n in ast.walk(function) if isinstance(n, ast.arg)}
    for part in ast.walk(function):
        match part:
            case ast.Subscript(slice=index, ctx=ast.Load()):
                if _picks(index, own):
                    return True
            case ast.Call(func=ast.Attribute(attr=name)):
                if name in _LEAVING_OUT:
                    return True
            case ast.Call(func=ast.Name(id=name)) if name not in knowledge.PURE_BUILTINS:
                called = functions(name)
                if called is function:
                    continue
                if called is None or depth == 0 or may_leave_out(called, functions, depth - 1):
                    return True
    return False


def _picks(index: ast.expr, own: set[str]) -> bool:
    if isinstance(index, ast.Tuple):
        return any(_picks(part, own) for part in index.elts)
    if isinstance(index, ast.Slice):
        return (index.lower, index.upper, index.step) != (None,) * 3
    if isinstance(index, ast.UnaryOp):
        return isinstance(index.op, ast.Invert)
    return isinstance(index, _CONDITIONS) or (isinstance(index, ast.Name) and index.id in own)


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)
