"""Tables and arrays of records, with the very columns and dtypes that the notebook had."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.contract import Record, Schema
from service.records.values import build_array, to_python

# What NumPy and pandas raise for a value that does not fit a dtype.
MISFITS = (ValueError, TypeError, OverflowError)


class FeatureError(ValueError):
    """A value that passes the contract's schema and still does not fit its column."""

    def __init__(self, feature: str, record: int, reason: str) -> None:
        super().__init__(f"feature {feature}: {reason}")
        self.feature = feature
        self.record = record


def build_frame(features: Mapping[str, Schema], records: Sequence[Record]) -> Any:
    """Return the records as a DataFrame with the contract's columns, order and dtypes.

    An optional feature that no record has is no column; one that some have is null in the others.
    """
    import pandas as pd

    columns = {}
    for name, schema in features.items():
        if not any(name in record for record in records):
            continue
        values = [record.get(name) for record in records]
        try:
            columns[name] = build_column(values, schema)
        except MISFITS as error:
            raise _first_misfit(name, values, schema) from error
    # An index of its own keeps the length of a frame that has no columns.
    frame = pd.DataFrame(columns, index=pd.RangeIndex(len(records)))
    labels = [features[name].get("x-label", name) for name in columns]
    if labels != list(columns):  # columns that the notebook calls by numbers
        frame.columns = pd.Index(labels)
    return frame


def build_rows(
    values: Sequence[Any],
    container: str | None,
    dtype: str | None,
    *features: str,
    schema: Schema | None = None,
) -> Any:
    """Return rows in the container that predict takes: list, array, sparse matrix, and so on.

    `features` names the columns, or what a row is that is one value; `schema` is of that.
    Raises FeatureError.
    """
    try:
        return _rows(values, container, dtype, features, schema)
    except MISFITS as error:
        for at, value in enumerate(values):
            try:
                _rows([value], container, dtype, features, schema)
            except MISFITS:
                at_fault, what = _culprit(value, container, dtype, features, schema)
                reason = f"expected a {what} that fits {dtype or container}"
                raise FeatureError(at_fault, at, reason) from error
        raise FeatureError(features[0], 0, "expected rows of one shape") from error


def _culprit(
    row: Any,
    container: str | None,
    dtype: str | None,
    features: Sequence[str],
    schema: Schema | None,
) -> tuple[str, str]:
    """Return the feature that does not fit by itself, and what it is: a value, or a row."""
    if schema is None:
        for name, value in zip(features, row, strict=True):
            try:
                _rows([[value]], container, dtype, [name], None)
            except MISFITS:
                return name, "value"
    return features[0], "row"


def _rows(
    values: Sequence[Any],
    container: str | None,
    dtype: str | None,
    features: Sequence[str],
    schema: Schema | None,
) -> Any:
    kind = (container or "list").rpartition(".")
    if kind[0] == "scipy.sparse":
        import scipy.sparse

        return getattr(scipy.sparse, kind[2])(build_array(values, dtype))
    if container == "xgboost.DMatrix":
        import xgboost

        names = None if schema else list(features)
        return xgboost.DMatrix(build_array(values, dtype), feature_names=names)
    if container == "pandas.Series":
        import pandas as pd

        return pd.Series(build_column(list(values), {"x-dtype": dtype, **(schema or {})}))
    if container == "numpy.ndarray":
        return build_array(values, dtype)
    rows = [to_python(value, schema or {}) for value in values]
    return tuple(rows) if container == "tuple" else rows


def build_column(values: list[Any], schema: Schema) -> Any:
    """Return the values as an array of the schema's dtype; None becomes NaN, NaT or NA."""
    import numpy as np
    import pandas as pd

    dtype = schema.get("x-dtype", "object")
    if dtype == "category":
        categories = [to_python(value, schema) for value in schema["x-categories"]]
        made = [None if value is None else to_python(value, schema) for value in values]
        return pd.Categorical(made, categories=categories, ordered=schema.get("x-ordered", False))
    if dtype == "object":
        made = [to_python(value, schema) for value in values]
        # np.array would make a table of lists, and of a bare array pandas infers another dtype.
        return pd.Series(made, dtype="object")
    if dtype.startswith("datetime64"):
        return _moments(values, pd.api.types.pandas_dtype(dtype))
    if dtype.startswith("timedelta64"):
        return pd.to_timedelta(values, unit="s").astype(dtype)
    if dtype == "bool" and None in values:
        raise TypeError("bool has no null")  # NumPy would take it for False
    if dtype.startswith(("bool", "int", "uint", "float")) and dtype != "boolean":
        return np.array(values, dtype=dtype)
    return pd.array(values, dtype=dtype)


def _moments(values: list[Any], dtype: Any) -> Any:
    """Return ISO 8601 texts as an array of the dtype; a text without an offset means UTC."""
    import pandas as pd

    # Each text on its own, as a list may mix dates, times and offsets.
    # It is made once for all rows that share it.
    places = {value: at for at, value in enumerate(dict.fromkeys(values))}
    in_utc = pd.to_datetime([pd.Timestamp(value) for value in places], utc=True)
    zone = getattr(dtype, "tz", None)
    made = (in_utc.tz_convert(zone) if zone else in_utc.tz_localize(None)).astype(dtype)
    return made.take([places[value] for value in values])


def _first_misfit(name: str, values: list[Any], schema: Schema) -> FeatureError:
    """Return the error for the first value that does not fit the column by itself."""
    dtype = schema.get("x-dtype", "object")
    for at, value in enumerate(values):
        try:
            build_column([value], schema)
        except MISFITS:
            return FeatureError(name, at, f"expected a value that fits {dtype}")
    return FeatureError(name, 0, f"expected values that fit {dtype} together")
