"""The gate before predict: so many run, so many wait, each with a deadline; who waits is joined.

What came while predict ran goes into its next call together, where rows are proven to be answered
alike in a batch. That call is made by a thread of the gate's. A request that meets nobody asks
predict itself, without a change of threads, where `inline` allows it.
"""

import threading
from collections import deque
from queue import SimpleQueue
from time import monotonic
from typing import Any

from service.gate.calls import Calls
from service.gate.ticket import Ask, Kind, Limits, PredictLeft, Records, Ticket
from service.outcomes import Outcome, Refused
from service.request_record import the_request

# More rows than these are not joined: one call of so many is not slower than two.
_JOINED_ROWS = 256
_NAP = 0.25  # seconds that a thread sleeps before it looks at its deadline


def _overloaded(why: str) -> Refused:
    return Refused(Outcome.OVERLOADED, f"too many requests at once: {why}", retry_after=1)


class Gate:
    """Lets requests through to `ask`, which is predict."""

    def __init__(self, ask: Ask, limits: Limits, kind: Kind = lambda _: None) -> None:
        self._stuck = ""  # why nothing more is answered here
        self._calls, self._limits, self._kind = Calls(ask), limits, kind
        self._lock = threading.Lock()
        self._waiting: deque[Ticket] = deque()
        self._free = limits.running  # calls that may be made besides those that are
        self._wakes: SimpleQueue[None] = SimpleQueue()  # one lets a thread of the gate's make calls
        self._requests = self._rows = 0  # inside the gate: those that wait and those that run
        self._threads = 0

    def answer(self, records: Records) -> list[Any]:
        """Return the answers to the records. Raises Refused, and what predict raises."""
        ticket = Ticket(records, self._kind(records), the_request())
        alone = self._enter(ticket)
        try:
            if alone:
                self._calls.run([ticket])
                self._pass_on()
            while not ticket.done.acquire(timeout=max(0.0, min(self._left(ticket), _NAP))):
                if self._left(ticket) <= 0:
                    self._give_up(ticket)
        finally:
            with self._lock:
                self._requests -= 1
                self._rows -= len(records)
        if isinstance(ticket.error, Exception):
            raise ticket.error
        if ticket.error is not None:
            raise PredictLeft from ticket.error
        return ticket.answers

    @property
    def stuck(self) -> str:
        """Why nothing more is answered here: predict does not come back."""
        if not self._stuck and any(
            self._left(ticket) <= 0 for ticket in tuple(self._calls.running)
        ):
            self._refuse_all()
        return self._stuck

    def load(self) -> tuple[int, int]:
        """Return how many requests are inside, and how many of them wait."""
        return self._requests, len(self._waiting)

    def _enter(self, ticket: Ticket) -> bool:
        """Let the ticket in, and say whether it is its turn at once, in its own thread."""
        limits, rows = self._limits, len(ticket.records)
        with self._lock:
            if self._stuck:
                raise Refused(Outcome.STUCK, self._stuck, retry_after=1)
            full = self._requests >= limits.running + limits.waiting
            if full or (self._requests and self._rows + rows > limits.rows):
                raise _overloaded(f"{self._requests} requests are ahead of this one")
            self._requests += 1
            self._rows += rows
            if self._free and limits.inline:
                self._free -= 1
                self._calls.start([ticket])
                return True
            self._waiting.append(ticket)
            ticket.waits = not self._free
            if self._free:
                self._free -= 1
                self._wake()
        return False

    def _wake(self) -> None:
        if self._threads < self._limits.running:
            self._threads += 1
            name = f"predict-{self._threads}"
            threading.Thread(target=self._serve, name=name, daemon=True).start()
        self._wakes.put(None)

    def _pass_on(self) -> None:
        """Let a thread of the gate's go on, if anybody waits."""
        with self._lock:
            if self._waiting:
                self._wake()
            else:
                self._free += 1

    def _left(self, ticket: Ticket) -> float:
        """Return the seconds that the ticket has left, to wait or to be answered."""
        if ticket.started is None:
            return ticket.came + self._limits.queue_timeout - monotonic()
        return ticket.started + self._limits.predict_timeout - monotonic()

    def _give_up(self, ticket: Ticket) -> None:
        """Refuse a ticket whose time is over."""
        limits = self._limits
        with self._lock:
            if ticket.started is None:
                if ticket in self._waiting:  # else it has its turn right now
                    self._waiting.remove(ticket)
                    raise _overloaded(f"no turn within {limits.queue_timeout:g} seconds")
                return
        self._refuse_all()
        raise Refused(Outcome.STUCK, self._stuck, retry_after=1)

    def _refuse_all(self) -> None:
        """Answer nothing more: predict does not come back."""
        with self._lock:
            timeout = self._limits.predict_timeout
            self._stuck = f"predict took longer than {timeout:g} s (PREDICT_TIMEOUT)"
            others, self._waiting = self._waiting, deque()
        for other in others:
            other.settle(monotonic(), 0, Refused(Outcome.STUCK, self._stuck, retry_after=1))

    def _serve(self) -> None:
        """Make calls, for ever: the life of a thread of the gate's."""
        while True:
            self._wakes.get()
            while batch := self._take():
                self._calls.run(batch)

    def _take(self) -> list[Ticket]:
        """Return the first ticket, and those after it that may go into the same call."""
        batch: list[Ticket] = []
        rows = 0
        with self._lock:
            while self._waiting:
                ticket = self._waiting[0]
                rows += len(ticket.records)
                alike = self._calls.joins and ticket.kind is not None and rows <= _JOINED_ROWS
                if batch and not (alike and ticket.kind == batch[0].kind):
                    break
                batch.append(self._waiting.popleft())
            if not batch:
                self._free += 1
            self._calls.start(batch)
        return batch
