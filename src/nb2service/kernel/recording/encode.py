"""Take down arguments and answers as plain data, with what JSON does not say of them."""

import dataclasses
import sys
from collections.abc import Mapping

from ..plain import to_answer, to_plain
from ..tables.kinds import type_name
from .summaries import has_nan, of_array, of_column, of_list, of_objects, types_of


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
        return {"form": "list", "plain": to_plain(value), **_list(value, whole)}
    fields = _fields(value)
    if fields is not None:
        return {"form": "object", **_mapping(fields)}
    described = {"form": "plain", "nan": has_nan(value), "plain": to_plain(value)}
    return {**described, "dtype": str(value.dtype)} if hasattr(value, "dtype") else described


def _mapping(fields):
    return {
        "plain": to_plain(fields),
        "nan": [str(k) for k, v in fields.items() if has_nan(v)],
        "types": {str(k): type_name(v) for k, v in fields.items()},
        "dtypes": {str(k): str(v.dtype) for k, v in fields.items() if hasattr(v, "dtype")},
    }


def _list(values, whole):
    """What a list holds: the types of its items, or of the fields of its dicts."""
    described = {} if values is whole else {"told": of_list(whole)}
    if values and all(isinstance(value, Mapping) for value in values):
        return {**described, "each": [_mapping(dict(value)) for value in values]}
    return {**described, **types_of(values), "nan": has_nan(values)}


def _is_row(value):
    """Whether a value is a Series whose index names the features."""
    index = getattr(value, "index", None)
    return (
        hasattr(value, "iloc")
        and getattr(index, "inferred_type", "") == "string"
        and value.ndim == 1
    )


def scalars_of(arguments):
    """The numbers, strings and nulls of a call, by feature; what else it has is left out."""
    fields = arguments
    if len(arguments) == 1:
        (only,) = arguments.values()
        if isinstance(only, Mapping):
            fields = only
        elif _is_row(only):
            fields = dict(zip(only.index, only, strict=True))
        else:
            fields = _fields(only) or arguments
    plain = (bool, int, float, str, type(None))
    return {
        str(name): value
        for name, value in fields.items()
        if isinstance(value, plain) or (hasattr(value, "dtype") and not hasattr(value, "__len__"))
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
    described = {"named": named, "plain": to_plain(values), **_column(whole)}
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
    columns = []
    for position, name in enumerate(frame.columns):
        described = {
            "name": name if isinstance(name, str) else str(name),
            "label": name if isinstance(name, str) else _number(name),
            **_column(whole.iloc[:, position]),
        }
        columns.append(described)
    return {"columns": columns, "plain": to_plain(frame.reset_index(drop=True))}


def _column(column):
    """The dtype of a column, and what all its rows tell."""
    import pandas  # it is loaded: there is a column

    described = {
        "dtype": str(column.dtype),
        "null": bool(column.isna().any()),
        "told": of_column(column),
    }
    if described["dtype"] == "object":
        described.update(of_objects(column))
    if isinstance(column.dtype, pandas.CategoricalDtype):
        described.update(types_of(list(column.cat.categories)))
        described["categories"] = to_plain(list(column.cat.categories))
        described["ordered"] = bool(column.cat.ordered)
    return described


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


def _global_names(value):
    """The notebook's global names for the very object; none for what Python shares anyway."""
    if value is None or type(value) in (bool, int, str, bytes):
        return []
    return sorted(
        name
        for name, other in list(sys.modules["__main__"].__dict__.items())
        if other is value and not name.startswith("_")
    )
