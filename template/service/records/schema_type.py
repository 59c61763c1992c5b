"""The type by which msgspec checks records: what it accepts is right, the rest is seen twice."""

import types
from collections.abc import Collection
from typing import Annotated, Any, Literal, TypedDict, Union

import msgspec

from service.contract import Schema
from service.records.conform import allowed_values, bounds, kinds, lengths

_INT64 = 2**63


class Inexpressible(Exception):
    """The schema asks for more than a msgspec type can check."""


def record_type(schema: Schema, moments: Collection[str] = ()) -> Any:
    """Return the type of an object with the schema's properties. Raises Inexpressible.

    `moments` are properties whose form the caller looks at; here they are texts.
    """
    required: dict[str, Any] = {}
    optional: dict[str, Any] = {}
    for name, item in schema["properties"].items():
        fields = required if name in schema.get("required", ()) else optional
        fields[name] = value_type(text_of_moment(item) if name in moments else item)
    # typing.NotRequired would say it in one, but Python 3.10 does not have it.
    base = TypedDict("Record", required)  # type: ignore[misc]
    fill = {"__annotations__": optional}
    return types.new_class("Record", (base,), {"total": False}, lambda body: body.update(fill))


def value_type(schema: Schema) -> Any:
    """Return the type of one value. Raises Inexpressible."""
    if "format" in schema:
        raise Inexpressible
    allowed = allowed_values(schema)
    if allowed is not None:
        return _choice(allowed)
    if not kinds(schema):
        return Any
    return Union[tuple(_type_of_kind(kind, schema) for kind in kinds(schema))]  # noqa: UP007


def text_of_moment(schema: Schema) -> Schema:
    """Return the schema without the form that its texts have."""
    return {name: value for name, value in schema.items() if name != "format"}


def _choice(allowed: list[Any]) -> Any:
    types = {type(value) for value in allowed} - {type(None)}
    if types not in ({str}, {int}):
        raise Inexpressible
    return Literal[tuple(allowed)]


def _type_of_kind(kind: str, schema: Schema) -> Any:
    low, high = bounds(schema)
    whole = Annotated[int, msgspec.Meta(ge=max(int(low), -_INT64), le=min(int(high), _INT64 - 1))]
    match kind:
        case "null":
            return None
        case "boolean":
            return bool
        case "integer":
            return whole
        case "number":
            return whole | Annotated[float, msgspec.Meta(ge=float(low), le=float(high))]
        case "string":
            return str
        case "array":
            allowed = lengths(schema)
            meta = msgspec.Meta(min_length=allowed.start, max_length=allowed.stop - 1)
            return Annotated[list[value_type(schema.get("items", {}))], meta]  # type: ignore[misc]
        case _:
            return record_type(schema) if "properties" in schema else dict[str, Any]
