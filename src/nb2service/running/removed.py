"""What libraries have removed or renamed, and what to write instead: the table `removed.txt`."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from nb2service import places

TABLE = places.PACKAGE / "running" / "removed.txt"
_ROW = re.compile(r"(?P<error>.+?)(?:  @@  (?P<line>.+?))?  ==>  (?P<remedy>.+)")
_GROUP = re.compile(r"\{(\d)\}")
PYTHON_2 = re.compile(
    r"NameError: name '(?:unicode|xrange|raw_input|basestring|unichr|long|reduce|reload|execfile)' is not|"
    r"No module named '(?:urllib2|cPickle|StringIO|cStringIO|ConfigParser|Queue|urlparse|HTMLParser|"
    r"httplib|commands|__builtin__|Tkinter)'|"
    r"'dict' object has no attribute '(?:has_key|iteritems|itervalues|iterkeys)'|"
    r"cannot import name '(?:izip|imap|ifilter)' from 'itertools'"
)


@dataclass(frozen=True)
class Change:
    """A row of the table.

    Attributes:
        library: the library that changed.
        error: what the error says.
        line: what the failing line says.
        remedy: what to do; `{0}` is the first group of `error`.
    """

    library: str
    error: re.Pattern[str]
    line: re.Pattern[str]
    remedy: str


@cache
def changes() -> tuple[Change, ...]:
    """The rows of the table."""
    return tuple(_rows(TABLE.read_text(encoding="utf-8")))


def replacement(error: str, line: str) -> str | None:
    """Say what to write instead, if the error comes from something that a library removed.

    Args:
        error: the exception and its text, e.g. `AttributeError: module 'numpy' has no attribute 'int'`.
        line: the failing line.
    """
    for change in changes():
        found = change.error.search(error)
        if found and change.line.search(line):
            groups = [group.rstrip(" .") for group in found.groups() if group is not None]
            parts = _GROUP.split(change.remedy)
            parts[1::2] = [groups[int(n)] if int(n) < len(groups) else "" for n in parts[1::2]]
            return f"The notebook was written for an older {change.library}: {''.join(parts)}."
    return None


def _rows(text: str) -> Iterator[Change]:
    library = ""
    for line in text.splitlines():
        row = _ROW.fullmatch(line)
        if line.startswith("#") or not line.strip():
            continue
        if row:
            patterns = re.compile(row["error"], re.DOTALL), re.compile(row["line"] or "")
            yield Change(library, *patterns, row["remedy"])
        else:
            library = line.strip("[]")
