"""Rows: predict takes an array, a list of texts, of numbers or of dicts, a sparse matrix, a DMatrix."""

from collections.abc import Mapping, Sequence
from typing import Any

from nb2service.contract.calls import Calls
from nb2service.contract.columns import of_column
from nb2service.contract.inference import Inferred
from nb2service.contract.python_types import converted, short
from nb2service.contract.records import of_dicts
from nb2service.contract.schemas import Schema, lenient, of_dtype, schema_of
from nb2service.contract.seen import Seen, annotated, candidates, of_told, of_values, together

_Found = tuple[Schema, list[list[dict[str, Any]]], dict[str, tuple[Any, ...]]]


def of_rows(looked: Calls) -> Inferred:
    """Infer from `predict(X)`: many rows, as many answers."""
    name, values = looked.only()
    rows = [row for value in values for row in value["plain"]]
    if values[0]["form"] == "list" and rows and all(isinstance(row, dict) for row in rows):
        each = [one for value in values for one in value.get("each", ())]
        told = [value["told"].get("fields", {}) for value in values if "told" in value]
        schema, known = of_dicts(rows, each, {k: v for one in told for k, v in one.items()})
        records = [list(value["plain"]) for value in values]
    elif values[0].get("columns"):
        schema, records, known = _named_columns(values, rows)
    else:
        schema, records, known = _values(name, values, rows)
    whole = looked.answers_whole()
    calls = looked.table(records, whole)
    container, dtype = _container(values[0]), values[0].get("dtype")
    of_items = values[0]["form"] == "list" and bool(values[0].get("columns"))
    return Inferred(
        "rows", name, container, dtype, schema, whole, calls, of_items=of_items, known=known
    )


def _named_columns(values: Sequence[Mapping[str, Any]], rows: Sequence[Any]) -> _Found:
    """A matrix, or rows, whose columns have names: each is a feature."""
    columns = list(values[0]["columns"])
    null = any(item is None for row in rows for item in row) or _null(values)
    matrix = {"type": ["number", "null"], "x-null": "nan"} if null else {"type": "number"}
    ranges = _range_of(values)
    properties: Schema = {}
    told = {}
    for at, column in enumerate(columns):
        cells = [row[at] for row in rows]
        told[column] = of_values(cells)
        if values[0]["form"] == "matrix":
            properties[column] = dict(matrix)
        else:
            properties[column] = annotated(_cell(values, cells), told[column])
        if ranges and isinstance(ranges["min"], list):
            properties[column]["x-seen"] = {end: ranges[end][at] for end in ("min", "max")}
    schema = {"type": "object", "properties": properties, "required": columns}
    records = [[dict(zip(columns, row, strict=True)) for row in v["plain"]] for v in values]
    return schema, records, {} if values[0]["form"] == "matrix" else candidates(told)


def _cell(values: Sequence[Mapping[str, Any]], cells: Sequence[Any]) -> Schema:
    """The schema of what stands in one column of rows."""
    item = lenient(schema_of(cells), any(value.get("nan") for value in values))
    return of_dtype(item, str(values[0].get("dtype") or ""), null=_null(values))


def _values(name: str, values: Sequence[Mapping[str, Any]], rows: Sequence[Any]) -> _Found:
    """Rows that are one value each: a list of numbers, an image, a text."""
    item = _of_one_length(_item(values, rows), rows)
    ranges = _range_of(values)
    known: dict[str, tuple[Any, ...]] = {}
    if ranges and "items" in item:
        item["x-seen"] = ranges
    elif "items" not in item:
        told = together([_told(value, item) for value in values])
        item = annotated(item, told)
        known = candidates({name: told})
    schema = {"type": "object", "properties": {name: item}, "required": [name]}
    return schema, [[{name: row} for row in value["plain"]] for value in values], known


def _item(values: Sequence[Mapping[str, Any]], rows: Sequence[Any]) -> Schema:
    """The schema of one row, from what the container says of all."""
    if values[0]["form"] == "series":
        column = of_column(values, rows)
        if column is not None:
            return column
    dtype = str(values[0].get("dtype") or "")
    item = lenient(schema_of(rows), any(value.get("nan") for value in values))
    item = of_dtype(item, dtype, null=_null(values))
    if dtype:
        return item
    kinds = {kind for value in values for kind in value["types"]}
    return converted(item, kinds, [dtype for value in values for dtype in value["dtypes"]])


def _told(value: Mapping[str, Any], schema: Schema) -> Seen:
    if "told" in value:
        return of_told(value["told"])
    return of_values(value["plain"], ordered="format" in schema)


def _null(values: Sequence[Mapping[str, Any]]) -> bool:
    """Whether any row, sampled or not, had a null in it."""
    return any(value.get("told", {}).get("null") for value in values)


def _of_one_length(schema: Schema, rows: Sequence[Any]) -> Schema:
    """The schema of a row of numbers, as long as all rows that were seen, and so for rows in it."""
    lengths = {len(row) for row in rows if isinstance(row, list)}
    if len(lengths) != 1 or not all(isinstance(row, list) for row in rows):
        return schema
    (length,) = lengths
    items = _of_one_length(schema["items"], [item for row in rows for item in row])
    return {**schema, "items": items, "minItems": length, "maxItems": length}


def _range_of(values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The range that all calls have together: of each column, or of all numbers of an array."""
    told = [value["told"] for value in values if "min" in value.get("told", {})]
    if not told or len({_shape(one) for one in told}) != 1:
        return {}
    if _shape(told[0]) is None:
        return {"min": min(t["min"] for t in told), "max": max(t["max"] for t in told)}
    return {
        "min": [min(column) for column in zip(*(t["min"] for t in told), strict=True)],
        "max": [max(column) for column in zip(*(t["max"] for t in told), strict=True)],
    }


def _shape(told: Mapping[str, Any]) -> int | None:
    return len(told["min"]) if isinstance(told["min"], list) else None


def _container(value: Mapping[str, Any]) -> str:
    kind = str(value["type"])
    if kind.startswith("scipy.sparse"):
        return "scipy.sparse." + kind.rpartition(".")[2]
    return "xgboost.DMatrix" if kind == "xgboost.core.DMatrix" else short(kind)
