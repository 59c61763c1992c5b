"""The fields of the page's form, made from the contract."""

import json
from dataclasses import dataclass, replace
from typing import Any

from service.contract import Contract, Schema
from service.records.conform import allowed_values, kinds

_LONG = 40  # characters from which a text gets more than a line
# What a browser's own inputs for dates can hold: its first characters, without an offset.
_MOMENTS = {"date-time": ("datetime-local", 16), "date": ("date", 10), "time": ("time", 5)}
_STEPS = 200  # of a slider, about


@dataclass(frozen=True)
class Field:
    """One field: what the visitor sees of a feature.

    `control` is "number", "choice", "check", "text", "long", "json", or the type of an input for
    dates. Texts and choices are JSON where `control` is "choice" or "json", else as they are read.
    """

    name: str
    control: str
    value: str  # what it is filled with; "" where the first example has nothing or null
    empty: str  # what nothing means: "null", "left out", or "" where something must be given
    choices: tuple[tuple[str, str], ...] = ()  # JSON and what is shown of it
    others: bool = False  # whether values beside the choices may be given
    hint: str = ""
    low: float | None = None  # of the slider, if there is one
    high: float | None = None
    step: float | None = None


def fields(contract: Contract) -> list[Field]:
    """Return the fields of the form, filled with the contract's first example."""
    record = contract.examples[0]["record"] if contract.examples else {}
    return [
        _field(name, schema, record.get(name), name in contract.required)
        for name, schema in contract.features.items()
    ]


def _field(name: str, schema: Schema, value: Any, required: bool) -> Field:
    empty = ("null" if "null" in kinds(schema) else "") if required else "left out"
    control = _control(schema, value, required)
    seen = schema.get("x-seen", {})
    low, high = seen.get("min"), seen.get("max")
    listed = allowed_values(schema) or schema.get("x-known")
    made = Field(
        name=name,
        control=control,
        value=_text(control, value),
        empty=empty,
        choices=_choices(control, listed),
        others=control == "choice" and allowed_values(schema) is None and bool(listed),
        hint=_hint(control, low, high),
    )
    if control == "number" and isinstance(low, (int, float)) and low < high:
        made = replace(made, low=low, high=high, step=_step(low, high))
    return made


def _hint(control: str, low: Any, high: Any) -> str:
    if low is None or isinstance(low, list):
        return "as JSON" if control == "json" else ""
    ends = [_text("number", one).removesuffix("T00:00:00") for one in (low, high)]
    return f"{' to '.join(dict.fromkeys(ends))} in the notebook"


def _control(schema: Schema, value: Any, required: bool) -> str:
    types = set(kinds(schema)) - {"null"}
    if allowed_values(schema) or schema.get("x-known"):
        return "choice"
    if types == {"boolean"}:
        return "check" if required and "null" not in kinds(schema) else "choice"
    if types and types <= {"number", "integer"}:
        return "number"
    if types == {"string"}:
        kind, shortest = _MOMENTS.get(schema.get("format", ""), ("", 0))
        if kind and (value is None or _fits(str(value), shortest)):
            return kind
        return (
            "long" if isinstance(value, str) and (len(value) > _LONG or "\n" in value) else "text"
        )
    return "json"


def _fits(text: str, shortest: int) -> bool:
    """Whether a browser's input for dates can hold the text: it has none for offsets."""
    clock = text[10:] if shortest > 10 else text
    return (
        len(text) >= shortest
        and not any(sign in clock for sign in "Z+")
        and (shortest == 10 or "-" not in clock)
    )


def _text(control: str, value: Any) -> str:
    if control in ("choice", "json", "check"):
        return "" if value is None else json.dumps(value, ensure_ascii=False)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))  # JSON's 1959 and 1959.0 are the same number
    return "" if value is None else str(value)


def _choices(control: str, listed: Any) -> tuple[tuple[str, str], ...]:
    if control != "choice":
        return ()
    values = [False, True] if listed is None else [one for one in listed if one is not None]
    return tuple(
        (json.dumps(one, ensure_ascii=False), one if isinstance(one, str) else json.dumps(one))
        for one in values
    )


def _step(low: float, high: float) -> float:
    """Return a step of a power of ten, whole between whole numbers."""
    fine: float = 10.0 ** (len(str(int((high - low) / _STEPS))) - 1)
    if isinstance(low, int) and isinstance(high, int):
        return max(1, int(fine))
    while fine > (high - low) / _STEPS * 2:
        fine /= 10
    return fine
