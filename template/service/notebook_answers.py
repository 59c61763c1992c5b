"""What the notebook's own answers were, in few numbers: what new answers are compared with."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from service.contract import CONTRACT_FILE, Contract

_MOST_NUMBERS = 200
_MOST_VALUES = 20  # different values that are counted rather than ordered
_CALLS = CONTRACT_FILE.with_name("calls.json")


def notebook_answers(contract: Contract, file: Path = _CALLS) -> dict[str, dict[str, Any]]:
    """Return for each name in the answers the notebook's own values, by the recorded calls.

    `numbers` are in order, of very many every n-th; `counts` say how often each of a few values
    was answered. Probabilities by class count for the most likely class. Without recorded calls,
    which may be taken out of a service, there is nothing.
    """
    try:
        calls = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    values: dict[str, list[Any]] = {}
    for call in calls:
        for answer in call["answers"]:
            for name, value in parts(contract, answer):
                values.setdefault(name, []).append(value)
    return {name: _summary(found) for name, found in values.items()}


def parts(contract: Contract, answer: Any) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of an answer; of probabilities by class the most likely class."""
    for name, value in contract.named(answer).items():
        if contract.classes and isinstance(value, Mapping):
            yield name, max(value, key=lambda one: value[one] or 0)
        elif isinstance(value, (bool, int, float, str)):
            yield name, value


def _summary(values: list[Any]) -> dict[str, Any]:
    if all(isinstance(one, float) or type(one) is int for one in values):
        whole = all(float(one).is_integer() for one in values)
        if not whole or len(set(values)) > _MOST_VALUES:
            ordered = sorted(values)
            last = len(ordered) - 1
            taken = min(_MOST_NUMBERS, len(ordered))
            return {"numbers": [ordered[at * last // max(taken - 1, 1)] for at in range(taken)]}
    texts = (one if isinstance(one, str) else json.dumps(one) for one in values)
    return {"counts": dict(Counter(texts).most_common(_MOST_VALUES))}
