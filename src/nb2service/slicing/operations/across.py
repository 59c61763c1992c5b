"""What looks across the rows and gives rows again: no single row can be prepared so."""

import ast

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import keyword_of
from nb2service.slicing.operations.values import Value
from nb2service.slicing.reasons import Reason

# Each row by those around it or before it.
ALONG = frozenset(
    {"rank", "cumsum", "cumprod", "cummax", "cummin", "cumcount", "shift", "diff", "pct_change"}
    | {"rolling", "expanding", "ewm", "interpolate", "ffill", "bfill", "pad", "backfill"}
    | {"resample", "duplicated", "pivot", "pivot_table", "melt", "stack", "unstack", "explode"}
    | {"fit_resample", "cumulative_sum", "gradient", "argsort", "transpose"}
)
_ACROSS = ALONG | {"groupby"}


def _refused(call: Call, analysis: Analysis) -> Value:
    return analysis.refused(Reason.ACROSS, call.name)


def _transform(call: Call, analysis: Analysis) -> Value | None:
    """`groupby(…).transform("mean")` is across; `encoder.transform(X)` is not."""
    if call.receiver is None or call.node.args:
        return None
    return analysis.refused(Reason.ACROSS, call.name)


def _fillna(call: Call, analysis: Analysis) -> Value | None:
    if call.receiver is None or keyword_of(call.node, "method") is None:
        return None
    return analysis.refused(Reason.FILLED_BY_NEIGHBOURS)


def goes_along(receiver: ast.expr) -> bool:
    """Whether what is aggregated is one value for each row, as in `df.rolling(3).mean()`."""
    return any(
        isinstance(part, ast.Attribute) and part.attr in ALONG for part in ast.walk(receiver)
    )


OPERATIONS = (
    Operation(_ACROSS, forward=_refused),
    Operation(frozenset({"transform"}), forward=_transform),
    Operation(frozenset({"fillna"}), forward=_fillna),
)
