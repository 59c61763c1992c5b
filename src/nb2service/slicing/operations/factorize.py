"""`pd.factorize(column)`: codes in the order in which the notebook's rows had the values."""

import ast
from typing import Any

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import method
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for
from nb2service.slicing.trace.probes import Capture


def _captures(call: ast.Call) -> Capture | None:
    return values_in_order if len(call.args) == 1 and not call.keywords else None


def values_in_order(result: Any, _: Any, __: tuple[Any, ...], ___: dict[str, Any]) -> Any:
    """The values that got the codes 0, 1, and so on, as categories."""
    import pandas

    return pandas.CategoricalDtype(result[1])


def _forward(call: Call, analysis: Analysis) -> Value | None:
    """The codes and the values: those of a request are codes of the notebook's values."""
    node = call.node
    if call.receiver is not None or not node.args or not analysis.seen(node):
        return None
    if analysis.single:
        return analysis.refused(Reason.CATEGORIES_OF_RECORD)
    column = analysis.value(node.args[0])
    if isinstance(column, Refused):
        return column
    hint = f"{hint_for(node.args[0])}_categories".strip("_")
    text = f"the values of {ast.unparse(node.args[0])} in their order"
    known = analysis.constant(node, text, hint, categories=True)
    accessor = ast.Attribute(method(column.node, "astype", known), "cat", ast.Load())
    codes = method(ast.Attribute(accessor, "codes", ast.Load()), "to_numpy")
    selection = "" if isinstance(column, Constant) else column.selection
    return PerRow(ast.Tuple([codes, ast.Constant(None)], ast.Load()), selection)


OPERATIONS = (Operation(frozenset({"factorize"}), captures=_captures, forward=_forward),)
