"""Accept: what was tried on predict decides what the contract takes beyond what was seen."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nb2service.contract.schemas import Schema, of_dtype, types_of, with_types

Probe = Mapping[str, Any]


def accept(record: Schema, known: Mapping[str, Sequence[Any]], probes: Sequence[Probe]) -> Schema:
    """The schema of a record after the probes; see `kernel/proving/probe.py`.

    What was not tried stays as the recorded calls tell it.

    Args:
        record: the schema that these tell.
        known: the distinct values of features, where they are few.
        probes: what was tried, and whether predict answered.
    """
    properties = dict(record["properties"])
    required = list(record["required"])
    for probe in probes:
        name, kind = probe["feature"], probe["kind"]
        if kind == "unknown":
            properties[name] = _unknown(properties[name], known[name], probe["accepted"])
        elif kind == "left out":
            required += [] if probe["accepted"] else [name]
        elif kind in _AFTER[probe["accepted"]]:
            properties[name] = _AFTER[probe["accepted"]][kind](properties[name], probe)
    in_order = [name for name in properties if name in required]
    return {**record, "properties": properties, "required": in_order}


def _unknown(schema: Schema, known: Sequence[Any], accepted: bool) -> Schema:
    if accepted:
        return {**schema, "x-unknown": "accepted"} if "x-known" in schema else schema
    return {**schema, "x-known": list(known), "x-unknown": "refused"}


def _with_null(schema: Schema, probe: Probe) -> Schema:
    found = with_types(schema, [*types_of(schema), "null"])
    if "enum" in found:
        found["enum"] = [*found["enum"], None]
    return {**found, "x-null": "nan"} if probe.get("nan") else found


def _with_null_inside(schema: Schema, probe: Probe) -> Schema:
    return {**schema, "items": of_dtype(schema["items"], "", null=True)}


def _as_float(schema: Schema, probe: Probe) -> Schema:
    return {**schema, "x-python": "float"}


def _as_integer(schema: Schema, probe: Probe) -> Schema:
    types = ["integer" if kind == "number" else kind for kind in types_of(schema)]
    return with_types(schema, types)


_AFTER: dict[bool, dict[str, Callable[[Schema, Probe], Schema]]] = {
    True: {"null": _with_null, "null inside": _with_null_inside},
    False: {"whole": _as_float, "fraction": _as_integer},
}
