"""Methods that keep, drop, rename, add or choose columns of a table, and leave its rows alone."""

import ast
from collections.abc import Sequence
from typing import Any

from nb2service.slicing.operations.notebook_functions import columns_of_lambda
from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
    call_of,
    parts_of,
    wanting,
)
from nb2service.slicing.operations.syntax import keyword_of, list_of
from nb2service.slicing.operations.values import PerRow, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label, dropped
from nb2service.slicing.trace.probes import Capture

# Methods of tables that have the columns that they are asked for.
KEEPS_COLUMNS = frozenset(
    {"copy", "fillna", "replace", "round", "clip", "abs", "applymap", "map", "where", "mask"}
    | {"reset_index", "infer_objects", "convert_dtypes", "sort_index", "sort_values", "isnull"}
    | {"isna", "notnull", "notna", "astype"}
)
# Methods that leave the columns, and may leave out rows.
_FILTERS = frozenset({"dropna", "query", "drop_duplicates"})


def drops_columns(call: ast.Call) -> bool:
    """Whether a call of `drop` drops columns, not rows."""
    if keyword_of(call, "columns") is not None:
        return True
    if (axis := keyword_of(call, "axis")) is not None:
        return isinstance(axis, ast.Constant) and axis.value in (1, "columns")
    return len(call.args) > 1 and isinstance(call.args[1], ast.Constant) and call.args[1].value == 1


def labels_dropped(call: ast.Call, tables: Tables) -> tuple[Label, ...] | None:
    """The columns that a drop names."""
    named = dropped(call)
    return None if named is None else tables.labels(named)


# Columns that are kept


def _kept(call: ast.Call, tables: Tables) -> list[Label] | None:
    return tables.columns(call.func.value) if isinstance(call.func, ast.Attribute) else None


def _keeping(call: ast.Call, want: ColumnDemand | None, _: Tables) -> Narrowed | None:
    return wanting(call, want) if _is_known(call, want) else None


def _is_known(call: ast.Call, want: ColumnDemand | None) -> bool:
    return isinstance(call.func, ast.Attribute) and want is not None and want.known


# Columns that are dropped


def _left(call: ast.Call, tables: Tables) -> list[Label] | None:
    if not isinstance(call.func, ast.Attribute) or not drops_columns(call):
        return None
    inner, labels = tables.columns(call.func.value), labels_dropped(call, tables)
    if inner is None or labels is None:
        return None
    return [c for c in inner if c not in labels]


def _dropping(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`df.drop(columns=["a"])` of a table that has these columns, or none of them."""
    if not isinstance(call.func, ast.Attribute) or not drops_columns(call):
        return None
    if want is None or not want.known:
        left = _left(call, tables)
        want = None if not left else ColumnDemand(frozenset(left), whole=True)
    if want is None:
        return None
    rest = parts_of(call)[1:]

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        return call_of(call, [*parts, *rest])

    return Narrowed(((call.func.value, want),), rebuilt, drops=True)


def ignoring_absent(call: ast.Call) -> ast.Call:
    """A drop of columns that are named elsewhere: those that a request lacks need not be dropped."""
    keywords = [k for k in call.keywords if k.arg != "errors"]
    ignore = ast.keyword("errors", ast.Constant("ignore"))
    return ast.Call(call.func, call.args, [*keywords, ignore])


# Columns that get other names, or are added


def _renaming(call: ast.Call, want: ColumnDemand | None, _: Tables) -> Narrowed | None:
    renamed = _renamed(call)
    if renamed is None or want is None or not _is_known(call, want):
        return None
    assert isinstance(call.func, ast.Attribute)
    back = {new: old for old, new in renamed.items()}
    inner = ColumnDemand(frozenset(back.get(c, c) for c in want.columns), want.whole)
    rest = parts_of(call)[1:]
    return Narrowed(((call.func.value, inner),), lambda parts: call_of(call, [*parts, *rest]))


def _renamed(call: ast.Call) -> dict[Label, Label] | None:
    """What a `rename` of written columns renames: old -> new; None if it renames none."""
    given = keyword_of(call, "columns")
    if not isinstance(given, ast.Dict):
        return None
    try:
        return dict(ast.literal_eval(given))
    except ValueError:
        return None


def _assigning(call: ast.Call, want: ColumnDemand | None, _: Tables) -> Narrowed | None:
    """`df.assign(a=…)`: what is wanted of the table, and what the wanted new columns read."""
    if want is None or not _is_known(call, want):
        return None
    assert isinstance(call.func, ast.Attribute)
    kept = [k for k in call.keywords if k.arg in want.columns]
    names = frozenset(str(k.arg) for k in kept)
    read: frozenset[Label] = frozenset()
    for keyword in kept:
        used = columns_of_lambda(keyword.value) if isinstance(keyword.value, ast.Lambda) else read
        if used is None or keyword.arg is None:
            return None
        read |= used
    if any(k.arg is None for k in call.keywords):
        return None
    table = ColumnDemand((want.columns - names) | (read - names), want.whole)
    smaller = ast.copy_location(ast.Call(call.func, call.args, kept), call)

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        table, *values = parts
        return call_of(smaller, [table, *call.args, *values]) if kept else table

    values = tuple((k.value, None) for k in kept)
    return Narrowed(((call.func.value, table), *values), rebuilt)


def _indexing(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`df.set_index("a")`, which takes that column away."""
    if want is None or not _is_known(call, want):
        return None
    assert isinstance(call.func, ast.Attribute)
    labels = tables.labels(call.args[0]) if len(call.args) == 1 else None
    inner = None if labels is None else ColumnDemand(want.columns | set(labels), want.whole)
    rest = parts_of(call)[1:]
    return Narrowed(((call.func.value, inner),), lambda parts: call_of(call, [*parts, *rest]))


def _reindexing(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`df.reindex(columns=[…])`: these columns of the table, those that it lacks too."""
    if not isinstance(call.func, ast.Attribute):
        return None
    given = keyword_of(call, "columns")
    labels = None if given is None else tables.labels(given)
    if labels is not None:
        return wanting(call, ColumnDemand(frozenset(labels), whole=True))
    return wanting(call, want) if _is_known(call, want) else None


# Columns that are chosen


def _popped(call: Call, _: Analysis) -> Value | None:
    """`df.pop("a")` gives the column; that it also takes it away is an effect of its own."""
    if call.receiver is None or len(call.node.args) != 1:
        return None
    return PerRow(ast.Subscript(call.receiver.node, call.node.args[0], ast.Load()))


def _captures_chosen(call: ast.Call) -> Capture | None:
    is_dropna = isinstance(call.func, ast.Attribute) and call.func.attr == "dropna"
    by_axis = any(k.arg in ("axis", "thresh") for k in call.keywords)
    return columns_left if by_axis or not is_dropna else None


def columns_left(result: Any, _: Any, __: tuple[Any, ...], ___: dict[str, Any]) -> Any:
    """The names of the columns of a table that were chosen by what they hold."""
    return list(result.columns)


def _chosen(call: Call, analysis: Analysis) -> Value | None:
    """`df.select_dtypes("number")`: the columns that the notebook chose by what they hold."""
    seen = analysis.seen(call.node) if _captures_chosen(call.node) else ()
    if call.receiver is None or not seen:
        return None
    items = seen[0].get("items")
    if items is None:
        return analysis.refused(Reason.SELECTS_NO_NAMES)
    node = ast.Subscript(call.receiver.node, list_of(*items), ast.Load())
    return PerRow(node, call.receiver.selection)


OPERATIONS = (
    Operation(KEEPS_COLUMNS, columns=_kept, narrowed=_keeping, by_column=lambda *_: True),
    Operation(_FILTERS, columns=_kept),
    Operation(frozenset({"drop"}), columns=_left, narrowed=_dropping),
    Operation(frozenset({"rename"}), narrowed=_renaming),
    Operation(frozenset({"assign"}), narrowed=_assigning),
    Operation(frozenset({"set_index"}), narrowed=_indexing),
    Operation(frozenset({"reindex"}), narrowed=_reindexing),
    Operation(frozenset({"pop"}), forward=_popped),
    Operation(frozenset({"select_dtypes", "dropna"}), captures=_captures_chosen, forward=_chosen),
)
