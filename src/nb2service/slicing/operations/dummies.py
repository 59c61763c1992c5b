"""`pd.get_dummies`: a row alone gets the columns of all categories that the notebook's rows had."""

import ast
from collections.abc import Iterable, Sequence
from typing import Any

from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
)
from nb2service.slicing.operations.syntax import keyword_of, list_of, method
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.probes import Capture


def _captures(call: ast.Call) -> Capture | None:
    return categories_seen if call.args else None


def categories_seen(_: Any, __: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The categories that get_dummies sees in a column, or in each column of texts of a table."""
    table, named = args[0], kwargs.get("columns")
    if not hasattr(table, "columns"):
        return table.astype("category").dtype
    kinds = {column: table[column].dtype for column in table.columns}
    names = ("str", "string", "category")
    texts = [c for c, dtype in kinds.items() if dtype.kind == "O" or str(dtype) in names]
    encoded = texts if named is None else list(named)
    return {column: table[column].astype("category").dtype for column in encoded}


def _forward(call: Call, analysis: Analysis) -> Value | None:
    node = call.node
    if call.receiver is not None or not node.args:
        return None
    table = analysis.value(node.args[0])
    if isinstance(table, Refused):
        return table
    seen = bool(analysis.seen(node))
    if analysis.aligned and seen and keyword_of(node, "drop_first") is None:
        # The columns that a row lacks are put there later.
        whole = analysis.parts(node)
        return PerRow(whole.node) if isinstance(whole, Constant) else whole
    if not seen:
        return analysis.refused(Reason.CATEGORIES_NOT_SEEN)
    if analysis.single:
        return analysis.refused(Reason.DUMMIES_OF_RECORD)
    selection = "" if isinstance(table, Constant) else table.selection
    return PerRow(_of_categories(node, table.node, analysis), selection)


def _of_categories(node: ast.Call, table: ast.expr, analysis: Analysis) -> ast.expr:
    """The dummies of a table whose columns know the categories of all rows."""
    hint = hint_for(node.args[0])
    text = f"the categories of {ast.unparse(node.args[0])}"
    name = f"{hint}_categories" if hint else "categories"
    typed = method(table, "astype", analysis.constant(node, text, name, categories=True))
    rest = [_read(part, analysis) for part in node.args[1:]]
    keywords = [ast.keyword(k.arg, _read(k.value, analysis)) for k in node.keywords]
    return ast.Call(node.func, [typed, *rest], keywords)


def _read(node: ast.expr, analysis: Analysis) -> ast.expr:
    value = analysis.value(node)
    return node if isinstance(value, Refused) else value.node


def _narrowed(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """A column lives if one of its dummies does."""
    if not call.args:
        return None
    table, constant = _untyped(call.args[0], tables)
    seen = tables.seen(call if constant is None else constant)
    texts = seen[0].get("keys") if seen else None
    if texts is None:  # one column
        return _of(call, constant, table, None)
    columns = tables.columns(table)
    given = keyword_of(call, "columns")
    named = texts if given is None else tables.labels(given) or texts
    live = set(columns or ())
    if columns is not None and want is not None and want.known:
        by_name = any(k.arg in ("prefix", "prefix_sep") for k in call.keywords)
        live = {c for c in columns if _lives(c, set(named), by_name, want)}
        if given is not None:
            call = _of_columns(call, [c for c in named if c in live])
    only = tuple(str(c) for c in texts if c in live and c in named)
    inner = ColumnDemand(frozenset(live), whole=True) if columns is not None else None
    return _of(call, constant, table, inner, only)


def _of(
    call: ast.Call,
    constant: ast.Name | None,
    table: ast.expr,
    want: ColumnDemand | None,
    only: tuple[str, ...] | None = None,
) -> Narrowed:
    """The call of the table, with its categories if it has such."""

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        (table,) = parts
        typed = table if constant is None else method(table, "astype", constant)
        return ast.copy_location(ast.Call(call.func, [typed, *call.args[1:]], call.keywords), call)

    kept = {} if only is None or constant is None else {constant.id: only}
    return Narrowed(((table, want),), rebuilt, kept)


def _untyped(node: ast.expr, tables: Tables) -> tuple[ast.expr, ast.Name | None]:
    """The table, and the constant of the categories that its columns get."""
    match node:
        case ast.Call(func=ast.Attribute(value=table, attr="astype"), args=[ast.Name() as name]):
            if tables.is_constant(name):
                return table, name
    return node, None


def _lives(column: Label, encoded: set[Label], by_name: bool, want: ColumnDemand) -> bool:
    if column not in encoded:
        return column in want.columns
    return by_name or _has_dummies(column, want.columns)


def _has_dummies(column: Label, wanted: Iterable[Label]) -> bool:
    return any(str(one).startswith(f"{column}_") for one in wanted)


def _of_columns(call: ast.Call, columns: Sequence[Label]) -> ast.Call:
    keywords = [
        ast.keyword(k.arg, list_of(*columns) if k.arg == "columns" else k.value)
        for k in call.keywords
    ]
    return ast.copy_location(ast.Call(call.func, call.args, keywords), call)


OPERATIONS = (
    Operation(frozenset({"get_dummies"}), captures=_captures, forward=_forward, narrowed=_narrowed),
)
