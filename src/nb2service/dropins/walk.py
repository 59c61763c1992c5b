"""Find the estimators in a value, and put drop-ins before their methods."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import Any

from . import kinds
from .shadow import UnfitError, stand

# Where a value lies within another: attributes as ".name", items as they are.
Path = Sequence[Any]
_MOST = 200  # values that are looked at


def all_kinds() -> list[ModuleType]:
    """Return the kinds that lie here."""
    names = sorted(found.name for found in pkgutil.iter_modules(kinds.__path__))
    return [import_module(f"{kinds.__name__}.{name}") for name in names]


def parts(root: Any, among: Sequence[ModuleType]) -> list[tuple[list[Any], Any, ModuleType]]:
    """Return what the kinds claim in a value, the innermost first: its path, itself and its kind."""
    found, seen = [], set[int]()
    pending: list[tuple[list[Any], Any]] = [([], root)]
    while pending and len(seen) < _MOST:
        path, value = pending.pop(0)
        if id(value) in seen or isinstance(value, (str, bytes, int, float, type(None), type)):
            continue
        seen.add(id(value))
        claiming = [kind for kind in among if kind.claims(value)]
        if claiming:
            found.append((path, value, claiming[0]))
        if not claiming or getattr(claiming[0], "HOLDS", False):
            pending += [([*path, step], inner) for step, inner in _within(value)]
    return sorted(found, key=lambda one: -len(one[0]))


def at(root: Any, path: Path) -> Any:
    """Return what lies at the path."""
    for step in path:
        is_attribute = isinstance(step, str) and step.startswith(".")
        root = getattr(root, step[1:]) if is_attribute else root[step]
    return root


def install(root: Any, entries: Sequence[Mapping[str, Any]]) -> None:
    """Put the drop-ins that the contract lists before the methods of a loaded value."""
    for entry in entries:
        kind = import_module(f"{kinds.__name__}.{entry['kind']}")
        put(at(root, entry["at"]), kind, entry["methods"])


def put(value: Any, kind: ModuleType, methods: Sequence[str]) -> list[str]:
    """Put a kind's drop-ins before these methods, as far as it has them; return which."""
    try:
        fast = kind.compiled(value)
    except UnfitError:
        return []
    able = [name for name in methods if name in fast]
    stand(value, {name: fast[name] for name in able}, kind.WATCHED)
    return able


def _within(value: Any) -> Iterator[tuple[Any, Any]]:
    """Return the values inside of a container or an estimator, with the step that leads there."""
    if isinstance(value, dict):
        yield from ((key, item) for key, item in value.items() if _is_step(key))
    elif isinstance(value, (list, tuple)):
        yield from enumerate(value)
    elif hasattr(value, "get_params") or hasattr(value, "__dict__"):
        yield from ((f".{name}", item) for name, item in vars(value).items())


def _is_step(key: Any) -> bool:
    return isinstance(key, (str, int)) and not (isinstance(key, str) and key.startswith("."))
