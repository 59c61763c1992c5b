"""Asking predict as a client does: the recorded calls, their names, and the way through JSON."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from service.contract import Contract, Record
from service.proof.findings import Call
from service.records.inputs import Predict, answer_records

Load = Callable[[], Predict]


def recorded_calls(model: Path) -> list[Call]:
    """Return the recorded calls and the drawn ones, as they lie in the folder of the model."""
    calls: list[Call] = json.loads((model / "calls.json").read_text(encoding="utf-8"))
    drawn = model / "drawn.json"
    return calls + (json.loads(drawn.read_text(encoding="utf-8")) if drawn.is_file() else [])


class Asker:
    """predict as a client sees it; after `restart` it knows nothing of earlier calls."""

    def __init__(self, predict: Predict, contract: Contract, load: Load) -> None:
        self._predict, self._contract, self._load = predict, contract, load

    def restart(self) -> bool:
        """Load the code anew, and say whether that went well: some registers itself, but once."""
        try:
            self._predict = self._load()
        except Exception:
            return False
        return True

    def __call__(self, records: Sequence[Record]) -> list[Any]:
        """Return the answers to the records, after the way through JSON in and out."""
        sent = json.loads(json.dumps(records))
        answers = answer_records(self._predict, self._contract, sent)
        got: list[Any] = json.loads(json.dumps(answers, allow_nan=False))
        return got


def named_calls(calls: Sequence[Call]) -> list[tuple[str, Call]]:
    """Return the calls with the names that messages give them."""
    named: list[tuple[str, Call]] = []
    counts = {"call": 0, "drawn record": 0}
    for call in calls:
        kind = "drawn record" if call.get("drawn") else "call"
        counts[kind] += 1
        named.append((f"{kind} {counts[kind]}", call))
    return named


def place_of_row(place: str, call: Call, row: int) -> str:
    """Return the name of a row of a call, counted from 1."""
    return f"{place}, row {row + 1}" if call["many"] else place
