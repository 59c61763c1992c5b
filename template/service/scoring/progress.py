"""Progress: how far a run came, so that one that was ended goes on, and what people see of it."""

import json
import sys
import time
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class State:
    """How far a run came: all that is in its files up to these sizes is whole."""

    job: dict[str, Any]  # what was asked for; another job begins anew
    rows: int = 0
    answered: int = 0
    faulty: int = 0
    out_bytes: int = 0
    fault_bytes: int = 0


@dataclass
class StateFile:
    """The state of a run in a file, which goes away when it is done."""

    path: Path

    def read(self, job: dict[str, Any]) -> State:
        """Return how far this very job came; the beginning if it did not."""
        try:
            state = State(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return State(job)
        return state if state.job == job else State(job)

    def write(self, state: State) -> None:
        """Write the state, whole or not at all."""
        fresh = self.path.with_name(self.path.name + ".new")
        fresh.write_text(json.dumps(asdict(state)), encoding="utf-8")
        fresh.replace(self.path)


@dataclass
class Meter:
    """Tells on standard error how many rows are done; a line that is written over on a terminal."""

    begun: int = 0
    started: float = field(default_factory=time.monotonic)

    def tell(self, state: State) -> None:
        """Show how far it is."""
        if sys.stderr.isatty():
            print(f"\r{self._words(state)} ", end="", file=sys.stderr, flush=True)

    def end(self, state: State) -> None:
        """Show how far it came."""
        start = "\r" if sys.stderr.isatty() else ""
        print(f"{start}{self._words(state)}", file=sys.stderr)

    def _words(self, state: State) -> str:
        spent = max(time.monotonic() - self.started, 1e-9)
        speed = (state.rows - self.begun) / spent
        told = f"{state.rows} rows: {state.answered} answered, {state.faulty} faulty"
        return f"{told}; {speed:.0f} rows/s"


def counted(state: State, answered: int, faulty: int) -> State:
    """Return the state after so many rows more."""
    return replace(
        state,
        rows=state.rows + answered + faulty,
        answered=state.answered + answered,
        faulty=state.faulty + faulty,
    )
