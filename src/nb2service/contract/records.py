"""Records: predict takes a dict, an object with fields, or a row whose index names the features."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from nb2service.contract.calls import Calls
from nb2service.contract.inference import Call, Inferred
from nb2service.contract.python_types import converted
from nb2service.contract.schemas import Schema, lenient, merge, object_schema
from nb2service.contract.seen import annotated, candidates, of_told, of_values, together


def of_record(looked: Calls) -> Inferred:
    """Infer from `predict(payload: dict)`, or a dataclass or pydantic model of the notebook."""
    name, values = looked.only()
    of_class = values[0]["type"] if values[0]["form"] == "object" else None
    records = [value["plain"] for value in values]
    schema, known = _fields(records, values, looked.later())
    calls = tuple(
        Call([record], [call["answer"]["one"]], many=False)
        for record, call in zip(records, looked.calls, strict=True)
    )
    return Inferred("record", name, of_class, None, schema, False, calls, known=known)


def of_row(looked: Calls) -> Inferred:
    """Infer from `predict(row: pd.Series)` whose index names the features."""
    _, values = looked.only()
    return replace(of_record(looked), container="pandas.Series", dtype=values[0]["dtype"])


def of_dicts(
    rows: Sequence[dict[str, Any]],
    each: Sequence[Mapping[str, Any]],
    whole: Mapping[str, Mapping[str, Any]],
) -> tuple[Schema, dict[str, tuple[Any, ...]]]:
    """The schema of dicts that are rows of a list, and their known values.

    Args:
        rows: the dicts.
        each: what the recorder tells of each.
        whole: what it tells of all values of each key, where only a sample of the dicts is kept.
    """
    return _fields(rows, each, whole)


def _fields(
    records: Sequence[dict[str, Any]],
    encoded: Sequence[Mapping[str, Any]],
    more: Mapping[str, Mapping[str, Any]],
) -> tuple[Schema, dict[str, tuple[Any, ...]]]:
    """The schema of dicts, with what predict wants instead of JSON's plain values."""
    schema = {"type": "object", **object_schema(records)}
    nan = {name for value in encoded for name in value["nan"]}
    nan |= {name for name, told in more.items() if told["nan"]}
    properties, told = {}, {}
    for name, found in schema["properties"].items():
        types = {value["types"][name] for value in encoded if name in value["types"]}
        dtypes = [value["dtypes"][name] for value in encoded if name in value["dtypes"]]
        besides = more.get(name, {})
        found = merge(found, {"type": "null"}) if besides.get("null") else found
        feature = converted(lenient(found, name in nan), types, dtypes)
        values = [record[name] for record in records if name in record]
        seen = of_values(values, ordered="format" in feature)
        told[name] = together([seen, of_told(besides)])
        properties[name] = annotated(feature, told[name])
    required = [n for n in schema["required"] if not more.get(n, {}).get("absent")]
    return {**schema, "properties": properties, "required": required}, candidates(told)
