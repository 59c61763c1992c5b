"""What all values of a feature tell besides their types: ranges and known values, for drift."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from nb2service.contract.inference import Inference
from nb2service.contract.schemas import Schema, types_of

# More distinct values than these are no categories.
MOST_KNOWN = 50
_MOMENTS = ("date-time", "date", "time")


@dataclass(frozen=True)
class Seen:
    """What all values of a feature tell.

    Attributes:
        count: how many there were, without nulls.
        low: the smallest number or moment; None for anything else.
        high: the largest one.
        known: the distinct strings or whole numbers; None if they are many, or anything else.
    """

    count: int
    low: Any
    high: Any
    known: frozenset[Any] | None

    @property
    def categorical(self) -> bool:
        """Whether the values are plainly categories: few, and each seen twice on average."""
        return bool(self.known) and 2 * len(self.known or ()) <= self.count


NOTHING = Seen(0, None, None, None)


def of_values(values: Iterable[Any], ordered: bool = False) -> Seen:
    """What plain values tell; see also `kernel/recording/summaries.py`.

    Args:
        values: as JSON brings them.
        ordered: whether their texts are moments.
    """
    present = [value for value in values if value is not None]
    types = {type(value) for value in present}
    has_range = bool(types) and (types <= {int, float} or (ordered and types == {str}))
    known = frozenset(present) if types and (types == {str} or types == {int}) else None
    return Seen(
        count=len(present),
        low=min(present) if has_range else None,
        high=max(present) if has_range else None,
        known=None if known is not None and len(known) > MOST_KNOWN else known,
    )


def of_told(told: Mapping[str, Any]) -> Seen:
    """What the recorder tells of a whole column."""
    known = told.get("known")
    return Seen(
        told.get("count", 0),
        told.get("min"),
        told.get("max"),
        None if known is None else frozenset(known),
    )


def together(parts: Sequence[Seen]) -> Seen:
    """What the values of several calls tell together."""
    some = [part for part in parts if part.count]
    lows = [part.low for part in some if part.low is not None]
    highs = [part.high for part in some if part.high is not None]
    known: frozenset[Any] | None = None
    if some and all(part.known is not None for part in some):
        known = frozenset().union(*(part.known or () for part in some))
    return Seen(
        count=sum(part.count for part in some),
        low=min(lows) if lows and len({type(low) is str for low in lows}) == 1 else None,
        high=max(highs) if highs and len({type(high) is str for high in highs}) == 1 else None,
        known=None if known is not None and len(known) > MOST_KNOWN else known,
    )


def annotated(schema: Schema, seen: Seen) -> Schema:
    """The schema with the range and the known categories that were seen; neither refuses anything."""
    types = set(types_of(schema)) - {"null"}
    found = dict(schema)
    is_number = bool(types) and types <= {"integer", "number"}
    is_moment = types == {"string"} and schema.get("format") in _MOMENTS
    if seen.low is not None and (is_moment if isinstance(seen.low, str) else is_number):
        found["x-seen"] = {"min": seen.low, "max": seen.high}
    if types == {"string"} and not is_moment and "enum" not in schema and seen.categorical:
        found["x-known"] = sorted(seen.known or ())
    return found


def with_known(inference: Inference, tables: Mapping[str, Sequence[Any]]) -> Inference:
    """The inference with the values that the notebook's tables have besides those of the calls.

    What a model was trained on has categories that the rows it was asked about may lack.

    Args:
        inference: what the recorded calls tell.
        tables: feature -> the distinct values in the tables that have all features as their columns.
    """
    known = dict(inference.known)
    properties = dict(inference.record["properties"])
    for name, values in tables.items():
        together = sorted({*known.get(name, ()), *values}, key=str)
        if name not in known or len({type(value) for value in together}) != 1:
            continue
        if len(together) > MOST_KNOWN:
            continue
        known[name] = tuple(sorted(together))
        if "x-known" in properties[name]:
            properties[name] = {**properties[name], "x-known": list(known[name])}
    return replace(inference, known=known, record={**inference.record, "properties": properties})


def candidates(seen: Mapping[str, Seen]) -> dict[str, tuple[Any, ...]]:
    """The known values of each feature that may turn out to take no others."""
    sets = {name: one.known for name, one in seen.items() if one.known}
    return {
        name: tuple(sorted(known))
        for name, known in sets.items()
        if len({type(value) for value in known}) == 1
    }
