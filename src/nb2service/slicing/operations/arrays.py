"""Arrays of tables and tables of arrays: columns by their place, by range, and by name from then on."""

import ast
from collections.abc import Sequence

from nb2service.slicing.operations.operation import (
    Narrowed,
    Operation,
    Tables,
    call_of,
    parts_of,
)
from nb2service.slicing.operations.syntax import keyword_of, list_of
from nb2service.slicing.trace.demand import ColumnDemand
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
        return list_of(*places)
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


def _framed(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`pd.DataFrame(array, columns=[…])`: of the array the columns that are wanted."""
    given = keyword_of(call, "columns")
    if want is None or not want.known or not call.args or given is None:
        return None
    labels = tables.labels(given) or ()
    places = [place for place, label in enumerate(labels) if label in want.columns]
    if not places or len(places) == len(labels) or _width(call.args[0], tables) != len(labels):
        return None
    which = ast.Tuple([ast.Slice(), list_of(*places)], ast.Load())
    chosen = list_of(*(labels[place] for place in places))
    keywords = [
        ast.keyword(k.arg, chosen if k.arg == "columns" else k.value) for k in call.keywords
    ]
    data = ast.Subscript(call.args[0], which, ast.Load())
    smaller = ast.copy_location(ast.Call(call.func, [data, *call.args[1:]], keywords), call)
    wants = tuple((part, None) for part in parts_of(smaller))
    return Narrowed(wants, lambda parts: call_of(smaller, parts))


def _width(data: ast.expr, tables: Tables) -> int | None:
    """How many columns an array has; None if unknown."""
    if isinstance(data, ast.Name):
        width = tables.before(data.id).get("width")
        return width if isinstance(width, int) else None
    table = table_of(data)
    return None if table is None else len(tables.columns(table) or ())


OPERATIONS = (Operation(frozenset({"DataFrame"}), narrowed=_framed),)
