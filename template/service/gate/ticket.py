"""What the gate deals with: its limits, and a ticket for each request that is inside."""

import threading
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from service.request_record import RequestRecord

Records = Sequence[Any]  # the gate does not look into them
Ask = Callable[[Records], list[Any]]
# Says which requests may be joined: those of the same kind, never those of kind None.
Kind = Callable[[Records], Hashable]


@dataclass(frozen=True)
class Limits:
    """How many calls run and how many requests wait, with how many rows, and for how long."""

    running: int
    waiting: int
    rows: int
    queue_timeout: float
    predict_timeout: float
    inline: bool = False


class PredictLeft(Exception):
    """predict raised what would end a program; its cause is what it raised."""


class Ticket:
    """A request at the gate; `done` is held until there is an outcome."""

    __slots__ = (
        "answers",
        "came",
        "done",
        "error",
        "kind",
        "records",
        "request",
        "started",
        "waits",
    )

    def __init__(self, records: Records, kind: Hashable, request: RequestRecord) -> None:
        self.records, self.kind, self.request = records, kind, request
        self.came = monotonic()
        self.started: float | None = None
        self.waits = False  # whether others were there first
        self.answers: list[Any] = []
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def is_there(self) -> bool:
        """Say whether the client is still there.

        One that has only ended its sending looks like one that has gone, so who is asked for at
        once is answered all the same.
        """
        return not self.waits or self.request.connected()

    def settle(self, began: float, rows: int, error: BaseException | None) -> None:
        """End the wait: the call of so many rows that began then is over."""
        self.request.batch, self.error = rows, error
        self.request.queue_ms = (began - self.came) * 1000
        self.request.predict_ms = (monotonic() - began) * 1000
        self.done.release()
