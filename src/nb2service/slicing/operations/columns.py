"""Columns that an expression means by place, by range or by a new name."""

import ast
from collections.abc import Sequence

from nb2service.slicing.trace.labels import Label


def table_of(node: ast.expr) -> ast.expr | None:
    """The table that an expression makes an array of: `df.values`, `df.to_numpy()`, `np.array(df)`."""
    match node:
        case ast.Attribute(value=table, attr="values"):
            return table
        case ast.Call(func=ast.Attribute(value=table, attr="to_numpy"), args=[]):
            return table
        case ast.Call(func=ast.Attribute(attr="array" | "asarray"), args=[table], keywords=[]):
            return table
    return None


def index_of(places: Sequence[int], width: int, *, one: bool) -> ast.expr:
    """The places as an index of columns."""
    if one:
        return ast.Constant(places[0])
    first, last = places[0], places[-1]
    if list(places) != list(range(first, last + 1)):
        return ast.List([ast.Constant(place) for place in places], ast.Load())
    return ast.Slice(
        ast.Constant(first) if first else None, ast.Constant(last + 1) if last + 1 < width else None
    )


def columns_at(columns: Sequence[Label], which: ast.expr) -> tuple[Label, ...] | None:
    """The columns at a place, at places or in a slice of places."""
    try:
        match which:
            case ast.Slice(lower=lower, upper=upper, step=step):
                ends = [None if e is None else ast.literal_eval(e) for e in (lower, upper, step)]
                return tuple(columns[slice(*ends)])
            case ast.List() | ast.Tuple():
                return tuple(columns[i] for i in ast.literal_eval(which))
        return (columns[ast.literal_eval(which)],)
    except (ValueError, TypeError, IndexError):
        return None


def columns_between(columns: Sequence[Label], which: ast.Slice) -> tuple[Label, ...] | None:
    """The columns from one name to another, both included."""
    try:
        first = 0 if which.lower is None else columns.index(ast.literal_eval(which.lower))
        last = len(columns) - 1
        if which.upper is not None:
            last = columns.index(ast.literal_eval(which.upper))
    except (ValueError, TypeError):
        return None
    return tuple(columns[first : last + 1]) if which.step is None else None


def renamed_columns(call: ast.Call) -> dict[Label, Label] | None:
    """What a `rename` of written columns renames: old -> new; None if it renames none."""
    for keyword in call.keywords:
        if keyword.arg == "columns" and isinstance(keyword.value, ast.Dict):
            try:
                found = ast.literal_eval(keyword.value)
            except ValueError:
                return None
            return dict(found)
    return None


def ignoring_absent(call: ast.Call) -> ast.Call:
    """A drop of columns that are named elsewhere: those that a request lacks are none to drop."""
    keywords = [k for k in call.keywords if k.arg != "errors"]
    return ast.Call(
        call.func, call.args, [*keywords, ast.keyword("errors", ast.Constant("ignore"))]
    )
