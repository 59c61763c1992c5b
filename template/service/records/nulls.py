"""Nulls among answers, looked for in all of them at once; `gaps.py` looks at each where any is."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from service.contract import Schema


def any_null(answers: Sequence[Any], schema: Schema) -> bool:
    """Say whether any null stands where the schema has a value; a null may be allowed there."""
    if None in answers:
        return True
    parts = []
    if properties := schema.get("properties"):
        rows = [answer for answer in answers if isinstance(answer, dict)]
        parts = [([row[n] for row in rows if n in row], s) for n, s in properties.items()]
    if "items" in schema:
        lists = (answer for answer in answers if isinstance(answer, list))
        parts.append((list(chain.from_iterable(lists)), schema["items"]))
    return any(any_null(values, item) for values, item in parts)
