"""Summary: what a function may do when it is called, whoever calls it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from nb2service.notebook.dataflow.heap import Locs
from nb2service.notebook.dataflow.symbol import Symbol


@dataclass(frozen=True)
class Summary:
    """What a function may do when it is called, in terms of what it is given.

    Attributes:
        changed: what it may change in place.
        known: the functions and classes that it may change: `f.cache = {}`.
        returned: what it may return: things that it was given, or functions, classes and modules.
        held: what an object that it makes and returns may hold of these.
        makes: whether it may return an object that it makes.
        links: which of the things that it was given it may put into which, or into a function.
        unknown: the global names that it calls without knowing what they hold, each with something
            that it gives them; None for nothing.
        gives: what the global names that it binds may hold, or hold inside.
        binds, called, settings, draws, clocks, stops, anything: as in `effects.Seen`.
    """

    changed: frozenset[Symbol] = frozenset()
    known: Locs = frozenset()
    returned: frozenset[Symbol | int] = frozenset()
    held: frozenset[Symbol | int] = frozenset()
    makes: bool = False
    links: frozenset[tuple[Symbol | int, Symbol | int]] = frozenset()
    gives: frozenset[tuple[str, Symbol | int]] = frozenset()
    binds: frozenset[str] = frozenset()
    called: frozenset[int] = frozenset()
    settings: frozenset[str] = frozenset()
    draws: frozenset[str] = frozenset()
    clocks: frozenset[str] = frozenset()
    stops: bool = False
    anything: bool = False
    unknown: frozenset[tuple[str, Symbol | int | None]] = frozenset()


def united(summaries: Sequence[Summary]) -> Summary:
    """What one of several functions may do, whichever it is."""
    whole: dict[str, Any] = {}
    for one in fields(Summary):
        parts = [getattr(summary, one.name) for summary in summaries]
        whole[one.name] = any(parts) if isinstance(one.default, bool) else frozenset().union(*parts)
    return Summary(**whole)
