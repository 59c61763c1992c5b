"""Events: what the watched statements used and made, each time that one of them ran."""

import contextlib
import time

from ..notebook import notebook_names
from ..tables.kinds import kind_of
from .copies import Copies
from .snapshot_info import info, may_be_constant

# Values that are kept of one place, such as one in a loop.
MOST_KEPT = 500


class Events:
    """What the watched statements used and made, event by event.

    Attributes:
        events: a dict for each simple statement that ran; see `Tracker.report`.
        versions: (event, name) -> a copy of what the name held after it.
        copies: (event, name) -> a copy of what the name held before it.
        kept: (event, place) -> the kept values, in their order.
        spent: the seconds that tracking took.
    """

    def __init__(self):
        self.events = []
        self.versions, self.copies, self.kept = {}, {}, {}
        self.spent = 0.0
        self._copy = Copies().of

    def _event(self, spec, at, loop, aliases=None):
        """Note that a statement begins, and copy what it is about to use."""
        event = {"id": spec["id"], "at": at, "loop": loop, "aliases": aliases or {}, "done": False}
        self.events.append({**event, "versions": {}, "kept": {}, "copies": [], "used": {}})
        namespace = notebook_names()
        for name in spec["copies"]:
            with self._aside():
                if name in namespace and may_be_constant(namespace[name]):
                    copied = self._copy(namespace[name])
                    if copied is not None:
                        self.copies[len(self.events) - 1, name] = copied
                        self.events[-1]["copies"].append(name)
        for name in spec["tables"]:
            with self._aside():
                if name in namespace and kind_of(namespace[name]) != "other":
                    self.copies[len(self.events) - 1, name] = self._copy(namespace[name])
                    self.events[-1]["used"][name] = info(namespace[name])

    @contextlib.contextmanager
    def _aside(self):
        """Take the time of the block; what fails there is not watched, and never the cell's error."""
        started = time.perf_counter()
        try:
            with contextlib.suppress(Exception):
                yield
        finally:
            self.spent += time.perf_counter() - started

    def _version(self, at, name, value, always):
        described = info(value)
        self.events[at]["versions"][name] = described
        if described["kind"] != "other" or always:
            copied = self._copy(value)
            described["copied"] = copied is not None
            self.versions[at, name] = copied

    def _kept(self, place, value):
        at = len(self.events) - 1
        values = self.kept.setdefault((at, place), [])
        if at >= 0 and len(values) < MOST_KEPT:
            values.append(self._copy(value))
            self.events[at]["kept"].setdefault(place, []).append(info(value))
