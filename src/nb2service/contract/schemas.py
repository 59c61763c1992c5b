"""JSON Schema 2020-12 for values that were seen, and for annotations of plain types."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

Schema = dict[str, Any]

# The types of JSON Schema by the Python type that stands for them in a recorded call.
_JSON_TYPES = {type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string"}
_ANNOTATIONS = {"int": "integer", "float": "number", "str": "string", "bool": "boolean"}


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
    if null_is_nan:
        types = ["number", "null"] if types == ["null"] else types
        schema = {**schema, "x-null": "nan"}
    if "items" in schema:
        schema = {**schema, "items": lenient(schema["items"])}
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


def annotation_schema(annotation: str) -> Schema | None:
    """The schema that an annotation of plain types stands for; None for any other."""
    try:
        node = ast.parse(annotation.replace("typing.", ""), mode="eval").body
    except SyntaxError:
        return None
    return _of_node(node)


def _of_node(node: ast.expr) -> Schema | None:
    parts: Sequence[ast.expr]
    match node:
        case ast.Name(id=name) if name in _ANNOTATIONS:
            return {"type": _ANNOTATIONS[name]}
        case ast.Constant(value=None):
            return {"type": "null"}
        case ast.Constant(value=str(text)):
            return annotation_schema(text)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            parts = [left, right]
        case ast.Subscript(value=ast.Name(id="Optional"), slice=inner):
            parts = [inner, ast.Constant(None)]
        case ast.Subscript(value=ast.Name(id="Union"), slice=ast.Tuple(elts=parts)):
            pass
        case ast.Subscript(value=ast.Name(id="list" | "List"), slice=inner):
            items = _of_node(inner)
            return None if items is None else {"type": "array", "items": items}
        case ast.Subscript(value=ast.Name(id="Literal"), slice=inner):
            try:
                known = [ast.literal_eval(element) for element in _elements(inner)]
            except ValueError:  # an enum's member
                return None
            return {**schema_of(known), "enum": known}
        case _:
            return None
    merged: Schema = {}
    for part in parts:
        schema = _of_node(part)
        if schema is None:
            return None
        merged = merge(merged, schema)
    return merged


def _elements(node: ast.expr) -> Sequence[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def column_schema(
    dtype: str,
    nullable: bool,
    values: Sequence[Any],
    categories: Sequence[Any] | None = None,
    ordered: bool = False,
) -> Schema | None:
    """The schema of a DataFrame's column; None for a dtype that JSON has no word for.

    Args:
        dtype: pandas' name of it, e.g. `float64` or `category`.
        nullable: whether a null was seen.
        values: what was seen, for columns of objects.
        categories: of a column of categories.
        ordered: whether these have an order.
    """
    kind = dtype.lower()
    schema: Schema
    if kind.startswith(("int", "uint")):
        schema = {"type": "integer"}
    elif kind.startswith("float"):
        schema = {"type": "number"}
    elif kind in ("bool", "boolean"):
        schema = {"type": "boolean"}
    elif kind.startswith("datetime64"):
        schema = {"type": "string", "format": "date-time"}
    elif kind.startswith("timedelta64"):
        schema = {"type": "number"}
    elif kind == "category":
        schema = {**schema_of(list(categories or ())), "enum": list(categories or ())}
    elif kind in ("object", "str") or kind.startswith("string"):
        schema = schema_of([v for v in values if v is not None]) or {"type": "string"}
    else:
        return None
    if nullable and schema:
        enum = schema.get("enum")
        schema = with_types(schema, [*types_of(schema), "null"])
        if enum is not None:
            schema["enum"] = [*enum, None]
    schema["x-dtype"] = dtype
    if kind == "category":
        schema["x-categories"] = list(categories or ())
        schema["x-ordered"] = ordered
    return schema
