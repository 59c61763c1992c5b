"""A schema in words, for people who compare two."""

import json
from collections.abc import Sequence
from typing import Any

from nb2service.contract.schemas import Schema, types_of

_NAMES = {
    "null": "null",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an object",
}
_FORMATS = {"date-time": "a date and time", "date": "a date", "time": "a time"}
# Of these words of a contract the type says nothing yet.
_BESIDES = ("x-python", "x-items", "x-null", "x-ordered", "x-label")
_LISTED = 8


def in_words(schema: Schema) -> str:
    """What a value must be: `a number or null, float64`."""
    kinds = [_kind(kind, schema) for kind in types_of(schema)] or ["anything"]
    parts = [" or ".join(kinds)]
    if "enum" in schema:
        parts.append(f"one of {listed([v for v in schema['enum'] if v is not None])}")
    parts += [str(schema[word]) for word in ("x-dtype",) if word in schema]
    parts += [f"{word} {json.dumps(schema[word])}" for word in _BESIDES if word in schema]
    return ", ".join(parts)


def _kind(kind: str, schema: Schema) -> str:
    if kind == "string" and "format" in schema:
        return _FORMATS.get(schema["format"], str(schema["format"]))
    if kind == "array" and schema.get("items"):
        length = f" of {schema['minItems']}" if "minItems" in schema else ""
        return f"an array{length}, each {in_words(schema['items'])}"
    if kind == "object" and schema.get("properties"):
        fields = schema["properties"].items()
        return f"an object ({'; '.join(_field(k, v, schema) for k, v in fields)})"
    return _NAMES[kind]


def _field(name: str, field: Schema, schema: Schema) -> str:
    optional = "" if name in schema.get("required", ()) else " (optional)"
    return f"{name}{optional}: {in_words(field)}"


def listed(values: Sequence[Any]) -> str:
    """Values one after the other, as JSON has them; of many the first."""
    shown = ", ".join(short(value) for value in values[:_LISTED])
    return f"{shown}, … ({len(values)})" if len(values) > _LISTED else shown


def short(value: Any) -> str:
    """A value as JSON has it, cut to a few words."""
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."
