"""`astype("category")` and `pd.Categorical`: with the categories that all rows of the notebook had."""

import ast
from dataclasses import replace
from typing import Any

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import method
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for


def _is_category(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]) == "'category'"


def _is_plain(call: ast.Call) -> bool:
    return len(call.args) == 1 and not call.keywords


def categories_made(result: Any, _: Any, __: tuple[Any, ...], ___: dict[str, Any]) -> Any:
    """The categories that a column got."""
    return result.dtype


def _astype(call: Call, analysis: Analysis) -> Value | None:
    if call.receiver is None or not (_is_category(call.node) and analysis.seen(call.node)):
        return None
    return _typed(call.node, call.receiver, analysis)


def _categorical(call: Call, analysis: Analysis) -> Value | None:
    """`pd.Categorical(column)`, of a column that has its categories already."""
    if call.receiver is not None or not analysis.seen(call.node):
        return None
    column = analysis.value(call.node.args[0])
    if isinstance(column, Refused):
        return column
    typed = _typed(call.node, column, analysis)
    if not isinstance(typed, PerRow):
        return typed
    return replace(typed, node=ast.Call(call.node.func, [typed.node], []))


def _typed(call: ast.Call, column: Value, analysis: Analysis) -> Value:
    """The column, with the categories of all rows."""
    assert not isinstance(column, Refused)
    if analysis.single:
        return analysis.refused(Reason.CATEGORIES_OF_RECORD)
    hint = f"{hint_for(column.node)}_categories".strip("_")
    text = f"the categories of {ast.unparse(column.node)}"
    known = analysis.constant(call, text, hint, categories=True)
    selection = "" if isinstance(column, Constant) else column.selection
    return PerRow(method(column.node, "astype", known), selection)


OPERATIONS = (
    Operation(
        frozenset({"astype"}),
        captures=lambda call: categories_made if _is_category(call) else None,
        forward=_astype,
    ),
    Operation(
        frozenset({"Categorical"}),
        captures=lambda call: categories_made if _is_plain(call) else None,
        forward=_categorical,
    ),
)
