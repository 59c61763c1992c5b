"""Unlike: records that no notebook has, one feature at a time: nothing, far away, zero, unknown.

A fill by the other rows, a cap by their spread or a default shows only there. Which of them the
contract admits in the end is seen later: what a null is to predict is tried in more than one way.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb2service.contract.schemas import Schema, types_of

Record = dict[str, Any]

# What no notebook has as a category; as in `kernel/proving/probe.py`.
UNKNOWN = "no such value"
_FAR = 10
_LARGEST = {"int8": 127, "uint8": 255, "int16": 32767, "uint16": 65535, "int32": 2**31 - 1}
_LARGEST |= {"uint32": 2**32 - 1}
_DATES = {"date": ("1900-01-01", "2099-12-31")}
_DATES["date-time"] = ("1900-01-01T00:00:00", "2099-12-31T23:59:59")


@dataclass(frozen=True)
class Unlike:
    """A record that is unlike the notebook's.

    Attributes:
        record: the record.
        feature: the one that was changed.
        schema: what must hold of that feature for predict to be asked, beyond the contract.
    """

    record: Record
    feature: str
    schema: Schema = field(default_factory=dict)


def unlike(record: Schema, input_kind: str, base: Record, known: Sequence[Record]) -> list[Unlike]:
    """The records that differ from `base` in one feature.

    Args:
        record: the contract's schema of a record.
        input_kind: how predict takes its input; see `contract/inference.py`.
        base: a recorded record.
        known: the recorded records.
    """
    found = []
    for name, schema in record["properties"].items():
        values = [one[name] for one in known if one.get(name) is not None]
        if not values:
            continue
        changed = {repr(value): value for value in _values(schema, values)}
        seen = {repr(value) for value in values}
        found += [
            Unlike({**base, name: value}, name) for key, value in changed.items() if key not in seen
        ]
        found += [Unlike({**base, name: None}, name, extra) for extra in _nulls(schema, input_kind)]
    return found


def _values(schema: Schema, values: Sequence[Any]) -> Iterator[Any]:
    """Values of the feature's own types that are unlike those that were seen."""
    kinds = {type(value) for value in values}
    if "enum" in schema:
        yield from schema["enum"]
    elif kinds == {bool}:
        yield from (True, False)
    elif kinds <= {int, float}:
        whole = kinds == {int} or "integer" in types_of(schema)
        yield from _numbers(schema, values, whole)
    elif kinds == {str} and schema.get("format") in _DATES:
        yield from _DATES[schema["format"]]
    elif kinds == {str} and "format" not in schema and "x-python" not in schema:
        yield from (UNKNOWN, "")


def _numbers(schema: Schema, values: Sequence[float], whole: bool) -> Iterator[float]:
    told = [bound for bound in schema.get("x-seen", {}).values() if isinstance(bound, int | float)]
    low, high = min([*told, *values]), max([*told, *values])
    span = _FAR * (high - low + 1)
    dtype = str(schema.get("x-dtype", ""))
    most = _LARGEST.get(dtype, 2**53)
    least = 0 if dtype.startswith("uint") else -most - 1
    for number in (high + span, low - span, 0, -1):
        bounded = max(least, min(most, number))
        yield int(bounded) if whole else float(bounded)


def _nulls(schema: Schema, input_kind: str) -> list[Schema]:
    """The ways in which null may be given: as the contract has it, as None, as NaN."""
    types = types_of(schema)
    if not types or set(types) & {"array", "object"}:
        return []
    if "null" in types:
        return [{}]
    admitted: Schema = {"type": [*types, "null"]}
    if input_kind == "frame":
        return [{**admitted, "x-null": "nan"} if schema.get("x-dtype") == "object" else admitted]
    if set(types) <= {"integer", "number"}:
        return [admitted, {**admitted, "x-null": "nan"}]
    return [admitted]
