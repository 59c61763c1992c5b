"""The order of what comes along: each item after all that it needs to run."""

from collections.abc import Mapping, Sequence

from nb2service.closure.at_once import calls_at_once
from nb2service.closure.items import Item
from nb2service.notebook.statements import BUILTINS

_ORDER = {
    "import": 0,
    "setting": 0,
    "parameter": 1,
    "literal": 1,
    "code": 2,
    "artifact": 3,
    "setup": 4,
}


def in_order(items: Sequence[Item], known: Mapping[str, Item]) -> list[Item]:
    """Return constants, helpers, artifacts, each after what it needs to run."""
    ordered: list[Item] = []
    sources: set[tuple[int | None, str]] = set()
    visited: set[str] = set()

    def visit(item: Item) -> None:
        if item.name in visited:
            return
        visited.add(item.name)
        needs = _needed(item, known)
        for name in sorted(needs - BUILTINS | (needs & known.keys())):
            if name in known and known[name].becomes != "import":
                visit(known[name])
        key = (item.cell, item.source)
        if key not in sources:
            sources.add(key)
            ordered.append(item)

    for item in sorted(items, key=lambda i: (_ORDER[i.becomes], i.cell or 0, i.line, i.name)):
        visit(item)
    return ordered


def _needed(item: Item, known: Mapping[str, Item]) -> frozenset[str]:
    """What must stand before an item: what it names, and what the functions use that it calls.

    Unpickling calls functions, so an artifact comes after all that its classes need. What needs the
    item itself cannot come before it.
    """
    if not (item.artifact or item.becomes in ("setting", "setup") or _calls_at_once(item)):
        return item.needs
    later = _reached(item.needs | item.calls_need, known, calls=True) - item.needs - {item.name}
    return item.needs | {n for n in later if item.name not in _reached({n}, known, calls=False)}


def _calls_at_once(item: Item) -> bool:
    """Whether the notebook calls something where it defines the item."""
    called = any(calls_at_once(s.node) for s in item.statements)
    return called or any(s.is_definition for s in item.statements[1:])


def _reached(
    names: frozenset[str] | set[str], known: Mapping[str, Item], *, calls: bool
) -> frozenset[str]:
    """Return the names and all that they need, also in functions that they call."""
    found: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        pending.extend(known[name].needs)
        if calls:
            pending.extend(known[name].calls_need)
    return frozenset(found)
