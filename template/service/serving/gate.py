"""The gate before predict: so many run, so many wait, each with a deadline; who waits is joined.

predict runs in threads of the gate's: one that never comes back holds nobody else. What came while
it ran goes into its next call together, where rows are proven to be answered alike in a batch.
"""

import threading
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from queue import SimpleQueue
from time import monotonic
from typing import Any

from service.outcomes import Outcome, Refused
from service.request_record import RequestRecord, the_request

Records = Sequence[Any]  # the gate does not look into them
Ask = Callable[[Records], list[Any]]
# Says which requests may be joined: those of the same kind, never those of kind None.
Kind = Callable[[Records], Hashable]

# More rows than these are not joined: one call of so many is not slower than two.
_JOINED_ROWS = 256
_NAP = 0.25  # seconds that a thread sleeps before it looks at its deadline


@dataclass(frozen=True)
class Limits:
    """How many calls run and how many requests wait, with how many rows, and for how long."""

    running: int
    waiting: int
    rows: int
    queue_timeout: float
    predict_timeout: float


class PredictLeft(Exception):
    """predict raised what would end a program; its cause is what it raised."""


def _overloaded(why: str) -> Refused:
    return Refused(Outcome.OVERLOADED, f"too many requests at once: {why}", retry_after=1)


class _Ticket:
    """A request at the gate; `done` is held until there is an outcome."""

    __slots__ = ("answers", "came", "done", "error", "kind", "records", "request", "started")

    def __init__(self, records: Records, kind: Hashable, request: RequestRecord) -> None:
        self.records, self.kind, self.request = records, kind, request
        self.came = monotonic()
        self.started: float | None = None
        self.answers: list[Any] = []
        self.error: BaseException | None = None
        self.done = threading.Lock()
        self.done.acquire()

    def settle(self, error: BaseException | None = None) -> None:
        self.error = error
        self.done.release()


class Gate:
    """Lets requests through to `ask`, which is predict."""

    def __init__(self, ask: Ask, limits: Limits, kind: Kind = lambda _: None) -> None:
        self.stuck = ""  # why nothing more is answered here
        self._ask, self._limits, self._kind = ask, limits, kind
        self._lock = threading.Lock()
        self._waiting: deque[_Ticket] = deque()
        self._tokens: SimpleQueue[None] = SimpleQueue()  # one for each ticket that ever waited
        self._requests = self._rows = 0  # inside the gate: those that wait and those that run
        self._threads = 0
        self._joins = True

    def answer(self, records: Records) -> list[Any]:
        """Return the answers to the records. Raises Refused, and what predict raises."""
        ticket = _Ticket(records, self._kind(records), the_request())
        self._enter(ticket)
        try:
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

    def load(self) -> tuple[int, int]:
        """Return how many requests are inside, and how many of them wait."""
        return self._requests, len(self._waiting)

    def _enter(self, ticket: _Ticket) -> None:
        limits, rows = self._limits, len(ticket.records)
        with self._lock:
            if self.stuck:
                raise Refused(Outcome.STUCK, self.stuck, retry_after=1)
            full = self._requests >= limits.running + limits.waiting
            if full or (self._requests and self._rows + rows > limits.rows):
                raise _overloaded(f"{self._requests} requests are ahead of this one")
            self._requests += 1
            self._rows += rows
            self._waiting.append(ticket)
            if self._threads < limits.running:
                self._threads += 1
                name = f"predict-{self._threads}"
                threading.Thread(target=self._serve, name=name, daemon=True).start()
        self._tokens.put(None)

    def _left(self, ticket: _Ticket) -> float:
        """Return the seconds that the ticket has left, to wait or to be answered."""
        if ticket.started is None:
            return ticket.came + self._limits.queue_timeout - monotonic()
        return ticket.started + self._limits.predict_timeout - monotonic()

    def _give_up(self, ticket: _Ticket) -> None:
        """Refuse a ticket whose time is over."""
        limits = self._limits
        with self._lock:
            if ticket.started is None:
                if ticket in self._waiting:  # else it has its turn right now
                    self._waiting.remove(ticket)
                    raise _overloaded(f"no turn within {limits.queue_timeout:g} seconds")
                return
            self.stuck = f"predict took longer than {limits.predict_timeout:g} s (PREDICT_TIMEOUT)"
            others, self._waiting = self._waiting, deque()
        for other in others:
            other.settle(Refused(Outcome.STUCK, self.stuck, retry_after=1))
        raise Refused(Outcome.STUCK, self.stuck, retry_after=1)

    def _serve(self) -> None:
        """Answer tickets, for ever: the life of a thread that runs predict."""
        while True:
            self._tokens.get()
            batch = self._take()
            present = [ticket for ticket in batch if ticket.request.connected()]
            for ticket in batch:
                if ticket not in present:
                    ticket.settle(Refused(Outcome.GONE, "the client hung up"))
            if present:
                self._run(present)

    def _take(self) -> list[_Ticket]:
        """Return the first ticket, and those after it that may go into the same call."""
        with self._lock:
            if not self._waiting:  # it was joined, or has given up
                return []
            batch = [self._waiting.popleft()]
            kind, rows = batch[0].kind, len(batch[0].records)
            while self._joins and kind is not None and self._waiting:
                following = self._waiting[0]
                rows += len(following.records)
                if following.kind != kind or rows > _JOINED_ROWS:
                    break
                batch.append(self._waiting.popleft())
            for ticket in batch:
                ticket.started = monotonic()
        return batch

    def _run(self, batch: list[_Ticket]) -> None:
        """Ask for all of the batch at once; where that fails, for each alone."""
        records = [record for ticket in batch for record in ticket.records]
        began = monotonic()
        try:
            answers = self._ask(records)
        except BaseException as error:
            if len(batch) > 1:
                self._run_alone(batch)
            else:
                self._note(batch, began, len(records))
                batch[0].settle(error)
            return
        self._note(batch, began, len(records))
        at = 0
        for ticket in batch:
            ticket.answers = answers[at : at + len(ticket.records)]
            at += len(ticket.records)
            ticket.settle()

    def _run_alone(self, batch: list[_Ticket]) -> None:
        for ticket in batch:
            ticket.started = monotonic()
            self._run([ticket])
        if all(ticket.error is None for ticket in batch):
            self._joins = False  # whatever the contract says: together they fail

    def _note(self, batch: list[_Ticket], began: float, rows: int) -> None:
        took = (monotonic() - began) * 1000
        for ticket in batch:
            request = ticket.request
            request.batch, request.predict_ms = rows, took
            request.queue_ms = (began - ticket.came) * 1000
