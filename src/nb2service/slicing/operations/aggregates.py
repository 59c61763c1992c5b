"""Aggregates: one value of many rows, a constant of the path. Along a row (axis=1) they are code."""

import ast

from nb2service.marking.answer import is_predict_call
from nb2service.slicing.operations.across import goes_along
from nb2service.slicing.operations.operation import Analysis, Operation
from nb2service.slicing.operations.syntax import along_rows
from nb2service.slicing.operations.values import Constant, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for
from nb2service.slicing.trace.trees import name_of

AGGREGATES = frozenset(
    {"mean", "median", "mode", "sum", "max", "min", "std", "var", "quantile", "nunique", "unique"}
    | {"value_counts", "describe", "corr", "cov", "skew", "kurt", "kurtosis", "count", "idxmax"}
    | {"idxmin", "prod", "agg", "aggregate", "size", "sem", "mad", "percentile", "nanmean"}
    | {"average", "nanmedian", "nanstd", "nanmax", "nanmin", "amax", "amin", "ptp", "to_dict"}
    | {"keys", "items", "bincount", "histogram", "set", "sorted", "any", "all", "nanpercentile"}
    | {"info"}
)
# What tells how good answers are: of all rows together.
METRICS = frozenset(
    {"accuracy_score", "balanced_accuracy_score", "f1_score", "fbeta_score", "precision_score"}
    | {"recall_score", "roc_auc_score", "average_precision_score", "matthews_corrcoef", "r2_score"}
    | {"cohen_kappa_score", "jaccard_score", "brier_score_loss", "log_loss", "hamming_loss"}
    | {"roc_curve", "precision_recall_curve", "det_curve", "auc", "confusion_matrix"}
    | {"classification_report", "precision_recall_fscore_support", "explained_variance_score"}
    | {"mean_squared_error", "root_mean_squared_error", "mean_absolute_error", "max_error"}
    | {"mean_squared_log_error", "median_absolute_error", "mean_absolute_percentage_error"}
    | {"silhouette_score", "calinski_harabasz_score", "davies_bouldin_score"}
)
# Names of the columns, and what else is the same for every request.
FIXED = frozenset({"columns", "dtypes"})
_BUILTINS = frozenset({"sum", "max", "min", "set", "sorted", "any", "all"})
_STACKS = frozenset({"array", "asarray", "vstack", "stack", "row_stack"})
_ACCESSORS = ("str", "dt", "cat")


def aggregate(node: ast.expr, analysis: Analysis) -> Value | None:
    """The value that the notebook computed, in place of an expression that makes one of all rows."""
    if analysis.single or not _makes_one(node, analysis):
        return None
    if (refused := leak(node, analysis)) is not None:
        return refused
    shown = ast.unparse(node)
    if not analysis.seen(node):
        return analysis.refused(Reason.VALUE_NOT_SEEN, shown[:60])
    return Constant(analysis.constant(node, shown, hint_for(node)))


def is_aggregate(node: ast.expr, analysis: Analysis) -> bool:
    """Whether the expression makes one value of all rows."""
    return not analysis.single and _makes_one(node, analysis)


def is_row_count(node: ast.expr, analysis: Analysis) -> bool:
    """Whether it is the number of rows, which a request has, too."""
    match node:
        case ast.Call(func=ast.Name(id="len"), args=[table]):
            return not isinstance(analysis.value(table), Constant)
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant(value=0)):
            return True
    return False


def leak(node: ast.expr, analysis: Analysis) -> Refused | None:
    """The refusal of a value by groups that holds the labels of other rows."""
    grouped = any(isinstance(n, ast.Attribute) and n.attr == "groupby" for n in ast.walk(node))
    named = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
    named |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
    if not (grouped and named & analysis.labels):
        return None
    return analysis.refused(Reason.LABEL_OF_OTHERS, ast.unparse(node)[:60])


def captures_part(node: ast.expr) -> bool:
    """Whether an expression that is no call is the same for all rows, so that it is captured."""
    match node:
        case ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.Attribute(attr=name):
            return name in FIXED
        case ast.Subscript(value=value):
            return _is_part(value)
    return False


def _over_constants(call: ast.Call, analysis: Analysis) -> bool:
    """Whether it is given one thing for each of what is the same for all rows: `for m in models`."""
    match call.args:
        case [ast.ListComp(generators=[one]) | ast.GeneratorExp(generators=[one]), *_]:
            return isinstance(analysis.value(one.iter), Constant) and not one.ifs
    return False


def _goes_through_list(call: ast.Call, analysis: Analysis) -> bool:
    """Whether it works row by row on several tables: `np.mean([first, second], axis=0)`."""
    first = [k.value for k in call.keywords if k.arg == "axis"]
    if not (first and isinstance(first[0], ast.Constant) and first[0].value == 0):
        return False
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Call() as made), args=[]):
            return name_of(made) in _STACKS and _is_listed(made, analysis)
        case ast.Call(args=[ast.Name(id=name), *_]) if name in (analysis.answered or ()):
            return analysis.before(name).get("kind") == "list"
    return _is_listed(call, analysis)


def _is_listed(call: ast.Call, analysis: Analysis) -> bool:
    """Whether it is given a list of several tables."""
    listed = bool(call.args) and isinstance(call.args[0], ast.List | ast.Tuple)
    return listed or _over_constants(call, analysis)


def _is_part(value: ast.expr) -> bool:
    """Whether it is what an aggregate gave, or a part of it: `df.mode()`, `df.mode().iloc`."""
    while isinstance(value, ast.Subscript | ast.Attribute):
        if isinstance(value, ast.Attribute) and value.attr in FIXED | {"shape"}:
            return True
        value = value.value
    return isinstance(value, ast.Call) and name_of(value) in AGGREGATES


def _makes_one(node: ast.expr, analysis: Analysis) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=receiver, attr=name)):
            if isinstance(receiver, ast.Attribute) and receiver.attr in _ACCESSORS:
                return False
            if name == "fit":
                return True
            if name in METRICS:
                return True
            if (
                name in AGGREGATES
                and not along_rows(node)
                and not _goes_through_list(node, analysis)
            ):
                return not goes_along(receiver)
            given = [*node.args, *(k.value for k in node.keywords)]
            return _makes_one(receiver, analysis) and not any(map(analysis.mentions, given))
        case ast.Call(func=ast.Name(id="round"), args=[first, *_]):
            return _makes_one(first, analysis)
        case ast.Call(func=ast.Name(id=name)):
            of_models = name == "sum" and _over_constants(node, analysis)
            return name in _BUILTINS | METRICS and not of_models
        case ast.Attribute(attr=name, value=receiver):
            return name in FIXED or _makes_one(receiver, analysis)
        case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant(value=1)):
            return True
        case ast.Subscript(value=value, slice=index):
            return _makes_one(value, analysis) and not analysis.mentions(index)
        case ast.ListComp(generators=[first, *_]) | ast.SetComp(generators=[first, *_]):
            iterated = first.iter
            asks = any(map(is_predict_call, ast.walk(node)))
            is_constant = isinstance(analysis.value(iterated), Constant) and not asks
            return _makes_one(iterated, analysis) or is_constant
    return isinstance(node, ast.DictComp)


OPERATIONS = (Operation(AGGREGATES | METRICS | {"fit"}, captures=lambda _: "keep"),)
