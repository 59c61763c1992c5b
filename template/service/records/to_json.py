"""Any value that a notebook's predict may return, as plain Python that JSON can carry."""

import dataclasses
import json
import math
import sys
from collections.abc import ItemsView, KeysView, Mapping, Sequence, ValuesView
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any

_UNKNOWN = object()


def to_plain(value: Any) -> Any:
    """Return the value as None, bool, int, float, str, list, or dict with str keys.

    JSON has no NaN and no infinity: both become None. NumPy and pandas values are recognised only
    when those libraries are loaded already. Raises TypeError for a value that has no JSON form.
    """
    kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if kind is str or kind is int or kind is bool or value is None:
        return value
    if kind is dict:
        return {_key(key): to_plain(item) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [to_plain(item) for item in value]
    for convert in (_from_numpy, _from_pandas, _from_scalar, _from_container):
        plain = convert(value)
        if plain is not _UNKNOWN:
            return plain
    raise TypeError(
        f"a value of type {kind.__module__}.{kind.__qualname__} has no JSON form; "
        "use numbers, text, lists or dicts instead"
    )


def to_answer(value: object) -> Any:
    """Return the answer to one question as to_plain does; a Series keeps the labels of its index.

    A forecast's labels are its dates, in a table too; the plain numbers of a row's position say
    nothing.
    """
    pandas = sys.modules.get("pandas")
    if pandas is None or not isinstance(value, (pandas.Series, pandas.DataFrame)):
        return to_plain(value)
    return _labelled(value, pandas)


def _labelled(value: Any, pandas: Any) -> Any:
    rows = to_plain(value)
    if isinstance(value, pandas.DataFrame):
        labelled = isinstance(value.index, (pandas.DatetimeIndex, pandas.PeriodIndex))
    else:
        labelled = not isinstance(value.index, pandas.RangeIndex)
    return dict(zip(map(_key, value.index), rows, strict=True)) if labelled else rows


def _key(key: Any) -> str:
    plain = to_plain(key)
    if isinstance(plain, (list, dict)):
        raise TypeError(f"{key!r} cannot be a key in JSON; use text or a number instead")
    return plain if isinstance(plain, str) else json.dumps(plain)


def _from_numpy(value: Any) -> Any:
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return _UNKNOWN
    if isinstance(value, numpy.ndarray):
        # Python's own numbers at once, where there is no NaN and no infinity to look for.
        if value.dtype.kind in "biu" or (
            value.dtype.kind == "f" and value.itemsize <= 8 and numpy.isfinite(value).all()
        ):
            return value.tolist()
        if value.dtype.kind in "fUO":
            return to_plain(value.tolist())
        # tolist would make bare integers of dates and durations.
        return [to_plain(item) for item in value] if value.ndim else to_plain(value[()])
    if isinstance(value, numpy.datetime64):
        text = str(value)
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return None if text == "NaT" else text
    if isinstance(value, numpy.timedelta64):
        return to_plain(float(value / numpy.timedelta64(1, "s")))
    if isinstance(value, numpy.floating):
        return to_plain(float(value))
    if isinstance(value, (numpy.integer, numpy.bool_, numpy.str_)):
        return value.item()
    return _UNKNOWN


def _from_pandas(value: Any) -> Any:
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return _UNKNOWN
    if value is pandas.NA:
        return None
    if isinstance(value, pandas.DataFrame):
        names = [_key(name) for name in value.columns]
        columns = [to_plain(value.iloc[:, at]) for at in range(len(names))]
        return [
            {name: column[row] for name, column in zip(names, columns, strict=True)}
            for row in range(len(value))
        ]
    if isinstance(value, (pandas.Series, pandas.Index, pandas.api.extensions.ExtensionArray)):
        return to_plain(value.tolist())
    if isinstance(value, (pandas.Period, pandas.Interval)):
        return str(value)
    return _UNKNOWN


def _from_scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return to_plain(value.value)
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, (float, Decimal)):
        return to_plain(float(value))
    if isinstance(value, (date, time)):  # datetime and pandas' Timestamp are dates; so is its NaT
        text = value.isoformat()
        return None if text == "NaT" else text
    if isinstance(value, timedelta):
        return value.total_seconds()
    return _UNKNOWN


def _from_container(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: to_plain(getattr(value, name)) for name in names}
    if isinstance(value, Mapping):
        return to_plain(dict(value))
    if isinstance(value, (set, frozenset)):
        return _in_order([to_plain(item) for item in value])
    if isinstance(value, (bytes, bytearray, memoryview)):  # sequences, but of no numbers
        return _UNKNOWN
    if isinstance(value, (Sequence, KeysView, ValuesView, ItemsView)):
        return [to_plain(item) for item in value]
    return _UNKNOWN


def _in_order(items: list[Any]) -> list[Any]:
    """Return the items of a set sorted, so that equal sets give equal JSON."""
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=repr)
