"""Values of a record that the notebook did not have: what it had, and what is to be told."""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from service.contract import Contract, Record, Schema
from service.outcomes import Fault
from service.records.conform import shown
from service.records.unknown_values import unknown_value

_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}\b")


@dataclass(frozen=True)
class Suspect:
    """A feature, a value that the notebook had, and what is to be said of the one that came."""

    name: str
    usual: Any
    fault: Fault


def suspects_of(record: Record, contract: Contract) -> Iterator[Suspect]:
    """Yield features whose value the notebook did not have, each with one that it had."""
    for name, schema in contract.features.items():
        usual = _usual_value(name, schema, contract)
        if usual is not None and (told := _unlike(name, record.get(name), schema, usual)):
            yield Suspect(name, usual, {"field": name, "message": told})


def _usual_value(name: str, schema: Schema, contract: Contract) -> Any:
    """Return a value of the feature that the notebook had; None if the contract tells none."""
    for example in contract.examples:
        if example["record"].get(name) is not None:
            return example["record"][name]
    for listed in ("x-known", "x-categories", "enum"):
        for value in schema.get(listed, ()):
            if value is not None:
                return value
    return schema.get("x-seen", {}).get("min")


def _unlike(name: str, value: Any, schema: Schema, usual: Any) -> str:
    """Return what is to be said of a value unlike the notebook's; "" of one like them."""
    known = schema.get("x-known")
    if value is None:
        return f"feature {name}: predict needs a value here"
    if known is not None and value in known:
        return ""
    refused = f"feature {name}: predict does not take"
    if isinstance(value, str) and (kind := _other_kind(value, known or [usual])):
        usual_text = json.dumps(usual, ensure_ascii=False)
        return f"{refused} {shown(value)}; the notebook had {kind} such as {usual_text}"
    if known is not None and schema.get("x-unknown") != "accepted":
        return unknown_value(name, value, known)
    seen = schema.get("x-seen", {})
    if isinstance(value, bool):
        return ""
    if isinstance(value, (int, float)) and "min" in seen:
        if seen["min"] <= value <= seen["max"]:
            return ""
        return f"{refused} {value:.10g}; the notebook had {seen['min']:.10g} to {seen['max']:.10g}"
    return f"{refused} {shown(value)}"


def _other_kind(text: str, known: Sequence[Any]) -> str:
    """Return what the notebook's texts all are, dates or numbers, if this one is none."""
    for kind, reads in _KINDS.items():
        if not reads(text) and all(isinstance(one, str) and reads(one) for one in known):
            return kind
    return ""


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is_date(text: str) -> bool:
    return _DATE.match(text) is not None


_KINDS: dict[str, Callable[[str], bool]] = {"dates": _is_date, "numbers": _is_number}
