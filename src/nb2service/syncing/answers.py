"""Answers: what the new model answers to the records that the old one was recorded with, in words."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.comparing.words import short
from nb2service.running.kernels import Kernel

_SCRIPT = places.KERNEL / "old_records.py"
_BINS, _BAR = 5, 30


@dataclass(frozen=True)
class Answered:
    """What the new model answers to the old records.

    Attributes:
        asked: how many records there were.
        changed: those that are answered otherwise: `record`, `old`, `new`.
        refused: why the others had no answer.
        failed: why nothing could be asked, `""` if it could.
    """

    asked: int
    changed: Sequence[Mapping[str, Any]] = ()
    refused: Sequence[str] = ()
    failed: str = ""


def ask_again(staged: Path, service: Path, kernel: Kernel) -> Answered:
    """Let the model in the folder `staged` answer the recorded calls of the service."""
    job = {
        "project": str(staged),
        "service": str(places.template()),
        "calls": str(service / "model" / "calls.json"),
    }
    done = subprocess.run(
        [kernel.python, str(_SCRIPT)],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        env={**os.environ, **kernel.env},
    )
    if done.returncode:
        return Answered(0, failed=done.stderr.strip().rpartition("\n")[2][:200])
    return Answered(**json.loads(done.stdout))


def in_words(answered: Answered) -> Iterator[str]:
    """Give what is answered otherwise: how many, the largest change, and how changes spread."""
    if answered.failed:
        yield f"The recorded calls could not be asked again: {answered.failed}"
        return
    changed, asked = answered.changed, answered.asked
    if not changed and not answered.refused:
        yield f"Of {asked} recorded records all are answered as before."
        return
    yield f"Of {asked} recorded records {len(changed)} {_are(len(changed))} answered otherwise" + (
        f", and {len(answered.refused)} not at all ({answered.refused[0]})."
        if answered.refused
        else "."
    )
    moves = [move for one in changed for move in _moves(one["old"], one["new"])]
    if moves:
        name, old, new = max(moves, key=lambda move: abs(move[2] - move[1]))
        yield f"Largest change: {short(old)} -> {short(new)}{f' ({name})' if name else ''}"
        yield from _histogram([new - old for _, old, new in moves])
    elif changed:
        yield f"Such as: {short(changed[0]['old'])} -> {short(changed[0]['new'])}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _moves(old: Any, new: Any, name: str = "") -> Iterator[tuple[str, float, float]]:
    """Give the numbers of an answer that are others now, with their names."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            yield from _moves(old[key], new[key], f"{name}.{key}" if name else key)
    elif isinstance(old, list) and isinstance(new, list):
        for at, (before, now) in enumerate(zip(old, new, strict=False)):
            yield from _moves(before, now, f"{name}[{at}]")
    elif _is_number(old) and _is_number(new) and old != new:
        yield name, old, new


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _histogram(steps: Sequence[float]) -> Iterator[str]:
    """Give how the changes spread, in lines of text."""
    low, high = min(steps), max(steps)
    if len(steps) < 2 or low == high:
        return
    width = (high - low) / _BINS
    counts = [0] * _BINS
    for step in steps:
        counts[min(int((step - low) / width), _BINS - 1)] += 1
    edges = [f"{low + at * width:+.3g} to {low + (at + 1) * width:+.3g}" for at in range(_BINS)]
    for edge, count in zip(edges, counts, strict=True):
        bar = "#" * -(-count * _BAR // max(counts))
        yield f"  {edge:>24}  {bar}{' ' if bar else ''}{count}"
