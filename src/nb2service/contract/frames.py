"""Frames: predict takes a DataFrame; a record is a row, a feature is a column."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from nb2service.contract.calls import Calls
from nb2service.contract.columns import of_column
from nb2service.contract.inference import Inferred
from nb2service.contract.schemas import Schema
from nb2service.contract.seen import annotated, candidates, of_told, together
from nb2service.errors import Nb2serviceError


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
        schema = of_column(parts, rows)
        if schema is None:
            _refuse_dtype(looked.place, feature, parts)
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


def _refuse_dtype(place: str, name: str, seen: Sequence[Mapping[str, Any]]) -> NoReturn:
    raise Nb2serviceError(
        place,
        f"the column {name!r} has the dtype {seen[0]['dtype']}, which JSON has no word for",
        "Turn it into numbers, strings or dates before the call.",
    )
