"""`pd.qcut(column, 4)` and `pd.cut(column, 4)`: cut at where the notebook's rows were cut."""

import ast
from typing import Any

from nb2service.slicing.operations.guards import within_bins
from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import is_count
from nb2service.slicing.operations.values import PerRow, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for
from nb2service.slicing.trace.probes import Capture
from nb2service.slicing.trace.trees import name_of

_NAMES = frozenset({"cut", "qcut"})


def _captures(call: ast.Call) -> Capture | None:
    starred = any(isinstance(a, ast.Starred) for a in call.args)
    return bins_made if call.args and not starred else None


def bins_made(_: Any, function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The bins that a call makes by itself; None if it is given them."""
    values, *rest = args
    bins = rest[0] if rest else kwargs.get("bins")
    if function.__name__ == "qcut" or isinstance(bins, int):
        return function(values, *rest, **{**kwargs, "retbins": True})[1]
    return None


def _forward(call: Call, analysis: Analysis) -> Value | None:
    node = call.node
    if call.receiver is not None or not isinstance(node.func, ast.Attribute) or not node.args:
        return None
    seen = bool(analysis.seen(node))
    if not (seen or call.name == "qcut" or is_count(node, 1, "bins")):
        return None
    if not seen:
        return analysis.refused(Reason.BINS_OF_ALL, call.name)
    if analysis.single:
        return analysis.refused(Reason.BINS_OF_RECORD, call.name)
    column = analysis.value(node.args[0])
    if isinstance(column, Refused):
        return column
    hint = f"{hint_for(node.args[0])}_bins".strip("_")
    bins = analysis.constant(node, f"the bins of {ast.unparse(node.args[0])}", hint)
    function = ast.Attribute(node.func.value, "cut", ast.Load())
    made = ast.Call(function, [column.node, bins], _keywords(node))
    return PerRow(within_bins(made, column.node))


def _keywords(call: ast.Call) -> list[ast.keyword]:
    """The arguments with which `cut` does at known bins what the `cut` or the `qcut` did."""
    quantiles = name_of(call) == "qcut"
    names = ("labels",) if quantiles else ("right", "labels")
    placed = [ast.keyword(n, v) for n, v in zip(names, call.args[2:], strict=False)]
    named = [k for k in call.keywords if k.arg not in ("q", "bins", "retbins", "x")]
    lowest = [ast.keyword("include_lowest", ast.Constant(True))] if quantiles else []
    return [*placed, *named, *lowest]


OPERATIONS = (Operation(_NAMES, captures=_captures, forward=_forward),)
