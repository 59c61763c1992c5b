"""Arguments: each feature is a parameter of predict."""

from collections.abc import Mapping, Sequence
from typing import Any

from nb2service.contract.annotations import annotation_schema
from nb2service.contract.calls import Calls
from nb2service.contract.inference import Call, Inferred
from nb2service.contract.python_types import converted
from nb2service.contract.schemas import Schema, lenient, merge, schema_of
from nb2service.contract.seen import annotated, candidates, of_told, of_values, together
from nb2service.errors import Nb2serviceError


def of_arguments(looked: Calls) -> Inferred:
    """Infer from `predict(area: float, region: str, …)`.

    Raises:
        Nb2serviceError: a parameter has no name in a call.
    """
    _refuse_nameless(looked)
    passed = dict.fromkeys(name for call in looked.calls for name in call["arguments"])
    named = {p["name"]: p for p in looked.parameters if p["kind"] != "VAR_KEYWORD"}
    properties: Schema = {}
    told, required, later = {}, [], looked.later()
    for name in [*named, *(n for n in passed if n not in named)]:
        parameter = named.get(name, {"annotation": ""})
        declared = annotation_schema(parameter["annotation"])
        seen = [c["arguments"][name] for c in looked.calls if name in c["arguments"]]
        if not seen and declared is None:
            continue  # a default such as `model=model` is no request data
        besides = later.get(name, {})
        feature = _argument(declared, seen, besides)
        values = of_values([s["plain"] for s in seen], ordered="format" in feature)
        told[name] = together([values, of_told(besides)])
        properties[name] = annotated(feature, told[name])
        in_all = name not in named and len(seen) == len(looked.calls)
        if in_all or (name in named and "default" not in parameter):
            required.append(name)
    schema = {"type": "object", "properties": properties, "required": required}
    calls = tuple(_call(call) for call in looked.calls)
    return Inferred("arguments", None, None, None, schema, False, calls, known=candidates(told))


def _refuse_nameless(looked: Calls) -> None:
    for parameter in looked.parameters:
        if parameter["kind"] in ("POSITIONAL_ONLY", "VAR_POSITIONAL"):
            raise Nb2serviceError(
                looked.place,
                f"{looked.function} has the parameter {parameter['name']!r}, "
                "which has no name in a call",
                "Give each feature a parameter of its own: JSON records go by names.",
            )


def _call(call: Mapping[str, Any]) -> Call:
    record = {name: argument["plain"] for name, argument in call["arguments"].items()}
    return Call([record], [call["answer"]["one"]], many=False)


def _argument(
    declared: Schema | None, seen: Sequence[Mapping[str, Any]], besides: Mapping[str, Any]
) -> Schema:
    found = schema_of([argument["plain"] for argument in seen])
    if besides.get("null"):
        found = merge(found, {"type": "null"})
    schema = merge(declared, found) if declared else lenient(found)
    if besides.get("nan") or any(argument.get("nan") for argument in seen):
        schema = {**lenient(merge(schema, {"type": "null"}), null_is_nan=True)}
    types = {argument["type"] for argument in seen}
    return converted(schema, types, [a["dtype"] for a in seen if "dtype" in a])
