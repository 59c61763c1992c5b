"""`pd.to_datetime(column)`: by the format that pandas guessed from the notebook's first row.

Of one request it would guess anew: May from `05/03`, where `24/03` stands in the first row. A format
that begins with the year is left to it; there is nothing to mistake.
"""

import ast
from typing import Any

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.values import Value
from nb2service.slicing.trace.probes import Capture


def _captures(call: ast.Call) -> Capture | None:
    says = any(k.arg in ("format", "unit", "infer_datetime_format", None) for k in call.keywords)
    return guessed_format if len(call.args) == 1 and not says else None


def guessed_format(_: Any, __: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The format that pandas reads all texts of a column by, as it guesses it from the first one.

    None where it looks at each text by itself, as before 2.0, or where it cannot guess.
    """
    import pandas

    if int(pandas.__version__.partition(".")[0]) < 2:
        return None
    first = next((value for value in args[0] if isinstance(value, str)), None)
    day_first = kwargs.get("dayfirst", False)
    guess = pandas.tseries.api.guess_datetime_format
    found = None if first is None else guess(first, day_first)
    return [found] if found else None


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
