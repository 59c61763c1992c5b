"""Answers with a gap: null, that is NaN or infinity, where the contract promises a value."""

from collections.abc import Sequence
from typing import Any

from service.contract import Schema
from service.outcomes import Fault, Outcome, Refused
from service.records.conform import kinds


def refuse_gaps(answers: Sequence[Any], schema: Schema, many: bool) -> None:
    """Raise Refused where NaN or infinity stands for what the schema of answers promises."""
    places = ((at, gap(answer, schema)) for at, answer in enumerate(answers))
    found = {at: [_fault(place)] for at, place in places if place is not None}
    if found:
        raise Refused.for_records(found, many, Outcome.NO_ANSWER)


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
