"""The schema of a DataFrame's column, from its dtype and what all of its rows tell."""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from nb2service.contract.python_types import converted
from nb2service.contract.schemas import Schema, lenient, schema_of, types_of, with_types

_WITH_NULLS = {"int": "float64", "uint": "float64", "bool": "object"}
_JSON_TYPES = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}


def of_column(seen: Sequence[Mapping[str, Any]], values: Sequence[Any]) -> Schema | None:
    """The schema of a column that several calls had; None for a dtype that JSON has no word for.

    Args:
        seen: what the recorder tells of it, for each call; see `kernel/recording/encode.py`.
        values: its recorded values, as JSON brings them.
    """
    dtype = common_dtype([(column["dtype"], column.get("told", {})) for column in seen])
    lists = [column["categories"] for column in seen if "categories" in column]
    schema = column_schema(
        dtype,
        any(column["null"] for column in seen),
        values,
        list({json.dumps(item): item for items in lists for item in items}.values()),
        seen[0].get("ordered", False),
    )
    kinds = {kind for column in seen for kind in column.get("types", ())}
    if schema is None or not kinds:
        return schema
    if dtype == "object":
        schema = with_types(schema, _types(kinds, schema))
        if any(column.get("nan") for column in seen):
            schema["x-null"] = "nan"
        if any(column.get("nan_inside") for column in seen):
            schema = lenient(schema, null_is_nan=True)
    found = converted(schema, kinds, [d for one in seen for d in one.get("dtypes", ())])
    if found["x-dtype"] != dtype:  # it is that of the values
        found = {**found, "x-items": found["x-dtype"], "x-dtype": dtype}
    return found


def _types(kinds: Set[str], schema: Schema) -> list[str]:
    """The JSON types of a column of objects; its other rows may have some that the sample lacks."""
    found = {*types_of(schema), *(_JSON_TYPES[kind] for kind in kinds if kind in _JSON_TYPES)}
    if "number" in found:
        found.discard("integer")
    return sorted(found, key=lambda kind: (kind == "null", kind))


def common_dtype(seen: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """The dtype of a column that several calls had.

    Calls with and without a null, or with hand-written whole numbers, differ in dtype alone:
    float64 holds what int64 holds. A column of nothing but nulls has no say, except that the dtype
    must hold them.

    Args:
        seen: of each call, the dtype and what the recorder told of the values.
    """
    telling = [dtype for dtype, told in seen if told.get("count", 1)] or [seen[0][0]]
    dtypes = dict.fromkeys(telling)
    if len(dtypes) == 1:
        dtype = telling[0]
        return (
            dtype if len(telling) == len(seen) else _WITH_NULLS.get(dtype.rstrip("0123468"), dtype)
        )
    if all(dtype.startswith(("int", "uint", "float")) for dtype in dtypes):
        return "float64" if any(d.startswith("float") for d in dtypes) else "int64"
    for wide in ("Int64", "Float64", "boolean", "object"):
        if wide in dtypes:
            return wide
    return telling[0]


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
        categories: those of a column of categories.
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
