"""JSON Schema 2020-12 for values that were seen."""

from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

# The types of JSON Schema by the Python type that stands for them in a recorded call.
_JSON_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}


def schema_of(values: Sequence[Any]) -> Schema:
    """A schema that admits all `values`, which are plain JSON-able Python."""
    types = {_JSON_TYPES[type(v)] for v in values if type(v) in _JSON_TYPES}
    if "number" in types:
        types.discard("integer")
    lists = [v for v in values if isinstance(v, list)]
    dicts = [v for v in values if isinstance(v, dict)]
    schema: Schema = {}
    names = sorted(types, key=lambda t: (t == "null", t))
    if lists:
        names.insert(0, "array")
        schema["items"] = schema_of([item for part in lists for item in part])
    if dicts:
        names.insert(0, "object")
        schema.update(object_schema(dicts))
    return with_types(schema, names) if names else {}


def object_schema(dicts: Sequence[Mapping[str, Any]]) -> Schema:
    """`properties` and `required` of objects: what all of them have is required."""
    keys = dict.fromkeys(key for part in dicts for key in part)
    return {
        "properties": {key: schema_of([d[key] for d in dicts if key in d]) for key in keys},
        "required": [key for key in keys if all(key in d for d in dicts)],
    }


def types_of(schema: Schema) -> list[str]:
    """The JSON types that a schema allows; none listed means any."""
    listed = schema.get("type", [])
    return [listed] if isinstance(listed, str) else list(listed)


def with_types(schema: Schema, types: Sequence[str]) -> Schema:
    """The schema with these types, `type` first, as people write it."""
    kept = {key: value for key, value in schema.items() if key != "type"}
    return {"type": types[0] if len(types) == 1 else list(types), **kept}


def lenient(schema: Schema, null_is_nan: bool = False) -> Schema:
    """The schema of a value in a dict, which declares no type: whole numbers exclude no others.

    Args:
        schema: what was seen.
        null_is_nan: whether NaN was seen, for which null stands in JSON.
    """
    types = ["number" if t == "integer" else t for t in types_of(schema)]
    if "items" in schema:
        schema = {**schema, "items": lenient(schema["items"], null_is_nan)}
    elif null_is_nan:
        types = ["number", "null"] if types == ["null"] else types
        schema = {**schema, "x-null": "nan"}
    return with_types(schema, types) if types else schema


def merge(a: Schema, b: Schema) -> Schema:
    """A schema that admits what either admits."""
    if not a or not b:
        return a or b
    types = [*types_of(a), *types_of(b)]
    if "number" in types:
        types = [t for t in types if t != "integer"]
    types = sorted(dict.fromkeys(types), key=lambda t: t == "null")
    merged = {**b, **a}
    if "enum" in merged and set(types) != set(types_of(a if "enum" in a else b)):
        merged.pop("enum")
    return with_types(merged, types)


def of_dtype(schema: Schema, dtype: str, null: bool = False) -> Schema:
    """The schema of a value of an array, or of what lies in it, with what the dtype says of it.

    Args:
        schema: what was seen.
        dtype: NumPy's name of it, e.g. `int64`.
        null: whether a null was seen somewhere.
    """
    if "items" in schema:
        return {**schema, "items": of_dtype(schema["items"], dtype, null)}
    types = types_of(schema)
    if dtype.startswith(("int", "uint")):  # it would cut off the fraction of any other number
        types = ["integer" if kind == "number" else kind for kind in types]
    if null and types and "null" not in types:
        types = [*types, "null"]
    found = with_types(schema, types) if types else dict(schema)
    if dtype.startswith("datetime64"):
        found["format"] = "date-time"
    if dtype.startswith(("int", "uint", "float16", "float32")):
        found["x-dtype"] = dtype  # it bounds the numbers
    return found
