"""From checked records to what predict takes, and from what it returns to one answer per record."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.contract import Contract, Record, Schema
from service.plain import to_plain

Predict = Callable[..., Any]


class FeatureError(ValueError):
    """A value that passes the contract's schema and still does not fit its column."""

    def __init__(self, feature: str, record: int, reason: str) -> None:
        super().__init__(f"feature {feature}: {reason}")
        self.feature = feature
        self.record = record


class AnswerError(Exception):
    """predict returned something that is not one answer per record."""


def answer_records(predict: Predict, contract: Contract, records: Sequence[Record]) -> list[Any]:
    """Return predict's answers to the records, in their order, each as plain JSON values.

    A predict that takes a frame is called once for all of them, any other once for each, and so is
    one that answers a whole frame with one value.
    Raises FeatureError, AnswerError, and whatever predict raises.
    """
    if contract.input == "frame" and contract.whole:
        frames = (build_frame(contract.features, [record]) for record in records)
        return [to_plain(predict(frame)) for frame in frames]
    if contract.input == "frame":
        return split_answers(predict(build_frame(contract.features, records)), len(records))
    if contract.input == "arguments":
        return [to_plain(predict(**arrange(contract.features, record))) for record in records]
    return [to_plain(predict(arrange(contract.features, record))) for record in records]


def arrange(features: Mapping[str, Schema], record: Record) -> Record:
    """Return the record's features in the contract's order, without unknown fields.

    JSON has no NaN. Where the notebook's records had one, null stands for it.
    """
    arranged = {name: record[name] for name in features if name in record}
    for name, value in arranged.items():
        if value is None and features[name].get("x-null") == "nan":
            arranged[name] = math.nan
    return arranged


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
            columns[name] = _column(values, schema)
        except (ValueError, TypeError, OverflowError) as error:
            raise _first_misfit(name, values, schema) from error
    # An index of its own keeps the length of a frame that has no columns.
    return pd.DataFrame(columns, index=pd.RangeIndex(len(records)))


def split_answers(answers: Any, count: int) -> list[Any]:
    """Return what predict made of a frame of `count` rows as one plain answer per row.

    Raises AnswerError when it is not one per row.
    """
    plain = to_plain(answers)
    if count == 1 and not isinstance(plain, list):
        return [plain]  # predict wants one row at a time, and says so by returning one answer
    kind = type(answers).__name__
    if not isinstance(plain, list) or isinstance(answers, tuple):
        raise AnswerError(
            f"predict returned one {kind} for {count} records; it must return one answer per row"
        )
    if len(plain) != count:
        raise AnswerError(
            f"predict returned {len(plain)} answers ({kind}) for {count} records; "
            "it must return one answer per row"
        )
    return plain


def _column(values: list[Any], schema: Schema) -> Any:
    """Return the values as an array of the schema's dtype; None becomes NaN, NaT or NA."""
    import numpy as np
    import pandas as pd

    dtype = schema.get("x-dtype", "object")
    if dtype == "category":
        categories, ordered = schema["x-categories"], schema.get("x-ordered", False)
        return pd.Categorical(values, categories=categories, ordered=ordered)
    if dtype == "object":
        return pd.Series(values, dtype="object").array  # np.array would make a table of lists
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
    in_utc = pd.to_datetime([pd.Timestamp(value) for value in values], utc=True)
    zone = getattr(dtype, "tz", None)
    return (in_utc.tz_convert(zone) if zone else in_utc.tz_localize(None)).astype(dtype)


def _first_misfit(name: str, values: list[Any], schema: Schema) -> FeatureError:
    """Return the error for the first value that does not fit the column by itself."""
    dtype = schema.get("x-dtype", "object")
    for at, value in enumerate(values):
        try:
            _column([value], schema)
        except (ValueError, TypeError, OverflowError):
            return FeatureError(name, at, f"expected a value that fits {dtype}")
    return FeatureError(name, 0, f"expected values that fit {dtype} together")
