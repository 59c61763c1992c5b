"""What predict wants instead of the plain values that JSON brings, by the types that were seen."""

from collections.abc import Sequence

from nb2service.contract.schemas import Schema, of_dtype

SHORT = {
    "pandas._libs.tslibs.timestamps.Timestamp": "pandas.Timestamp",
    "pandas._libs.tslibs.timedeltas.Timedelta": "pandas.Timedelta",
    "pandas.core.series.Series": "pandas.Series",
    "numpy.bool_": "numpy.bool",
}
_CONVERTED = {
    "datetime.datetime",
    "datetime.date",
    "datetime.time",
    "datetime.timedelta",
    "decimal.Decimal",
    "pandas.Timestamp",
    "pandas.Timedelta",
    "numpy.datetime64",
    "numpy.timedelta64",
    "numpy.ndarray",
    "tuple",
    "set",
    "frozenset",
    "pandas.Series",
    *(f"numpy.{kind}int{bits}" for kind in ("", "u") for bits in (8, 16, 32, 64)),
    *(f"numpy.float{bits}" for bits in (16, 32, 64)),
    "numpy.bool",
}
_NULLS = {"NoneType", "pandas._libs.tslibs.nattype.NaTType"}
_WITH_DTYPE = {"numpy.ndarray", "pandas.Series", "numpy.datetime64", "numpy.timedelta64"}
_FORMATS = {
    "datetime.datetime": "date-time",
    "pandas.Timestamp": "date-time",
    "numpy.datetime64": "date-time",
    "datetime.date": "date",
    "datetime.time": "time",
}


def short(kind: str) -> str:
    """The name of a type by which people import it."""
    return SHORT.get(kind, kind)


def converted(schema: Schema, types: set[str], dtypes: Sequence[str] = ()) -> Schema:
    """The schema of a value that predict does not want as JSON brings it.

    Args:
        schema: what was seen, as JSON.
        types: the full names of the Python types that were seen.
        dtypes: the dtypes, where these have any.
    """
    kinds = {short(kind) for kind in types} - _NULLS
    if len(kinds) != 1 or not kinds <= _CONVERTED:
        return schema
    (kind,) = kinds
    found = {**schema, "x-python": kind}
    if kind in _FORMATS:
        found["format"] = _FORMATS[kind]
    if kind in _WITH_DTYPE and dtypes:
        found = {**of_dtype(found, dtypes[0]), "x-dtype": dtypes[0]}
    return of_dtype(found, kind.removeprefix("numpy."))
