"""Frames: predict takes a DataFrame; a record is a row, a feature is a column."""

import json
from collections.abc import Mapping, Sequence, Set
from typing import Any

from nb2service.contract.calls import Calls
from nb2service.contract.columns import column_schema, common_dtype
from nb2service.contract.inference import Inferred
from nb2service.contract.python_types import converted
from nb2service.contract.schemas import Schema, types_of, with_types
from nb2service.contract.seen import annotated, candidates, of_told, together
from nb2service.errors import Nb2serviceError

_JSON_TYPES = {"bool": "boolean", "int": "integer", "float": "number", "str": "string"}


def of_frame(looked: Calls) -> Inferred:
    """Infer from `predict(df: pd.DataFrame)`.

    Raises:
        Nb2serviceError: the tables differ in their columns, or JSON cannot say what a column is.
    """
    name, values = looked.only()
    layouts = {json.dumps([column["name"] for column in value["columns"]]) for value in values}
    if len(layouts) > 1:
        raise Nb2serviceError(
            looked.place,
            f"{looked.function} is called with DataFrames of different columns",
            "Select its columns inside the function, or call it with one kind of table.",
        )
    properties: Schema = {}
    told = {}
    for position, column in enumerate(values[0]["columns"]):
        feature = column["name"]
        _refuse_nameless(looked, column, properties)
        parts = [value["columns"][position] for value in values]
        rows = [row[feature] for value in values for row in value["plain"]]
        told[feature] = together([of_told(part.get("told", {})) for part in parts])
        schema = _column(looked.place, feature, parts, rows)
        properties[feature] = annotated(schema, told[feature])
        if column["label"] != feature:
            properties[feature]["x-label"] = column["label"]
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    whole = looked.answers_whole()
    calls = looked.table([value["plain"] for value in values], whole)
    return Inferred("frame", name, None, None, schema, whole, calls, known=candidates(told))


def _refuse_nameless(looked: Calls, column: Mapping[str, Any], before: Schema) -> None:
    feature = column["name"]
    if column["label"] is None or feature in before:
        fact = "is there twice" if feature in before else "is neither a string nor a number"
        raise Nb2serviceError(
            looked.place,
            f"the column {feature} of the DataFrame that {looked.function} is called with {fact}",
            "JSON records go by names: df.columns = [...] gives each column its own.",
        )


def _column(
    place: str, name: str, seen: Sequence[Mapping[str, Any]], values: Sequence[Any]
) -> Schema:
    """The schema of a column that several calls had."""
    dtype = common_dtype([(column["dtype"], column.get("told", {})) for column in seen])
    lists = [column["categories"] for column in seen if "categories" in column]
    schema = column_schema(
        dtype,
        any(column["null"] for column in seen),
        values,
        list({json.dumps(item): item for items in lists for item in items}.values()),
        seen[0].get("ordered", False),
    )
    if schema is None:
        raise Nb2serviceError(
            place,
            f"the column {name!r} has the dtype {dtype}, which JSON has no word for",
            "Turn it into numbers, strings or dates before the call.",
        )
    if dtype != "object":
        return schema
    kinds = {kind for column in seen for kind in column.get("types", ())}
    schema = with_types(schema, _types(kinds, schema))
    if any(column.get("nan") for column in seen):
        schema["x-null"] = "nan"
    return converted(schema, kinds)


def _types(kinds: Set[str], schema: Schema) -> list[str]:
    """The JSON types of a column of objects; its other rows may have some that the sample lacks."""
    found = {*types_of(schema), *(_JSON_TYPES[kind] for kind in kinds if kind in _JSON_TYPES)}
    if "number" in found:
        found.discard("integer")
    return sorted(found, key=lambda kind: (kind == "null", kind))
