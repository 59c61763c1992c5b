"""Clean: of the HTML that a notebook holds, what can only be read; by bleach, which nbconvert brings."""

import re
from typing import Any

# Their contents are no text to read.
_UNREAD = re.compile(r"<(style|script|head|template)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_TAGS = """
    a abbr b blockquote br caption code col colgroup dd del details div dl dt em figcaption figure h1 h2 h3
    h4 h5 h6 hr i img ins kbd li mark ol p pre s samp small span strong sub summary sup table tbody td tfoot
    th thead tr u ul var
"""
_PLAIN = frozenset(
    {"class", "colspan", "rowspan", "scope", "title", "alt", "width", "height", "start"}
)


def clean(text: Any) -> str:
    """Return the HTML without anything that runs, loads from elsewhere or has a style of its own."""
    import bleach

    shown = text.decode() if isinstance(text, bytes) else str(text)
    return str(
        bleach.clean(
            _UNREAD.sub("", shown),
            tags=_TAGS.split(),
            attributes=_may,
            protocols={"http", "https", "mailto", "data"},
            strip=True,
        )
    )


def _may(tag: str, name: str, value: str) -> bool:
    if name in _PLAIN or (name == "id" and tag[0] == "h"):
        return True
    if (tag, name) == ("img", "src"):
        return value.startswith("data:image/")
    return (tag, name) == ("a", "href") and not value.lower().lstrip().startswith("data:")
