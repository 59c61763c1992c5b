"""Draw: random records that the contract admits, to ask the notebook's predict and the service.

Seeded, so that the same notebook gives the same records. A number is drawn from between those that
the notebook was asked about, anything else from among them.
"""

import json
import math
import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from nb2service.contract.inference import Call
from nb2service.contract.schemas import Schema, types_of

_MOST, _FEWEST = 24, 4
# How much they may hold together: records of a picture each are few.
_LETTERS = 60_000
_SEED = 20

Record = dict[str, Any]


def draw(record: Schema, calls: Sequence[Call], others: Sequence[Record] = ()) -> list[Record]:
    """Draw records.

    One half differs from a recorded one in a single feature: a cache that forgets a part of its key
    shows there. In the other half each feature is drawn for itself.

    Args:
        record: the contract's schema of a record.
        calls: the recorded calls.
        others: further records, of the notebook's tables.
    """
    known = [*(r for call in calls for r in call.records), *others]
    names = list(record["properties"])
    if not known or not names:
        return []
    chance = random.Random(_SEED)  # noqa: S311  nothing secret depends on it
    features = [
        _Feature(name, record["properties"][name], name in record.get("required", ()), known)
        for name in names
    ]
    drawn: list[Record] = []
    for turn in range(_count(known)):
        base = known[turn // 2 % len(known)]
        if turn % 2:
            drawn.append(dict(_fields(features, chance)))
        else:
            feature = features[turn // 2 % len(features)]
            drawn.append({**base, feature.name: feature.value(chance)})
    return drawn


def _count(known: Sequence[Record]) -> int:
    largest = max(len(json.dumps(record)) for record in known)
    return max(_FEWEST, min(_MOST, _LETTERS // largest))


def _fields(features: Sequence["_Feature"], chance: random.Random) -> Iterator[tuple[str, Any]]:
    for feature in features:
        if feature.required or chance.random() < 0.7:
            yield feature.name, feature.value(chance)


class _Feature:
    """One feature: what values of it look like."""

    def __init__(self, name: str, schema: Schema, required: bool, known: Sequence[Record]) -> None:
        self.name, self.required = name, required
        values = [record[name] for record in known if record.get(name) is not None]
        self._null = "null" in types_of(schema)
        told = [*schema.get("enum", ()), *schema.get("x-known", ())]
        self._values = _distinct([*values, *(value for value in told if value is not None)])
        self._draw = _drawer(schema, self._values)

    def value(self, chance: random.Random) -> Any:
        """A value that the contract admits."""
        if not self._values or (self._null and chance.random() < 0.15):
            return None
        return self._draw(chance)


def _distinct(values: Sequence[Any]) -> list[Any]:
    return list({json.dumps(value): value for value in values}.values())


def _drawer(schema: Schema, values: Sequence[Any]) -> Callable[[random.Random], Any]:
    """How to draw a value like these."""
    if "enum" in schema or not values:
        return lambda chance: chance.choice(values)
    kinds = {type(value) for value in values}
    if kinds == {bool}:
        return lambda chance: chance.random() < 0.5
    if kinds <= {int, float}:
        low, high = _range(schema, values)
        if "integer" in types_of(schema) or kinds == {int}:
            return lambda chance: chance.randint(math.ceil(low), math.floor(high))
        return lambda chance: round(chance.uniform(low, high), _digits(values))
    if kinds == {list} and (shapes := _numbers(values)):
        return lambda chance: _like(chance.choice(values), chance, *shapes)
    if kinds == {str} and "format" not in schema and not schema.get("x-python"):
        return lambda chance: _text(values, chance)
    return lambda chance: chance.choice(values)


def _range(schema: Schema, values: Sequence[float]) -> tuple[float, float]:
    """Between what numbers the whole data lie, which the contract tells, or else those that are known."""
    told = [bound for bound in schema.get("x-seen", {}).values() if isinstance(bound, int | float)]
    return min([*told, *values]), max([*told, *values])


def _digits(values: Sequence[float]) -> int:
    """How many decimals the numbers have: prices have two."""
    return max(len(repr(float(value)).partition(".")[2]) for value in values)


def _text(values: Sequence[str], chance: random.Random) -> str:
    """A known text, now and then one of which the model has never heard."""
    if chance.random() < 0.15:
        return " ".join(chance.choices(values, k=2))
    return chance.choice(values)


def _numbers(lists: Sequence[Any]) -> tuple[float, float] | None:
    """The smallest and the largest number in lists of numbers; None if they hold anything else."""
    flat = [value for part in lists for value in _flat(part)]
    if not flat or not all(type(value) in (int, float) for value in flat):
        return None
    return min(flat), max(flat)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _like(value: Any, chance: random.Random, low: float, high: float) -> Any:
    """Lists of the same shape with other numbers."""
    if isinstance(value, list):
        return [_like(part, chance, low, high) for part in value]
    if isinstance(value, int):
        return chance.randint(math.ceil(low), math.floor(high))
    return round(chance.uniform(low, high), 6)
