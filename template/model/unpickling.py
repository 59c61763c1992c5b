"""Let an artifact look up only what it looked up when it was extracted.

A pickle is code: it calls what it looks up. Whoever could swap an artifact and its checksum in the
contract still cannot make it call anything else, for the list is in model/allowed.py.

Every unpickler of Python's, whatever the format around it, tells what it looks up by the audit event
pickle.find_class, before it does; a hook that raises stops it. An audit hook cannot be taken away
again, so this one is there for good, and listens only inside of `only`.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from model.allowed import GLOBALS

_here = threading.local()


class ForeignError(Exception):
    """An artifact looks up what it did not look up at extraction."""


@contextmanager
def only(allowed: frozenset[str] | None = GLOBALS) -> Iterator[None]:
    """Open artifacts inside of a `with` that look up these names alone; None allows all of them.

    The `with` raises ForeignError at any other.
    """
    _here.allowed = allowed
    try:
        yield
    finally:
        _here.allowed = None


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "pickle.find_class":
        allowed = getattr(_here, "allowed", None)
        name = f"{arguments[0]}.{arguments[1]}"
        if allowed is not None and name not in allowed:
            raise ForeignError(name)


sys.addaudithook(_watch)
