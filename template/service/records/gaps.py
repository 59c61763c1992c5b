"""Answers with a gap: null, that is NaN or infinity, where the contract promises a value."""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from service.contract import Schema
from service.outcomes import Fault, Outcome, Refused
from service.records.conform import kinds


def refuse_gaps(answers: Sequence[Any], schema: Schema, many: bool) -> None:
    """Raise Refused where NaN or infinity stands for what the schema of answers promises."""
    if not _any_null(answers, schema):
        return
    places = ((at, gap(answer, schema)) for at, answer in enumerate(answers))
    found = {at: [_fault(place)] for at, place in places if place is not None}
    if found:
        raise Refused.for_records(found, many, Outcome.NO_ANSWER)


def _any_null(answers: Sequence[Any], schema: Schema) -> bool:
    """Say whether any null stands where the schema has a value; many answers are seen in one go."""
    if None in answers:
        return True
    parts = []
    if properties := schema.get("properties"):
        rows = [answer for answer in answers if isinstance(answer, dict)]
        parts = [([row[n] for row in rows if n in row], s) for n, s in properties.items()]
    if "items" in schema:
        lists = (answer for answer in answers if isinstance(answer, list))
        parts.append((list(chain.from_iterable(lists)), schema["items"]))
    return any(_any_null(values, item) for values, item in parts)


def _fault(place: str) -> Fault:
    where = f" ({place.lstrip('.')})" if place else ""
    return {"message": f"no answer: predict gives NaN, infinity or nothing for this record{where}"}


def gap(answer: Any, schema: Schema, place: str = "") -> str | None:
    """Return where in the answer a null stands that its schema does not allow; None without one.

    The answer itself is `""`.
    """
    if answer is None:
        allowed = kinds(schema)
        return place if allowed and "null" not in allowed else None
    if isinstance(answer, dict):
        properties = schema.get("properties", {})
        found = (gap(answer[n], properties[n], f"{place}.{n}") for n in properties if n in answer)
    elif isinstance(answer, list) and "items" in schema:
        found = (gap(item, schema["items"], f"{place}[{at}]") for at, item in enumerate(answer))
    else:
        return None
    return next((one for one in found if one is not None), None)
