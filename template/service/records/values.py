"""From plain JSON values to what predict wants instead: moments, arrays, NumPy's numbers."""

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from service.contract import Schema


def to_python(value: Any, schema: Schema) -> Any:
    """Return the value as the notebook had it. Raises ValueError, TypeError or OverflowError.

    JSON has no NaN. Where the notebook had one, null stands for it.
    """
    if value is None:
        return math.nan if schema.get("x-null") == "nan" else None
    if isinstance(value, list) and "items" in schema:
        value = [to_python(item, schema["items"]) for item in value]
    kind = schema.get("x-python")
    if kind is None:
        return value
    if kind in _MAKERS:
        return _MAKERS[kind](value, schema)
    import numpy as np  # one of NumPy's own numbers

    return np.dtype(kind.removeprefix("numpy.")).type(value)


def build_array(values: Any, dtype: str | None) -> Any:
    """Return nested lists as an array of the dtype; texts may be longer than the notebook's.

    Moments are ISO 8601 texts, where an offset is turned into UTC; durations are seconds.
    """
    import numpy as np

    if dtype and dtype.startswith("<U"):
        return np.array(values, dtype="U")
    if dtype and dtype.startswith("datetime64"):
        return np.array(_nested(values, _without_offset), dtype=dtype)
    if dtype and dtype.startswith("timedelta64"):
        return np.array(_nested(values, _duration), dtype="timedelta64[ns]").astype(dtype)
    return np.array(values, dtype=dtype)


def moment(text: str) -> datetime.datetime:
    """Return an ISO 8601 text as a datetime; Python 3.10 does not know the Z of UTC."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _nested(values: Any, make: Callable[[Any], Any]) -> Any:
    return [_nested(v, make) for v in values] if isinstance(values, list) else make(values)


def _without_offset(text: str | None) -> str:
    if text is None:
        return "NaT"
    clock = text.partition("T")[2] or text.partition(" ")[2]
    if not any(sign in clock for sign in "Z+-"):
        return text  # as it stands: NumPy keeps more digits than Python
    return moment(text).astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat()


def _duration(seconds: float | None) -> Any:
    import numpy as np

    return np.timedelta64("NaT") if seconds is None else np.timedelta64(round(seconds * 1e9), "ns")


def _dtype(schema: Schema) -> str | None:
    """Return the dtype of an array or of one of NumPy's values; x-dtype is that of its column."""
    dtype: str | None = schema.get("x-items", schema.get("x-dtype"))
    return dtype


def _series(values: list[Any], schema: Schema) -> Any:
    import pandas as pd

    return pd.Series(list(values), dtype=_dtype(schema))


def _timestamp(text: str, _: Schema) -> Any:
    import pandas as pd

    return pd.Timestamp(text)


def _timedelta(seconds: float, _: Schema) -> Any:
    import pandas as pd

    return pd.Timedelta(round(seconds * 1e9), unit="ns")


def _scalar(value: Any, schema: Schema) -> Any:
    return build_array([value], _dtype(schema))[0]


_MAKERS: dict[str, Callable[[Any, Schema], Any]] = {
    "float": lambda value, _: float(value),
    "datetime.datetime": lambda text, _: moment(text),
    "datetime.date": lambda text, _: datetime.date.fromisoformat(text),
    "datetime.time": lambda text, _: datetime.time.fromisoformat(text.replace("Z", "+00:00")),
    "datetime.timedelta": lambda seconds, _: datetime.timedelta(seconds=seconds),
    "pandas.Timestamp": _timestamp,
    "pandas.Timedelta": _timedelta,
    "decimal.Decimal": lambda value, _: Decimal(str(value)),
    "numpy.ndarray": lambda value, schema: build_array(value, _dtype(schema)),
    "numpy.datetime64": _scalar,
    "numpy.timedelta64": _scalar,
    "pandas.Series": _series,
    "tuple": lambda value, _: tuple(value),
    "set": lambda value, _: set(value),
    "frozenset": lambda value, _: frozenset(value),
}
