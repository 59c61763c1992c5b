"""What is needed of a name on a path, and what its tables were at each moment of the run."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.steps import Step


class StopError(Exception):
    """The path cannot begin at this input.

    Attributes:
        why: the reason, in words.
        step: the step that is in the way.
    """

    def __init__(self, why: str, step: Step | None) -> None:
        super().__init__(why)
        self.why, self.step = why, step


@dataclass
class Need:
    """What is needed of a name.

    Attributes:
        columns: the columns, empty if it has no named ones.
        whole: whether exactly these are needed, in their order: the table goes on as a whole.
        unknown: whether more of it is needed than the named columns, nobody knows what.
    """

    columns: set[Label] = field(default_factory=set)
    whole: bool = False
    unknown: bool = False

    @property
    def known(self) -> bool:
        """Whether its columns are all that is needed."""
        return bool(self.columns) and not self.unknown


class Versions:
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
