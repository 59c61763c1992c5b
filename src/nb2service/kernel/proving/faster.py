"""Which methods of the artifacts a drop-in may stand before: where it was found equal, bit by bit.

First the calls are asked with the artifacts as they are, and what they give each method is kept. Then
each drop-in is asked the same and rows that are hard; it is taken only if every answer and every
error is the very one.
"""

import contextlib
import json
import pickle
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ...dropins import walk
from ...dropins.shadow import own, stand_aside
from .deadline import Late, deadline
from .hard_rows import hard_rows

_TIME = re.compile(r"^\[\d\d:\d\d:\d\d\] ")
_METHODS = ("predict_proba", "predict", "decision_function", "predict_log_proba", "transform")
# Calls that are asked, of the first and of the last, which are the random ones; what they gave a
# method, and of how many forms hard rows are made.
_FIRST, _LAST, _KEPT, _FORMS = 12, 8, 8, 2
# A busy machine takes its time: only what is computed counts, and hangs are ended.
_TIMES = 10


def faster(
    ask: Callable[[Sequence[Any]], Any], files: Sequence[str], calls: Sequence[Any], seconds: float
) -> dict[str, Any]:
    """Find the drop-ins that hold.

    Args:
        ask: asks predict, freshly loaded, about records.
        files: the names of the artifacts' files.
        calls: the recorded calls and the drawn ones.
        seconds: of CPU, how long it may take; after these there are none.

    Returns:
        For each artifact its drop-ins as `dropins.walk.install` takes them, each with the number of
        tables that it was compared on.
    """
    module = vars(sys.modules["model.predict"])
    roots = {file: module[name] for file in files if (name := Path(file).stem) in module}
    parts = [_Part(file, *one) for file, root in roots.items() for one in _parts(root)]
    try:
        with contextlib.suppress(Late), deadline(seconds * _TIMES), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            until = time.process_time() + seconds
            return _found(parts, ask, [*calls[:_FIRST], *calls[_FIRST:][-_LAST:]], until)
    finally:
        for part in parts:
            part.rest()
    return {}


def _found(
    parts: Sequence["_Part"],
    ask: Callable[[Sequence[Any]], Any],
    calls: Sequence[Any],
    until: float,
) -> dict[str, Any]:
    expected = _watched(parts, ask, calls)
    compared = [part for part in parts if part.compare(parts, until)]
    found: dict[str, Any] = {}
    if all(_said(ask, call) == said for call, said in expected):
        for part in compared:
            found.setdefault(part.file, []).append(part.entry())
    return found


def _parts(root: Any) -> list[tuple[list[Any], Any, Any]]:
    return walk.parts(root, walk.all_kinds())


class _Part:
    """An estimator in an artifact, what it was asked, and what it answered without a drop-in."""

    def __init__(self, file: str, path: list[Any], value: Any, kind: Any) -> None:
        self.file, self.path, self._value, self._kind = file, path, value, kind
        self.given: dict[str, list[Any]] = {}
        self.methods: list[str] = []
        self._tables = 0

    def watch(self) -> None:
        """Keep what its methods are given."""
        for name in _METHODS:
            if hasattr(type(self._value), name) and _has(self._value, name):
                vars(self._value)[name] = self._watching(name)

    def _watching(self, name: str) -> Callable[..., Any]:
        def ask(*args: Any, **options: Any) -> Any:
            kept = self.given.setdefault(name, [])
            if len(args) == 1 and not options and len(kept) < _KEPT:
                kept.append(_copy(args[0]))
            return own(self._value, name)(*args, **options)

        return ask

    def rest(self) -> None:
        """Give it its own methods back."""
        stand_aside(self._value)
        for name in _METHODS:
            vars(self._value).pop(name, None)

    @contextlib.contextmanager
    def aside(self) -> Iterator[None]:
        """Do without its drop-ins in the block."""
        before = dict(vars(self._value))
        stand_aside(self._value)
        try:
            yield
        finally:
            vars(self._value).update(before)

    def compare(self, parts: Sequence["_Part"], until: float) -> bool:
        """Put the drop-in where it answers as the methods themselves; say whether it is anywhere."""
        asked = [name for name, given in self.given.items() if given]
        try:
            able = walk.put(self._value, self._kind, asked) if asked else []
        except Exception:  # another version of the library: it stays as it is
            able = []
        # What another one passes on has one form, whatever that was asked.
        within = any(_holds(other.path, self.path) for other in parts if other.file == self.file)
        self.methods = [name for name in able if self._equal(name, parts, until, within)]
        stand_aside(self._value)
        if self.methods:
            walk.put(self._value, self._kind, self.methods)
        return bool(self.methods)

    def _equal(self, name: str, parts: Sequence["_Part"], until: float, within: bool) -> bool:
        fast, slow, kept = vars(self._value)[name], own(self._value, name), self.given[name]
        edges = self._kind.edges(self._value)
        forms = list({_form(given): given for given in reversed(kept)}.values())[-_FORMS:]
        asked = [*kept, *(rows for form in forms for rows in hard_rows(form, edges, within))]
        with contextlib.ExitStack() as stack:
            for part in parts:
                stack.enter_context(part.aside())
            expected = _outcomes(slow, asked, until)
        self._tables += len(asked)
        if _outcomes(fast, asked, until) != expected:
            return False
        return any(fast.answers(_copy(given)) for given in kept)

    def entry(self) -> dict[str, Any]:
        """Return what the contract says of it."""
        return {
            "kind": self._kind.NAME,
            "at": self.path,
            "methods": self.methods,
            "compared": self._tables,
        }


def _holds(outer: Sequence[Any], inner: Sequence[Any]) -> bool:
    return len(outer) < len(inner) and list(inner[: len(outer)]) == list(outer)


def _outcomes(method: Callable[..., Any], asked: Sequence[Any], until: float) -> list[Any]:
    found = []
    for rows in asked:
        found.append(_outcome(method, rows))
        if time.process_time() > until:
            raise Late
    return found


def _watched(
    parts: Sequence[_Part], ask: Callable[[Sequence[Any]], Any], calls: Sequence[Any]
) -> list[tuple[Any, str]]:
    """Ask the calls while the parts keep what they are given; return what was answered."""
    for part in parts:
        part.watch()
    try:
        return [(call, _said(ask, call)) for call in calls]
    finally:
        for part in parts:
            part.rest()


def _said(ask: Callable[[Sequence[Any]], Any], call: Mapping[str, Any]) -> str:
    try:
        return json.dumps(ask(call["records"]))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def _outcome(method: Callable[..., Any], rows: Any) -> tuple[Any, ...]:
    """Return what comes of asking, in a form that shows every bit."""
    try:
        answer = method(_copy(rows))
    except Exception as error:
        # XGBoost begins with the time of day, and ends with addresses.
        return (type(error), _TIME.sub("", str(error).partition("\nStack trace")[0]))
    numpy = sys.modules.get("numpy")
    if numpy is not None and type(answer) is numpy.ndarray and not answer.dtype.hasobject:
        flags = (answer.flags.c_contiguous, answer.flags.f_contiguous)
        return (answer.dtype.str, answer.shape, flags, answer.tobytes())
    return (type(answer), pickle.dumps(answer))


def _form(given: Any) -> tuple[str, ...]:
    dtypes = getattr(given, "dtypes", getattr(given, "dtype", ""))
    return type(given).__name__, str(dtypes), str(getattr(given, "ndim", ""))


def _copy(given: Any) -> Any:
    return given.copy() if hasattr(given, "copy") else given


def _has(value: Any, name: str) -> bool:
    try:
        return hasattr(value, name)
    except Exception:
        return False
