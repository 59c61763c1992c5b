"""Which columns a subscript needs: `df["a"]`, `df[condition]`, `df.iloc[:, 1:4]`, `X[:, 2]`."""

import ast
from collections.abc import Set
from typing import Protocol

from nb2service.slicing.compile.places import Places
from nb2service.slicing.operations.arrays import columns_at, columns_between
from nb2service.slicing.operations.notebook_functions import columns_of_lambda
from nb2service.slicing.operations.operation import Tables
from nb2service.slicing.operations.syntax import is_full, list_of
from nb2service.slicing.trace.demand import ColumnDemand, columns
from nb2service.slicing.trace.labels import Label, constants
from nb2service.slicing.trace.trees import with_value


class Noting(Protocol):
    """What notes the needs of the step at hand: see `columns_needed.Demands`."""

    @property
    def names(self) -> Set[str]:
        """The names whose needs are noted."""

    @property
    def tables(self) -> Tables:
        """The tables of the step."""

    @property
    def places(self) -> Places:
        """Of arrays, the subscripts that take columns by their place."""

    def visit(self, node: ast.expr, want: ColumnDemand | None) -> ast.expr:
        """Note what the expression needs where this is wanted of it; return it as it reads then."""

    def everything(self, node: ast.expr) -> ast.expr:
        """Note that everything of it is needed; return the expression as it reads then."""

    def add(self, name: str, want: ColumnDemand | None) -> None:
        """Note that the name is needed: so much of it, or all (None)."""


def subscript_needed(node: ast.Subscript, want: ColumnDemand | None, demands: Noting) -> ast.expr:
    """Note what a subscript needs where this is wanted of it; return it as it reads then."""
    if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
        return _rows_and_columns(node, want, demands)
    labels = demands.tables.labels(node.slice)
    known = demands.tables.columns(node.value)
    made = isinstance(node.value, ast.Name)  # in a loop, maybe, so that nobody saw it before
    if labels and known is not None and (made or set(labels) <= set(known)):
        index = node.slice
        several = demands.tables.is_list(index)
        if several and want and want.known and not set(labels) <= want.columns:
            labels = tuple(label for label in labels if label in want.columns) or labels
            index = list_of(*labels)
        return _subscripted(node, demands.visit(node.value, columns(*labels)), index)
    if isinstance(node.slice, ast.Lambda):
        return _by_function(node, node.slice, want, demands)
    if known is not None and labels is None and want and want.known:
        value = demands.visit(node.value, columns(*want.columns))
        return _subscripted(node, value, demands.everything(node.slice))
    match node.value:
        case ast.Attribute(value=table, attr="loc") if (
            want and want.known and demands.tables.columns(table) is not None
        ):
            rows = with_value(node.value, demands.visit(table, columns(*want.columns)))
            return _subscripted(node, rows, demands.everything(node.slice))
    return _subscripted(node, demands.everything(node.value), demands.everything(node.slice))


def _by_function(
    node: ast.Subscript, function: ast.Lambda, want: ColumnDemand | None, demands: Noting
) -> ast.expr:
    """`df[lambda d: d["a"] > 0]`."""
    is_accessor = isinstance(node.value, ast.Attribute)
    table = node.value.value if isinstance(node.value, ast.Attribute) else node.value
    used = columns_of_lambda(function)
    inner = None
    if want is not None and want.known and used is not None:
        inner = ColumnDemand(want.columns | used, want.whole)
    value = demands.visit(table, inner)
    if is_accessor and isinstance(node.value, ast.Attribute):
        value = with_value(node.value, value)
    return _subscripted(node, value, demands.everything(function))


def _rows_and_columns(node: ast.Subscript, want: ColumnDemand | None, demands: Noting) -> ast.expr:
    """`df.iloc[:, 1:4]`, `df.loc[:, ["a"]]`, `df.values[:, :-1]`: columns by name from now on."""
    assert isinstance(node.slice, ast.Tuple)
    rows, which = node.slice.elts
    if not is_full(rows):
        return _some_rows(node, rows, which, want, demands)
    match node.value:
        case ast.Attribute(value=table, attr="iloc" | "values" | "loc" as attr):
            known = demands.tables.columns(table)
            labels = None if known is None else _labels_of(known, which, attr)
            if labels is not None:
                several = not isinstance(which, ast.Constant | ast.UnaryOp)
                if attr != "values" and several and want and want.known:
                    labels = tuple(label for label in labels if label in want.columns) or labels
                return chosen(table, labels, which, attr, demands)
            if attr == "loc" and known is not None and want and want.known:
                table = demands.visit(table, columns(*want.columns))
                return ast.Subscript(table, which, node.ctx)
        case ast.Name(id=name) if name in demands.names:
            width = demands.tables.before(name).get("width")
            taken = columns_at(list(range(width)), which) if width else None
            if taken:
                demands.places.note(name, node, taken)
                demands.add(name, columns(*taken))
                return node
    return _subscripted(node, demands.everything(node.value), node.slice)


def _some_rows(
    node: ast.Subscript,
    rows: ast.expr,
    which: ast.expr,
    want: ColumnDemand | None,
    demands: Noting,
) -> ast.expr:
    """`df.loc[df["a"] > 0, ["b"]]`: the columns that are named, and what the condition looks at."""
    value = node.value
    table = value.value if isinstance(value, ast.Attribute) and value.attr == "loc" else None
    known = None if table is None else demands.tables.columns(table)
    inner = None
    if known is not None:
        labels = _labels_of(known, which, "loc")
        inner = None if labels is None else columns(*labels)
        if is_full(which) and want is not None and want.known:
            inner = columns(*want.columns)
    if table is not None and isinstance(value, ast.Attribute):
        read: ast.expr = with_value(value, demands.visit(table, inner))
    else:
        read = demands.everything(value)
    index = ast.Tuple([demands.everything(rows), demands.everything(which)], ast.Load())
    return _subscripted(node, read, index)


def chosen(
    table: ast.expr, labels: tuple[Label, ...], which: ast.expr, attr: str, demands: Noting
) -> ast.expr:
    """`table[["a", "b"]]`, or `table["a"]` where one column was asked for."""
    table = demands.visit(table, columns(*labels))
    one = isinstance(which, ast.Constant | ast.UnaryOp)
    index: ast.expr = ast.Constant(labels[0]) if one else list_of(*labels)
    same = isinstance(table, ast.Subscript) and constants(table.slice) == labels
    found: ast.expr = table if same and not one else ast.Subscript(table, index, ast.Load())
    return ast.Attribute(found, "values", ast.Load()) if attr == "values" else found


def _subscripted(node: ast.Subscript, value: ast.expr, index: ast.expr) -> ast.Subscript:
    return ast.copy_location(ast.Subscript(value, index, node.ctx), node)


def _labels_of(known: list[Label], which: ast.expr, attr: str) -> tuple[Label, ...] | None:
    """The columns that the second part of a subscript names, by place or by name."""
    if attr != "loc":
        return columns_at(known, which)
    return columns_between(known, which) if isinstance(which, ast.Slice) else constants(which)
