"""Picking rows: by their position, which says nothing of one row, or by what they hold."""

import ast
from collections.abc import Sequence
from typing import TypeGuard

from nb2service.slicing.operations.columns import drops_columns
from nb2service.slicing.operations.guards import all_rows
from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
    call_of,
    parts_of,
)
from nb2service.slicing.operations.syntax import (
    keyword_of,
    list_of,
)
from nb2service.slicing.operations.values import (
    Constant,
    PerRow,
    Record,
    Refused,
    Rows,
    Value,
    first_refused,
)
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import ColumnDemand

SPLITS = frozenset({"train_test_split"})
# A row that is asked for alone is no duplicate of another one.
_BY_POSITION = frozenset(
    {"sample", "head", "tail", "take", "shuffle", "permutation", "drop_duplicates"}
)
_SORTS = frozenset({"sort_values", "sort_index"})
_EXTREMES = frozenset({"nlargest", "nsmallest"})


def _split(call: Call, analysis: Analysis) -> Value | None:
    return analysis.refused(Reason.SPLIT_WHOLE, call.name) if call.receiver is None else None


def _positioned(call: Call, analysis: Analysis) -> Value | None:
    """`df.sample(10)`, `np.random.permutation(df)`; not `np.take(X, [2, 0], axis=1)`."""
    axis = keyword_of(call.node, "axis")
    if axis is not None and not (isinstance(axis, ast.Constant) and axis.value in (0, "index")):
        return None
    if call.receiver is not None:
        if call.name == "take" and any(
            analysis.by_content(a, call.node.func) for a in call.node.args
        ):
            return analysis.refused(Reason.BY_CONTENT)
        return picked(call.receiver)
    if not call.node.args or isinstance(call.node.func, ast.Name):
        return None
    of = analysis.value(call.node.args[0])
    return PerRow(of.node, "position") if isinstance(of, PerRow | Record) else of


def picked(rows: Rows) -> PerRow:
    """Rows that the notebook picked by their position; in an order of what they hold that is a trim."""
    if isinstance(rows, PerRow) and rows.ordered:
        return PerRow(rows.node, "trimmed", ordered=True)
    return PerRow(rows.node, "position")


def _sorted(call: Call, _: Analysis) -> Value | None:
    return None if call.receiver is None else PerRow(call.receiver.node, "position", ordered=True)


def _extremes(call: Call, _: Analysis) -> Value | None:
    """`df.nlargest(10, "a")`."""
    return None if call.receiver is None else PerRow(call.receiver.node, "trimmed", ordered=True)


def _filtered(call: Call, analysis: Analysis) -> Value | None:
    """`df.dropna()`, `df.query("price > 0")`: kept as code, where it must keep all rows."""
    if call.receiver is None:
        return None
    if call.name == "query" and not _is_plain_query(call.node):
        return analysis.refused(Reason.BY_CONTENT)
    if call.name == "dropna" and any(k.arg in ("axis", "thresh") for k in call.node.keywords):
        return analysis.refused(Reason.SELECTS_NO_NAMES)
    return guarded(call.node, call.receiver, ast.unparse(call.node), analysis)


def _is_plain_query(call: ast.Call) -> bool:
    """Whether a query is written down, and asks for columns only."""
    text = call.args[0] if call.args else None
    return isinstance(text, ast.Constant) and "@" not in str(text.value)


def _dropped(call: Call, analysis: Analysis) -> Value | None:
    """`df.drop(df[df.price > 0].index)`, `df.drop([5, 17])`."""
    if call.receiver is None or drops_columns(call.node):
        return None
    given = [*call.node.args, *(k.value for k in call.node.keywords)]
    which = [analysis.unguarded(part) for part in given]
    refused = first_refused(which)
    if refused is not None:
        return refused
    if all(isinstance(one, Constant) or is_positioned(one) for one in which):
        chosen = any(analysis.by_content(part, call.node.func) for part in given)
        return analysis.refused(Reason.BY_CONTENT) if chosen else picked(call.receiver)
    return guarded(call.node, call.receiver, ast.unparse(call.node), analysis)


def is_positioned(value: Value) -> bool:
    """Whether the notebook picked the rows by their position."""
    return isinstance(value, PerRow) and value.selection == "position"


def guarded(node: ast.Call | ast.Subscript, rows: Rows, shown: str, analysis: Analysis) -> Value:
    """A filter as code that must keep all rows, unless it only looks at what is to be learnt."""
    if _is_of_labels(node, analysis):
        if analysis.labels_look_at_rows:
            return analysis.refused(Reason.BY_CONTENT)
        return PerRow(rows.node, "position")
    if _is_of_index(node, analysis):
        which, table = _which(node), node.value if isinstance(node, ast.Subscript) else node.func
        if not any(analysis.by_content(one, table) for one in which):
            return PerRow(rows.node, "position")
        fixed = [n for one in which for n in ast.walk(one) if _is_fixed(n, analysis)]
        if any(analysis.by_content(one, table) for one in fixed):
            return analysis.refused(Reason.BY_CONTENT)
    kept = analysis.unguarded_parts(node, rows)
    if isinstance(kept, Refused) or not analysis.guards:
        return kept
    return PerRow(all_rows(kept.node, rows.node, shown, analysis))


def _which(node: ast.Call | ast.Subscript) -> list[ast.expr]:
    """What tells which rows a filter keeps."""
    return [node.slice] if isinstance(node, ast.Subscript) else parts_of(node)[1:]


def _is_fixed(node: ast.AST, analysis: Analysis) -> TypeGuard[ast.Name]:
    """Whether it is a name of what is the same for all requests."""
    return isinstance(node, ast.Name) and not analysis.mentions(node)


def _is_of_labels(node: ast.Call | ast.Subscript, analysis: Analysis) -> bool:
    """Whether a filter looks only at what the model learns, which no request has."""
    which = _which(node)
    named: set[str] = set()
    for part in (n for one in which for n in ast.walk(one)):
        match part:
            case ast.Subscript(value=ast.Name(), slice=ast.Constant(value=str(column))):
                named.add(column)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if analysis.mentions(
                ast.Name(name)
            ):
                if attr in (analysis.before(name).get("columns") or ()):
                    named.add(attr)
                elif attr not in ("loc", "iloc", "index"):
                    return False
    if isinstance(node, ast.Call):
        named |= {text for one in which for n in ast.walk(one) if (text := _text(n))}
    return bool(named) and named <= analysis.labels


def _is_of_index(node: ast.Call | ast.Subscript, analysis: Analysis) -> bool:
    """Whether a condition looks only at the labels of the rows: `df[df.index == 7]`."""
    which = _which(node)
    parts = [n for one in which for n in ast.walk(one)]
    names = [n for n in parts if isinstance(n, ast.Name) and analysis.mentions(n)]
    of_index = [n.value for n in parts if isinstance(n, ast.Attribute) and n.attr == "index"]
    return bool(names) and all(any(n is one for one in of_index) for n in names)


def _text(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
    return ""


def _reshaped(call: Call, _: Analysis) -> Value | None:
    """`X[0].reshape(1, -1)`: the row that was taken out is a table of one row again."""
    one_row = ast.unparse(call.node).endswith("reshape(1, -1)")
    if not (isinstance(call.receiver, Record) and one_row):
        return None
    return PerRow(call.receiver.node, call.receiver.selection)


# Which columns a filter looks at


def _without_gaps(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`df.dropna()`: a request lacks no values of columns that it does not have."""
    if want is None or not want.known or not isinstance(call.func, ast.Attribute):
        return None
    given = keyword_of(call, "subset")
    labels = None if given is None else tables.labels(given)
    if given is not None and labels is None:
        return None
    left = [label for label in labels or () if label in want.columns]

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        if labels is not None and not left:
            return parts[0]
        keywords = [
            ast.keyword(k.arg, list_of(*left) if k.arg == "subset" else k.value)
            for k in call.keywords
        ]
        return call_of(
            ast.Call(call.func, call.args, keywords), [*parts, *call.args, *_of(keywords)]
        )

    return Narrowed(((call.func.value, want),), rebuilt)


def _of(keywords: Sequence[ast.keyword]) -> list[ast.expr]:
    return [keyword.value for keyword in keywords]


def _left(call: ast.Call, want: ColumnDemand | None, _: Tables) -> Narrowed | None:
    """`df.drop(rows)`: what is wanted of the table, and all that tells which rows."""
    if drops_columns(call) or not isinstance(call.func, ast.Attribute):
        return None
    given = [*call.args, *_of(call.keywords)]
    wants = [(call.func.value, want), *((part, None) for part in given)]
    return Narrowed(tuple(wants), lambda parts: call_of(call, parts))


def _asked(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """`df.query("price > 0")`: what is wanted, and the columns that it asks for."""
    match call:
        case ast.Call(func=ast.Attribute(value=table), args=[ast.Constant(value=str(text))]):
            known = tables.columns(table)
            if want is None or not want.known or known is None:
                return None
            asked = {column for column in known if str(column) in text}
            inner = ColumnDemand(want.columns | asked, want.whole)
            return Narrowed(((table, inner),), lambda parts: call_of(call, [*parts, *call.args]))
    return None


OPERATIONS = (
    Operation(SPLITS, forward=_split),
    Operation(_BY_POSITION, forward=_positioned),
    Operation(_SORTS, forward=_sorted),
    Operation(_EXTREMES, forward=_extremes),
    Operation(frozenset({"dropna"}), forward=_filtered, narrowed=_without_gaps),
    Operation(frozenset({"query"}), forward=_filtered, narrowed=_asked),
    Operation(frozenset({"drop"}), forward=_dropped, narrowed=_left),
    Operation(frozenset({"reshape"}), forward=_reshaped),
)
