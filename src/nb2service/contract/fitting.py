"""Fitting: whether a value is one that a feature may have, as far as its schema and its values tell."""

from collections.abc import Mapping, Sequence
from typing import Any

from nb2service.contract.schemas import Schema, types_of

_BOUNDS = {"int8": 2**7, "int16": 2**15, "int32": 2**31, "int64": 2**63}


def fitting(schema: Schema, known: Sequence[Mapping[str, Any]], name: str, value: Any) -> bool:
    """Whether the contract admits the value, and it is of a type that the feature had.

    Args:
        schema: of the feature.
        known: records, whose values show what the schema does not say.
        name: the feature's.
        value: what may be asked.
    """
    if "enum" in schema:
        return value in schema["enum"]
    if value is None:
        return "null" in types_of(schema)
    if "format" in schema or "x-python" in schema:
        return False
    kinds = {type(one[name]) for one in known if one.get(name) is not None}
    if type(value) in (int, float) and kinds <= {int, float} and kinds:
        if isinstance(value, float) and kinds == {int}:
            return False
        return _in_bounds(value, str(schema.get("x-dtype", "")))
    return kinds == {type(value)}


def _in_bounds(value: float, dtype: str) -> bool:
    """Whether a number fits a dtype of whole numbers."""
    whole = dtype.removeprefix("u")
    if whole not in _BOUNDS:
        return True
    if dtype.startswith("u"):
        return 0 <= value < 2 * _BOUNDS[whole]
    return -_BOUNDS[whole] <= value < _BOUNDS[whole]
