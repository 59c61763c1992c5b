"""Values beyond those that are known: which they are, and what may have been meant."""

import difflib
from collections.abc import Sequence
from typing import Any

_SHOWN = 40  # characters of a value
_LISTED = 10  # known values


def unknown_value(field: str, value: Any, known: Sequence[Any]) -> str:
    """Return the sentence that names a value that is not known, those that are, and the nearest."""
    listed = ", ".join(_quoted(item) for item in known[:_LISTED] if item is not None)
    more = ", …" if len(known) > _LISTED else ""
    sentence = f"unknown value {_quoted(value)} for feature '{field}'; known: {listed}{more}"
    near = _nearest(value, known)
    return sentence if near is None else f"{sentence}; did you mean {_quoted(near)}?"


def _nearest(value: Any, known: Sequence[Any]) -> Any:
    if not isinstance(value, str):
        return None
    names = {item.lower(): item for item in known if isinstance(item, str)}
    close = difflib.get_close_matches(value[:100].lower(), names, n=1)
    return names[close[0]] if close else None


def _quoted(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return repr(shown) if isinstance(value, str) else shown
