"""Picking rows: by their position, which says nothing of one row, or by what they hold."""

import ast

from nb2service.marking.answers import is_predict_call
from nb2service.slicing.operations.columns import drops_columns
from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import is_accessor, is_full, is_place
from nb2service.slicing.operations.values import (
    Constant,
    PerRow,
    Record,
    Refused,
    Rows,
    Selection,
    Value,
)
from nb2service.slicing.reasons import Reason

SPLITS = frozenset({"train_test_split"})
_BY_POSITION = frozenset({"sample", "head", "tail", "take", "shuffle", "permutation"})
_SORTS = frozenset({"sort_values", "sort_index"})
_BY_CONTENT = frozenset(
    {"dropna", "drop_duplicates", "query", "nlargest", "nsmallest", "truncate", "compress"}
)
_CONDITIONS = frozenset(
    {"isin", "notna", "notnull", "isna", "isnull", "between", "contains", "any", "all"}
    | {"startswith"}
)


def _split(call: Call, analysis: Analysis) -> Value | None:
    return analysis.refused(Reason.SPLIT_WHOLE, call.name) if call.receiver is None else None


def _positioned(call: Call, analysis: Analysis) -> Value | None:
    """`df.sample(10)`, `np.random.permutation(df)`."""
    if call.receiver is not None:
        return PerRow(call.receiver.node, "position")
    if not call.node.args or isinstance(call.node.func, ast.Name):
        return None
    of = analysis.value(call.node.args[0])
    return PerRow(of.node, "position") if isinstance(of, PerRow | Record) else of


def _sorted(call: Call, _: Analysis) -> Value | None:
    return None if call.receiver is None else PerRow(call.receiver.node, "position")


def _by_content(call: Call, _: Analysis) -> Value | None:
    return None if call.receiver is None else PerRow(call.receiver.node, "content")


def _dropped(call: Call, _: Analysis) -> Value | None:
    if call.receiver is None or drops_columns(call.node):
        return None
    return PerRow(call.receiver.node, "content")


def _reshaped(call: Call, _: Analysis) -> Value | None:
    """`X[0].reshape(1, -1)`: the row that was taken out is a table of one row again."""
    one_row = ast.unparse(call.node).endswith("reshape(1, -1)")
    if not (isinstance(call.receiver, Record) and one_row):
        return None
    return PerRow(call.receiver.node, call.receiver.selection)


def subscript(node: ast.Subscript, analysis: Analysis) -> Value:
    """A subscript of rows: some of them, some of their columns, or both."""
    value = analysis.value(node.value)
    if isinstance(value, Refused):
        return value
    if isinstance(value, Constant):
        return analysis.parts(node)
    index = node.slice
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        return _rows_and_columns(node, value, analysis)
    accessor = is_accessor(node.value)
    if analysis.single and (accessor or is_place(index)):
        return analysis.parts(node)  # of one row there is nothing to pick
    if isinstance(index, ast.Slice):
        return value if is_full(index) else PerRow(_table(value), "position")
    read = analysis.value(index)
    if isinstance(read, Refused):
        return read
    if not isinstance(read, Constant):
        if is_condition(index) and not _lists_columns(index, analysis):
            return PerRow(_table(value), "content")
    elif accessor or (is_place(index) and _is_array(node.value, analysis)):
        picked = _table(value)  # df.loc[5], df.iloc[[1, 2]], array[0]
        return Record(picked) if is_place(index) else PerRow(picked, "position")
    return PerRow(ast.Subscript(value.node, read.node, node.ctx), value.selection)


def _rows_and_columns(node: ast.Subscript, value: Rows, analysis: Analysis) -> Value:
    """`df.loc[rows, columns]`, `array[rows, columns]`."""
    assert isinstance(node.slice, ast.Tuple)
    which, columns = node.slice.elts
    read = analysis.value(columns)
    if not isinstance(read, Constant):
        return read if isinstance(read, Refused) else analysis.refused(Reason.COLUMNS_BY_ROWS)
    if is_place(which) and is_full(columns):
        return Record(_table(value))
    selection: Selection = value.selection
    if not is_full(which):
        rows = analysis.value(which)
        if isinstance(rows, Refused):
            return rows
        selection = "position" if isinstance(rows, Constant) else "content"
    index = ast.Tuple([ast.Slice(), read.node], ast.Load())
    return PerRow(ast.Subscript(value.node, index, node.ctx), selection)


def is_condition(node: ast.expr) -> bool:
    """Whether an index is a condition on the rows rather than a choice of columns."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _CONDITIONS
    return isinstance(node, ast.Name)


def _lists_columns(index: ast.expr, analysis: Analysis) -> bool:
    """Whether it is the name of a list of names."""
    items = analysis.before(index.id).get("items") if isinstance(index, ast.Name) else None
    return bool(items) and all(isinstance(item, str) for item in items or ())


def _is_array(node: ast.expr, analysis: Analysis) -> bool:
    if isinstance(node, ast.Call):
        return not analysis.single and is_predict_call(node)
    return isinstance(node, ast.Name) and analysis.before(node.id).get("kind") == "array"


def _table(value: Rows) -> ast.expr:
    """The table from which the notebook picked rows: `df` of `df.loc`."""
    match value.node:
        case ast.Attribute(value=table, attr="loc" | "iloc"):
            return table
    return value.node


OPERATIONS = (
    Operation(SPLITS, forward=_split),
    Operation(_BY_POSITION, forward=_positioned),
    Operation(_SORTS, forward=_sorted),
    Operation(_BY_CONTENT, forward=_by_content),
    Operation(frozenset({"drop"}), forward=_dropped),
    Operation(frozenset({"reshape"}), forward=_reshaped),
)
