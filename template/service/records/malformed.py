"""Why a body is no JSON, or JSON that no value can hold: half a character, too large a number."""

import json
import math
from collections.abc import Iterator
from typing import Any

import msgspec

from service.outcomes import Outcome, Refused
from service.records.conform import Mismatch


def malformed(body: bytes, error: Exception) -> Refused:
    """Return the refusal of a body at which the decoder raised the error."""
    if isinstance(error, UnicodeDecodeError):
        reason = "it is not UTF-8"
    elif isinstance(error, RecursionError):
        reason = "it is nested too deeply"
    elif isinstance(error, msgspec.MsgspecError):
        if found := _no_value(body):
            return Refused.for_records({0: [found.fault]}, many=False)
        reason = str(error).removeprefix("JSON is malformed: ")
        if "(byte" not in reason:  # msgspec says where, but for a body that ends too early
            reason = f"it ends too early (byte {len(body)})"
    else:
        raise error
    return Refused(Outcome.INVALID, f"malformed JSON: {reason}")


def _no_value(body: bytes) -> Mismatch | None:
    """Return the first such thing in a body that is JSON otherwise, with its field; else None."""
    try:
        document = json.loads(body, parse_constant=_refuse, parse_int=_whole)
        return next(_walk(document, ""), None)
    except (ValueError, RecursionError):
        return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _whole(digits: str) -> float:
    """Return a whole number; what has more digits than Python reads is beyond all of them."""
    try:
        return int(digits)
    except ValueError:
        return math.inf


def _walk(value: Any, field: str) -> Iterator[Mismatch]:
    if isinstance(value, float) and not math.isfinite(value):
        yield Mismatch(field, f"{_named(field)}: the number is too large for any number type")
    if isinstance(value, str) and _is_broken(value):
        yield Mismatch(
            field, f"{_named(field)}: the text holds half a character (a lone surrogate)"
        )
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from _walk(item, f"{field}[{at}]")
    if isinstance(value, dict):
        for name, item in value.items():
            if _is_broken(name):
                message = f"the name of a field holds half a character: {ascii(name)[:60]}"
                yield Mismatch(field, message)
            yield from _walk(item, f"{field}.{name}" if field else name)


def _is_broken(text: str) -> bool:
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _named(field: str) -> str:
    return f"feature {field}" if field else "the body"
