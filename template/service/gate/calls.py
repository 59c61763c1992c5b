"""The calls of predict that the gate makes: for a batch of tickets, and for each alone if it fails.

A client that has hung up meanwhile costs no predict.
"""

from collections.abc import Sequence
from time import monotonic

from service.gate.ticket import Ask, Ticket
from service.outcomes import Outcome, Refused


class Calls:
    """Asks predict for tickets, and settles them."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self.running: set[Ticket] = set()
        self.joins = True  # whether requests may share a call

    def start(self, batch: Sequence[Ticket]) -> None:
        """Note that the time of these begins; the gate's lock is held."""
        now = monotonic()
        for ticket in batch:
            ticket.started = now
        self.running.update(batch)

    def run(self, batch: Sequence[Ticket]) -> None:
        """Ask for those whose client is still there; where that fails, for each alone."""
        present = [ticket for ticket in batch if ticket.is_there()]
        records = [record for ticket in present for record in ticket.records]
        began, at = monotonic(), 0
        try:
            answers = self._ask(records) if present else []
        except BaseException as error:
            if len(present) > 1:
                self._run_alone(present)
            else:
                self._settle(present, began, len(records), error)
        else:
            for ticket in present:
                ticket.answers = answers[at : at + len(ticket.records)]
                at += len(ticket.records)
            self._settle(present, began, len(records))
        if gone := [ticket for ticket in batch if ticket not in present]:
            self._settle(gone, began, 0, Refused(Outcome.GONE, "the client hung up"))

    def _run_alone(self, batch: Sequence[Ticket]) -> None:
        for ticket in batch:
            ticket.started = monotonic()
            self.run([ticket])
        if all(ticket.error is None for ticket in batch):
            self.joins = False  # whatever the contract says: together they fail

    def _settle(
        self,
        batch: Sequence[Ticket],
        began: float,
        rows: int,
        error: BaseException | None = None,
    ) -> None:
        for ticket in batch:
            self.running.discard(ticket)
            ticket.settle(began, rows, error)
