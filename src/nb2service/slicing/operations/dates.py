"""`pd.to_datetime(column)`: by the format that pandas guessed from the notebook's first row.

Of one request it would guess anew: May from `05/03`, where `24/03` stands in the first row. A format
that begins with the year is left to it; there is nothing to mistake.
"""

import ast

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.values import Value


def _captures(call: ast.Call) -> str:
    says = any(k.arg in ("format", "unit", "infer_datetime_format", None) for k in call.keywords)
    return "dates" if len(call.args) == 1 and not says else ""


def _forward(call: Call, analysis: Analysis) -> Value | None:
    if call.receiver is not None:
        return None
    node = call.node
    seen = () if analysis.single else analysis.seen(node)
    (guessed,) = seen[-1].get("items") or (None,) if seen else (None,)
    if not isinstance(guessed, str) or guessed.startswith("%Y"):
        return None
    keywords = [k for k in node.keywords if k.arg != "dayfirst"]
    by_format = ast.keyword("format", ast.Constant(guessed))
    return analysis.parts(
        ast.copy_location(ast.Call(node.func, node.args, [*keywords, by_format]), node)
    )


OPERATIONS = (Operation(frozenset({"to_datetime"}), captures=_captures, forward=_forward),)
