"""Estimators that the notebook fitted to all rows: on the path they only transform."""

import ast
from collections.abc import Sequence
from typing import Any

from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
    call_of,
    parts_of,
)
from nb2service.slicing.operations.syntax import method
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Rows, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import hint_for, snake
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.probes import Capture
from nb2service.slicing.trace.trees import copied

# Transformers that learn nothing from the rows that they are fitted to.
_STATELESS = frozenset({"PolynomialFeatures", "Normalizer", "Binarizer", "HashingVectorizer"})
_EACH = frozenset({"apply", "transform"})


def estimator_fitted(_: Any, function: Any, __: tuple[Any, ...], ___: dict[str, Any]) -> Any:
    """The estimator, as it is after the call."""
    return function.__self__


def _forward(call: Call, analysis: Analysis) -> Value | None:
    if call.receiver is not None:
        return None
    if analysis.single and not _is_stateless(call.node, analysis):
        return analysis.refused(Reason.FITS_RECORD)
    return _transformed(call.node, analysis) if call.name == "fit_transform" else None


def _is_stateless(call: ast.Call, analysis: Analysis) -> bool:
    """Whether what is fitted does the same whatever it is fitted to."""
    types = [str(one.get("type")) for one in analysis.seen(call)]
    return bool(types) and types[-1].rpartition(".")[2] in _STATELESS


def _transformed(call: ast.Call, analysis: Analysis) -> Value:
    """`scaler.fit_transform(X)`: the estimator as it was fitted transforms."""
    if not call.args:
        return analysis.refused(Reason.FITS_NOTHING)
    table = analysis.value(call.args[0])
    if isinstance(table, Refused):
        return table
    if not analysis.seen(call):
        return analysis.refused(Reason.FIT_NOT_SEEN)
    selection = "" if isinstance(table, Constant) else table.selection
    return PerRow(method(_estimator(call, analysis), "transform", table.node), selection)


def _estimator(call: ast.Call, analysis: Analysis) -> ast.expr:
    """The estimator that a `fit_transform` left behind."""
    assert isinstance(call.func, ast.Attribute)
    receiver = call.func.value
    is_name = isinstance(receiver, ast.Name)
    if isinstance(receiver, ast.Name) and analysis.lives(receiver.id):
        return receiver
    hint = receiver.id if isinstance(receiver, ast.Name) else hint_for(receiver)
    if column := hint_for(call.args[0]):
        hint = f"{hint if is_name else snake(hint)}_{column}"
    text = ast.unparse(ast.Call(ast.Attribute(receiver, "fit"), call.args, call.keywords))
    return analysis.constant(call, text, hint)


# Each column with an estimator of its own


def _captures_each(call: ast.Call) -> Capture | None:
    return "each" if fits_each_column(call) else None


def fits_each_column(call: ast.Call) -> bool:
    """Whether it is `df.apply(encoder.fit_transform)`, or the same with a lambda around it."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="apply"),
            args=[ast.Attribute(attr="fit_transform")],
            keywords=[],
        ):
            return True
        case ast.Call(
            func=ast.Attribute(attr="apply"),
            args=[ast.Lambda(args=ast.arguments(args=[_]), body=body)],
            keywords=[],
        ):
            return len(_fits_in(body)) == 1
    return False


def _fits_in(node: ast.AST) -> list[ast.Attribute]:
    return [n for n in ast.walk(node) if isinstance(n, ast.Attribute) and n.attr == "fit_transform"]


def _each_column(call: Call, analysis: Analysis) -> Value | None:
    """`df.apply(encoder.fit_transform)`: each column with the encoder as it was fitted to it."""
    if call.receiver is None or not any(map(_fits_in, parts_of(call.node))):
        return None
    if analysis.single or not (fits_each_column(call.node) and analysis.seen(call.node)):
        return analysis.refused(Reason.FITS_EACH_COLUMN)
    return PerRow(_with_each(call.node, call.receiver, analysis), call.receiver.selection)


def _with_each(call: ast.Call, receiver: Rows, analysis: Analysis) -> ast.expr:
    function = call.args[0]
    (fits,) = _fits_in(function)
    hint = fits.value.id if isinstance(fits.value, ast.Name) else hint_for(fits.value)
    text = f"{ast.unparse(fits.value)}.fit of each column of {ast.unparse(receiver.node)}"
    of_columns = analysis.constant(call, text, f"{hint}_of_column")
    parameter = function.args.args[0].arg if isinstance(function, ast.Lambda) else "column"
    column = ast.Name(parameter, ast.Load())
    fitted = ast.Subscript(of_columns, ast.Attribute(column, "name", ast.Load()), ast.Load())
    transform = ast.Attribute(fitted, "transform", ast.Load())

    class Put(ast.NodeTransformer):
        def visit_Attribute(self, part: ast.Attribute) -> ast.expr:
            self.generic_visit(part)
            return transform if part.attr == "fit_transform" else part

    if isinstance(function, ast.Lambda):
        by_column = Put().visit(copied(function))
    else:
        parameters = ast.arguments([], [ast.arg(parameter)], None, [], [], None, [])
        by_column = ast.Lambda(parameters, ast.Call(transform, [column], []))
    return method(receiver.node, "apply", by_column)


def _constant_of_each(call: ast.Call, tables: Tables) -> ast.Name | None:
    """The constant that gives each column its estimator, in a call that `_with_each` has made."""
    match call:
        case ast.Call(func=ast.Attribute(attr="apply"), args=[ast.Lambda(body=body)]):
            for part in ast.walk(body):
                match part:
                    case ast.Subscript(value=ast.Name() as name) if tables.is_constant(name):
                        return name
    return None


def _columns_of_each(call: ast.Call, tables: Tables) -> list[Label] | None:
    if _constant_of_each(call, tables) is None or not isinstance(call.func, ast.Attribute):
        return None
    return tables.columns(call.func.value)


def _narrowed_each(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """Of the estimators of all columns those of the wanted ones."""
    constant = _constant_of_each(call, tables)
    if constant is None or want is None or not want.known:
        return None
    assert isinstance(call.func, ast.Attribute)
    keys = tables.seen(constant)[0].get("keys") or ()
    only = {constant.id: tuple(c for c in keys if c in want.columns)}

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        return call_of(call, [*parts, *call.args])

    return Narrowed(((call.func.value, want),), rebuilt, only)


OPERATIONS = (
    Operation(
        frozenset({"fit_transform"}),
        captures=lambda _: estimator_fitted,
        forward=_forward,
    ),
    Operation(FITS - {"fit_transform"}, forward=_forward),
    Operation(
        _EACH,
        _captures_each,
        _each_column,
        _columns_of_each,
        _narrowed_each,
        by_column=lambda call, tables: _constant_of_each(call, tables) is not None,
    ),
)
