"""Record the calls of predict while the notebook runs: arguments before, answer after."""

import ast
import builtins
import contextlib
import dataclasses
import functools
import inspect
import sys
from collections.abc import Mapping

from _nb2service.plain import to_answer, to_plain
from _nb2service.summaries import of_array, of_column, of_list, of_objects

HOOK = "__nb2service_record__"


class _Decorate(ast.NodeTransformer):
    """Decorate the definition of one function, so that its calls in the same cell are seen too."""

    def __init__(self, function):
        self.function = function

    def visit_Module(self, node):
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == self.function:
                hook = ast.Name(HOOK, ast.Load())
                statement.decorator_list.insert(0, ast.copy_location(hook, statement))
        return node


class Recorder:
    """Sees the calls of one function and keeps the first ones as plain data."""

    def __init__(self):
        self.calls = []
        self._given = []
        self.parameters = []
        self.seen = 0
        self._inside = False
        self._transformer = None

    def watch(self, function, max_calls, max_rows):
        """Wrap `function` as soon as a cell defines it.

        Args:
            function: its name.
            max_calls: how many calls are kept; later ones are only counted.
            max_rows: how many rows of a table are kept; of a longer one an even sample is predicted
                a second time, so that what is recorded is a real call.
        """
        self.max_calls, self.max_rows = max_calls, max_rows
        setattr(builtins, HOOK, self._wrap)
        self._transformer = _Decorate(function)
        get_ipython().ast_transformers.append(self._transformer)  # noqa: F821  IPython's own builtin

    def rest(self):
        """Wrap no further definition."""
        shell = get_ipython()  # noqa: F821
        if self._transformer in shell.ast_transformers:
            shell.ast_transformers.remove(self._transformer)

    def report(self):
        """The function's parameters and the recorded calls, as JSON-able data."""
        return {"parameters": self.parameters, "calls": self.calls, "seen": self.seen}

    def _wrap(self, function):
        signature = inspect.signature(function)
        self.parameters = [_parameter(p) for p in signature.parameters.values()]

        @functools.wraps(function)
        def recorded(*args, **kwargs):
            if self._inside:
                return function(*args, **kwargs)
            self._inside = True
            try:
                return self._call(function, signature, args, kwargs)
            finally:
                self._inside = False

        return recorded

    def _call(self, function, signature, args, kwargs):
        self.seen += 1
        if len(self.calls) >= self.max_calls:
            return function(*args, **kwargs)
        arguments = dict(signature.bind(*args, **kwargs).arguments)
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                arguments.update(arguments.pop(parameter.name, {}))
        # Taken down before the call: predict may change its arguments in place.
        samples = {name: sample(value, self.max_rows) for name, value in arguments.items()}
        samples = {name: value for name, value in samples.items() if value is not None}
        taken = {name: encode(samples.get(name, value), value) for name, value in arguments.items()}
        whole = taken
        if samples:
            whole = {name: encode(value, value) for name, value in arguments.items()}
        answer = function(*args, **kwargs)
        if any(rows_of(value) == 0 for value in arguments.values()):
            return answer  # a table without rows asks nothing
        taken, recorded = _of_sample(function, arguments, samples, taken, whole, answer)
        self.calls.append({"arguments": taken, "answer": encode_answer(recorded)})
        self._given.append(arguments)
        return answer

    def with_state(self, bound, namespace):
        """The places of the calls that were given the very trained state that is served.

        Cross-validation, for one, calls predict with a model of each fold under the same name.

        Args:
            bound: parameter -> the global name that it is bound to.
            namespace: the notebook's global names, as they are now.
        """
        return [
            place
            for place, given in enumerate(self._given)
            if all(
                parameter not in given or _same_object(given[parameter], namespace.get(name))
                for parameter, name in bound.items()
            )
        ]


def _of_sample(function, arguments, samples, taken, whole, answer):
    """What to record of a call: a real one with the sample, or the call itself if that is refused."""
    if not samples:
        return taken, answer
    if len(samples) == 1:
        with contextlib.suppress(Exception):  # predict may want no less than it was given
            return taken, function(**{**arguments, **samples})
    return whole, answer


def _parameter(parameter):
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        named = ""
    else:
        named = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    described = {"name": parameter.name, "kind": parameter.kind.name, "annotation": named}
    if parameter.default is not inspect.Parameter.empty:
        described["default"] = repr(parameter.default)[:80]
    return described


def sample(value, count):
    """An even sample of `count` rows of a longer table, array or list; None if it is not longer."""
    length = rows_of(value)
    if length is None or length <= count:
        return None
    picked = [int(i * length / count) for i in range(count)]
    if hasattr(value, "iloc"):
        return value.iloc[picked].copy()
    if type_name(value) == "xgboost.core.DMatrix":
        return value.slice(picked)
    if isinstance(value, list):
        return [value[i] for i in picked]
    return value[picked]


def rows_of(value):
    """How many rows a value has, if it is a table, an array, a sparse matrix or a list; else None."""
    if type_name(value) == "xgboost.core.DMatrix":
        return value.num_row()
    if hasattr(value, "iloc") or isinstance(value, list):
        return len(value)
    shape = getattr(value, "shape", None)
    return shape[0] if isinstance(shape, tuple) and shape else None


def encode(value, whole):
    """Take down one argument.

    Args:
        value: what is taken down, a sample of `whole` or `whole` itself.
        whole: the argument; what may be null is told by all of its rows.

    Returns:
        A dict with `form` (`frame`, `matrix`, `array`, `list`, `mapping`, `series`, `object`,
        `plain` or `other`), `type`, the global names that hold the very value, and what the form
        needs; `plain` is its JSON-able content.
    """
    described = {"type": type_name(whole), "names": _global_names(whole)}
    try:
        return {**described, **_encode(value, whole)}
    except (TypeError, ValueError) as error:
        return {**described, "form": "other", "why": str(error)}


def _encode(value, whole):
    kind = type_name(value)
    if kind == "xgboost.core.DMatrix":
        return _encode_dmatrix(value, whole)
    if kind.startswith("scipy.sparse"):
        plain = to_plain(value.toarray())
        return {"form": "matrix", "dtype": str(value.dtype), "ndim": 2, "plain": plain}
    if kind.startswith("pandas") and hasattr(value, "columns"):
        return {"form": "frame", **_frame(value, whole)}
    if kind.startswith("pandas") and hasattr(value, "iloc"):
        return {"form": "series", "dtype": str(value.dtype), **_series(value, whole)}
    if kind == "numpy.ndarray" and value.ndim:
        return {
            "form": "array",
            "dtype": str(value.dtype),
            "ndim": value.ndim,
            "plain": to_plain(value),
            "told": of_array(whole),
        }
    if isinstance(value, Mapping):
        return {"form": "mapping", **_mapping(dict(value))}
    if isinstance(value, list | tuple):
        told = {} if value is whole else {"told": of_list(whole)}
        return {"form": "list", "plain": to_plain(value), **told}
    fields = _fields(value)
    if fields is not None:
        return {"form": "object", **_mapping(fields)}
    nan = isinstance(value, float) and bool(value != value)
    return {"form": "plain", "nan": nan, "plain": to_plain(value)}


def _mapping(fields):
    return {
        "plain": to_plain(fields),
        "nan": [str(k) for k, v in fields.items() if isinstance(v, float) and v != v],
        "types": {str(k): type_name(v) for k, v in fields.items()},
        "dtypes": {str(k): str(v.dtype) for k, v in fields.items() if hasattr(v, "dtype")},
    }


def _fields(value):
    """The fields of a dataclass or a pydantic model that the notebook defines; else None."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: getattr(value, f.name) for f in dataclasses.fields(value) if f.init}
    names = getattr(type(value), "model_fields", None) or getattr(type(value), "__fields__", None)
    return {name: getattr(value, name) for name in names} if isinstance(names, Mapping) else None


def _series(series, whole):
    labels = list(series.index)
    named = all(isinstance(label, str) for label in labels)
    values = list(series)
    described = {"named": named, "plain": to_plain(values), "told": of_column(whole)}
    if named:
        described.update(_mapping(dict(zip(labels, values, strict=True))))
    return described


def _encode_dmatrix(matrix, whole):
    names = list(matrix.feature_names or [])
    described = {"form": "matrix", "dtype": "float32", "ndim": 2, "columns": names}
    return {**described, "plain": to_plain(_dense(matrix)), "told": of_array(_dense(whole))}


def _dense(matrix):
    """A DMatrix as an array; what it does not hold is NaN."""
    import numpy

    dense = numpy.full((matrix.num_row(), matrix.num_col()), numpy.nan, dtype="float32")
    coordinates = matrix.get_data().tocoo()
    dense[coordinates.row, coordinates.col] = coordinates.data
    return dense


def _frame(frame, whole):
    """Rows and columns of a DataFrame; what may be null is told by all its rows, not by a sample."""
    import pandas  # it is loaded: there is a DataFrame

    columns = []
    for position, name in enumerate(frame.columns):
        column = whole.iloc[:, position]
        described = {
            "name": name if isinstance(name, str) else str(name),
            "label": name if isinstance(name, str) else _number(name),
            "dtype": str(column.dtype),
            "null": bool(column.isna().any()),
            "told": of_column(column),
        }
        if described["dtype"] == "object":
            described.update(of_objects(column))
        if isinstance(column.dtype, pandas.CategoricalDtype):
            described["categories"] = to_plain(list(column.cat.categories))
            described["ordered"] = bool(column.cat.ordered)
        columns.append(described)
    return {"columns": columns, "plain": to_plain(frame.reset_index(drop=True))}


def _number(label):
    """A column's label if it is a number; None for what JSON cannot say, such as a tuple."""
    if isinstance(label, bool):
        return None
    if isinstance(label, float):
        return float(label) if label == label else None
    return int(label) if hasattr(label, "__index__") else None


def encode_answer(value):
    """Take down an answer: as rows, and as one answer to one question."""
    described = {"type": type_name(value), "mapping": isinstance(value, Mapping)}
    try:
        described["plain"] = to_plain(value)
        described["one"] = to_answer(value)
    except TypeError as error:
        described["unplain"] = str(error)
    if isinstance(value, str | bytes | Mapping | tuple):  # a tuple holds parts of an answer
        described["length"] = None
    else:
        described["length"] = _length(value)
    described["columns"] = (
        isinstance(value, tuple)
        and len(value) > 0
        and len({_length(part) for part in value}) == 1
        and _length(value[0])
    ) or None
    return described


def _length(value):
    try:
        return len(value)
    except TypeError:
        return None


def _same_object(given, held):
    if type(given) is type(held) and isinstance(given, float | int | str):
        return given == held
    return given is held


def _global_names(value):
    """The notebook's global names for the very object; none for what Python shares anyway."""
    if value is None or type(value) in (bool, int, str, bytes):
        return []
    return sorted(
        name
        for name, other in list(sys.modules["__main__"].__dict__.items())
        if other is value and not name.startswith("_")
    )


def type_name(value):
    """The full name of a value's type; the name alone for Python's own types."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


RECORDER = Recorder()
