"""Subscripts of rows: some of them, by their places or by what they hold, or some of their columns."""

import ast
from dataclasses import replace

from nb2service.marking.answers import is_predict_call
from nb2service.slicing.operations.operation import Analysis
from nb2service.slicing.operations.selection import guarded, is_positioned, picked
from nb2service.slicing.operations.syntax import is_accessor, is_full, is_place
from nb2service.slicing.operations.values import Constant, PerRow, Record, Refused, Rows, Value
from nb2service.slicing.reasons import Reason

_CONDITIONS = frozenset(
    {"isin", "notna", "notnull", "isna", "isnull", "between", "contains", "any", "all"}
    | {"startswith"}
)
# What makes an array or a column of a list of conditions.
_MADE_OF_LISTS = frozenset({"array", "asarray", "Series", "to_numpy", "astype", "tolist"})


def subscript(node: ast.Subscript, analysis: Analysis) -> Value:
    """A subscript of rows: some of them, some of their columns, or both."""
    value = analysis.value(node.value)
    if isinstance(value, Refused):
        return value
    if isinstance(value, Constant):
        return analysis.parts(node)
    index = node.slice
    if isinstance(value.node, ast.Tuple) and isinstance(index, ast.Constant):
        return PerRow(
            value.node.elts[int(str(index.value))]
        )  # of what an operation gives as a tuple
    if isinstance(index, ast.Tuple) and len(index.elts) == 2:
        return _rows_and_columns(node, value, analysis)
    accessor = is_accessor(node.value)
    if analysis.single and (accessor or is_place(index)):
        return analysis.parts(node)  # of one row there is nothing to pick
    if isinstance(index, ast.Slice):
        return value if is_full(index) else picked(_table(value))
    read = analysis.unguarded(index)
    if isinstance(read, Refused):
        return read
    if not isinstance(read, Constant):
        if is_positioned(read):
            return _chosen(node, value, analysis)
        if accessor or (is_condition(index) and not _lists_columns(index, analysis)):
            return guarded(node, _table(value), ast.unparse(index), analysis)
    elif accessor or (is_place(index) and _is_array(node.value, analysis)):
        return _at_places(node, value, analysis)  # df.loc[5], df.iloc[[1, 2]], array[0]
    return PerRow(ast.Subscript(value.node, read.node, node.ctx), value.selection)


def _at_places(node: ast.Subscript, value: Rows, analysis: Analysis) -> Value:
    """Rows by their places or labels, as far as these are numbers; else as it stands."""
    index = node.slice
    if is_place(index):
        return Record(_table(value).node)
    if _lists_places(index, analysis):
        return _chosen(node, value, analysis)
    if isinstance(index, ast.Lambda):
        return guarded(node, _table(value), ast.unparse(index.body), analysis)
    return analysis.refused(Reason.BY_CONTENT)


def _chosen(node: ast.Subscript, value: Rows, analysis: Analysis) -> Value:
    """Rows by a list of places or labels, unless what rows hold tells which these are."""
    if analysis.by_content(node.slice, node.value):
        return _refused_rows(analysis)
    return picked(_table(value))


def _lists_places(index: ast.expr, analysis: Analysis) -> bool:
    """Whether an index that is the same for all requests lists places or labels of rows."""
    match index:
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return not any(
                isinstance(e, ast.Constant) and isinstance(e.value, bool) for e in elements
            )
        case ast.Name(id=name):
            held = analysis.before(name)
            return (
                bool(held)
                and not any(isinstance(i, bool) for i in held.get("items") or ())
                and held.get("dtype") != "b"
            )
        case ast.Constant(value=value):
            return not isinstance(value, bool)
    return isinstance(index, ast.Subscript | ast.Call | ast.BinOp)


def _rows_and_columns(node: ast.Subscript, value: Rows, analysis: Analysis) -> Value:
    """`df.loc[rows, columns]`, `array[rows, columns]`."""
    assert isinstance(node.slice, ast.Tuple)
    which, columns = node.slice.elts
    read = analysis.value(columns)
    if not isinstance(read, Constant):
        return read if isinstance(read, Refused) else analysis.refused(Reason.COLUMNS_BY_ROWS)
    if is_place(which) and is_full(columns):
        return Record(_table(value).node)
    every = ast.Tuple([ast.Slice(), read.node], ast.Load())
    whole = PerRow(ast.Subscript(value.node, every, node.ctx), value.selection)
    if is_full(which):
        return whole
    if isinstance(which, ast.Slice) or is_place(which):
        return replace(picked(value), node=whole.node)
    rows = analysis.unguarded(which)
    if isinstance(rows, Refused):
        return rows
    if isinstance(rows, Constant) and not isinstance(which, ast.Lambda):
        listed = _lists_places(which, analysis) and not analysis.by_content(which, node.value)
        return replace(picked(value), node=whole.node) if listed else _refused_rows(analysis)
    if is_positioned(rows):
        chosen = analysis.by_content(which, node.value)
        return _refused_rows(analysis) if chosen else replace(picked(value), node=whole.node)
    return guarded(node, _table(value), ast.unparse(which), analysis)


def _refused_rows(analysis: Analysis) -> Value:
    return analysis.refused(Reason.BY_CONTENT)


def is_condition(node: ast.expr) -> bool:
    """Whether an index is a condition on the rows rather than a choice of columns."""
    match node:
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Invert()):
            return True
        case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.BitXor()):
            return True
        case ast.Call(func=ast.Attribute(attr=name)):
            return name in _CONDITIONS | _MADE_OF_LISTS
    return isinstance(node, ast.Name | ast.ListComp)


def _lists_columns(index: ast.expr, analysis: Analysis) -> bool:
    """Whether it is the name of a list of names."""
    items = analysis.before(index.id).get("items") if isinstance(index, ast.Name) else None
    return bool(items) and all(isinstance(item, str) for item in items or ())


def _is_array(node: ast.expr, analysis: Analysis) -> bool:
    if isinstance(node, ast.Call):
        return not analysis.single and is_predict_call(node)
    return isinstance(node, ast.Name) and analysis.before(node.id).get("kind") == "array"


def _table(value: Rows) -> Rows:
    """The table from which the notebook picked rows: `df` of `df.loc`."""
    match value.node:
        case ast.Attribute(value=table, attr="loc" | "iloc"):
            return replace(value, node=table)
    return value
