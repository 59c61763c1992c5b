"""Check one value against its schema, and say in words what is wrong with it."""

import json
import re
import sys
from datetime import date, datetime, time
from functools import partial
from typing import Any

import msgspec

from service.contract import Schema
from service.outcomes import Fault
from service.records.unknown_values import unknown_value

_NAMES = {
    "null": "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}
_KIND_OF = {
    type(None): "null",
    bool: "boolean",
    int: "integer",
    float: "number",
    str: "string",
    list: "array",
    dict: "object",
}
_LARGEST_FLOAT = {"float16": 65504.0, "float32": 3.4028234663852886e38}
# An offset from UTC at the end of a time; the day before it has hyphens, too.
_OFFSET = re.compile(r"(?<=[T ]).*?(Z|[+-]\d\d:?(\d\d)?(:?\d\d(\.\d+)?)?)$", re.IGNORECASE)
_NO_OFFSET = " without an offset, as the notebook has it,"
_SHOWN = 40  # characters of a value
_LISTED = 10  # allowed values


class Mismatch(Exception):
    """A value that its schema does not allow."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.fault: Fault = {"field": field, "message": message}


def conform(value: Any, schema: Schema, field: str) -> Any:
    """Return the value as the schema wants it: 12.0 as 12, objects without unknown fields.

    `field` is its name in messages. Raises Mismatch.
    """
    wanted, kind = kinds(schema), _KIND_OF[type(value)]
    if kind == "number" and "number" not in wanted and "integer" in wanted and value.is_integer():
        value, kind = int(value), "integer"
    if wanted and kind not in wanted and not (kind == "integer" and "number" in wanted):
        raise _mismatch(value, schema, field)
    allowed = allowed_values(schema)
    if allowed is not None and value not in allowed:
        raise Mismatch(field, unknown_value(field, value, allowed))
    if kind in ("integer", "number"):
        _check_bounds(value, schema, field)
    if kind == "string" and "format" in schema:
        _check_moment(value, schema, field)
    if kind == "array" and len(value) not in lengths(schema):
        raise _mismatch(value, schema, field, f" of {schema['minItems']} values")
    if kind == "array" and "items" in schema:
        return [conform(item, schema["items"], f"{field}[{at}]") for at, item in enumerate(value)]
    if kind == "object" and "properties" in schema:
        return _conform_object(value, schema, field)
    return value


def kinds(schema: Schema) -> list[str]:
    """Return the JSON types that the schema allows; none listed means any."""
    listed = schema.get("type", [])
    return [listed] if isinstance(listed, str) else list(listed)


def allowed_values(schema: Schema) -> list[Any] | None:
    """Return the values that the schema lists, if it does.

    A category that the model has not seen is refused: pandas would make it NaN without a word.
    """
    listed = schema.get("enum", schema.get("x-categories"))
    if listed is None:
        return None
    return [*listed, None] if "null" in kinds(schema) else list(listed)


def bounds(schema: Schema) -> tuple[float, float]:
    """Return the smallest and the largest number that the schema's dtype can hold."""
    words = (schema.get("x-python"), schema.get("x-dtype"))
    dtype = " ".join(str(word).removeprefix("numpy.").lower() for word in words)
    if integer := re.search(r"\b(u?)int(8|16|32|64)\b", dtype):
        unsigned, bits = integer[1], int(integer[2])
        return (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    largest = min((v for name, v in _LARGEST_FLOAT.items() if name in dtype), default=None)
    return (-largest, largest) if largest else (-sys.float_info.max, sys.float_info.max)


def lengths(schema: Schema) -> range:
    """Return the numbers of items that the schema allows in an array."""
    return range(schema.get("minItems", 0), schema.get("maxItems", sys.maxsize) + 1)


def missing(field: str) -> Mismatch:
    """Return the fault of a feature that is not there."""
    return Mismatch(field, f"missing feature: {field}")


def shown(value: Any) -> str:
    """Return a value in words, shortened: a string ("abc")."""
    kind = _KIND_OF[type(value)]
    if kind in ("null", "array", "object"):
        return _NAMES[kind]
    text = json.dumps(value, ensure_ascii=False)
    return f"{_NAMES[kind]} ({text if len(text) <= _SHOWN else text[:_SHOWN] + '…'})"


def _conform_object(value: dict[str, Any], schema: Schema, field: str) -> dict[str, Any]:
    clean = {}
    for name, item in schema["properties"].items():
        if name in value:
            clean[name] = conform(value[name], item, f"{field}.{name}")
        elif name in schema.get("required", ()):
            raise missing(f"{field}.{name}")
    return clean


def _mismatch(value: Any, schema: Schema, field: str, bounds: str = "") -> Mismatch:
    wanted = [_NAMES[kind] for kind in kinds(schema) if kind != "null"]
    allowed = allowed_values(schema)
    if allowed is not None:
        named = [json.dumps(item, ensure_ascii=False) for item in allowed if item is not None]
        wanted = [f"one of {', '.join(named[:_LISTED])}{', …' if len(named) > _LISTED else ''}"]
    elif "format" in schema:
        wanted = [_EXAMPLES[schema["format"]]]
    expected = " or ".join(wanted) + bounds + (" or null" if "null" in kinds(schema) else "")
    return Mismatch(field, f"feature {field}: expected {expected}, got {shown(value)}")


def _check_bounds(value: float, schema: Schema, field: str) -> None:
    low, high = bounds(schema)
    if not low <= value <= high:
        raise _mismatch(value, schema, field, f" from {low} to {high}")


def _check_moment(value: str, schema: Schema, field: str) -> None:
    if not _FORMATS[schema["format"]](value):
        raise _mismatch(value, schema, field)
    if schema["format"] == "date-time" and is_naive(schema) and _is_shifted(value):
        raise _mismatch(value, schema, field, _NO_OFFSET)


def is_naive(schema: Schema) -> bool:
    """Return whether the notebook's own moments have no offset from UTC."""
    dtype = str(schema.get("x-dtype", schema.get("x-items", "")))
    if dtype.startswith("datetime64"):
        return "," not in dtype
    seen = schema.get("x-seen", {}).get("min")
    return isinstance(seen, str) and not _OFFSET.search(seen)


def _is_shifted(text: str) -> bool:
    """Whether a moment has an offset other than that of UTC."""
    found = _OFFSET.search(text)
    return found is not None and any(digit in "123456789" for digit in found[1])


def _reads(kind: Any, text: str) -> bool:
    # Python reads more of ISO 8601, msgspec reads offsets and fractions that Python 3.10 does not.
    try:
        kind.fromisoformat(text)
    except ValueError:
        try:
            msgspec.convert(text, kind)
        except msgspec.ValidationError:
            return False
    return True


_FORMATS = {
    "date-time": partial(_reads, datetime),
    "date": partial(_reads, date),
    "time": partial(_reads, time),
}
_EXAMPLES = {
    "date-time": "a date and time such as 2024-01-31T12:00:00",
    "date": "a date such as 2024-01-31",
    "time": "a time such as 12:00:00",
}
