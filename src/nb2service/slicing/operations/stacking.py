"""Tables that are put together: one below the other, or side by side (`pd.concat([a, b], axis=1)`)."""

import ast
from collections.abc import Sequence

from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
)
from nb2service.slicing.operations.syntax import along_rows
from nb2service.slicing.operations.values import Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import ColumnDemand

_ALWAYS = frozenset({"vstack", "row_stack", "append"})


def _forward(call: Call, analysis: Analysis) -> Value | None:
    below = call.name in _ALWAYS or not along_rows(call.node)
    if call.receiver is not None or not below:
        return None
    return analysis.refused(Reason.STACKED, call.name)


def _narrowed(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """Of each table the columns that are wanted."""
    match call:
        case ast.Call(args=[(ast.List() | ast.Tuple()) as given, *_]):
            return _side_by_side(call, given.elts, want, tables)
    return None


def _side_by_side(
    call: ast.Call, given: Sequence[ast.expr], want: ColumnDemand | None, tables: Tables
) -> Narrowed | None:
    if want is None or not want.known:
        return None
    known = [tables.columns(part) for part in given]
    # What is wanted of those whose columns nobody knows: all that no other one has.
    rest = want.columns - {column for columns in known for column in columns or ()}
    wants: list[tuple[ast.expr, ColumnDemand | None]] = []
    for part, columns in zip(given, known, strict=True):
        wanted = rest if columns is None else want.columns & set(columns)
        if wanted:
            wants.append((part, None if columns is None else ColumnDemand(wanted, want.whole)))

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        if len(parts) == 1:
            return parts[0]
        together = ast.List(list(parts), ast.Load())
        return ast.copy_location(
            ast.Call(call.func, [together, *call.args[1:]], call.keywords), call
        )

    return Narrowed(tuple(wants), rebuilt)


OPERATIONS = (
    Operation(_ALWAYS | {"concatenate"}, forward=_forward),
    Operation(frozenset({"concat"}), forward=_forward, narrowed=_narrowed),
)
