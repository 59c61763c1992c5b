"""What each name's table was at each moment of the run."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.steps import Step


class Snapshots:
    """What is known of each name's table at each moment of the run."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._events: dict[str, list[int]] = {}
        self._known: dict[str, list[Mapping[str, Any]]] = {}
        for step in steps:
            for name, version in step.versions.items():
                self._events.setdefault(name, []).append(step.event)
                self._known.setdefault(name, []).append(version)

    def before(self, name: str, event: int) -> Mapping[str, Any]:
        """What the name held just before the event."""
        place = bisect_left(self._events.get(name, ()), event)
        return self._known[name][place - 1] if place else {}

    def columns(self, name: str, event: int) -> list[Label] | None:
        """The columns of the table that the name held before the event; None if it was none."""
        found = self.before(name, event).get("columns")
        return list(found) if found is not None else None
