"""Ask predict from several threads at once, and see whether their answers mix."""

import contextlib
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from service.contract import Record
from service.proof.findings import Ask, Outcome, differing, outcome, said

_THREADS, _ROUNDS = 4, 3
# After so many seconds, and many times what the questions took one after the other, it hangs.
_PATIENCE, _TIMES = 60.0, 20
# How often a thread lets another one go first: in all, and at the same line.
_SWITCHES, _AT_A_LINE = 120, 8


def race_check(ask: Ask, questions: Sequence[Sequence[Record]], model: Path) -> tuple[str, int]:
    """Ask each question alone, then all of them from several threads at the same time.

    Chance alone would rarely let two threads meet between two lines. So the threads make way for
    each other at lines of the code below the folder `model`.
    Return what was found, in words, and how many questions were asked.
    """
    started = time.monotonic()
    alone = [outcome(ask, question) for question in questions]
    asks = _THREADS * _ROUNDS * len(questions)
    patience = _PATIENCE + _TIMES * _THREADS * _ROUNDS * (time.monotonic() - started)
    if not questions or all(one.error for one in alone):
        return "", 0
    trouble: list[str] = []
    barrier = threading.Barrier(_THREADS)

    def one_thread(number: int) -> None:
        sys.settrace(_make_way(str(model), number))
        with contextlib.suppress(threading.BrokenBarrierError):  # another one hangs
            for turn in range(_ROUNDS):
                barrier.wait(patience)
                for at in range(0 if trouble else len(questions)):
                    place = (at + number + turn) % len(questions)
                    _compare(alone[place], outcome(ask, questions[place]), trouble)

    threads = [
        threading.Thread(target=one_thread, args=(number,), daemon=True)
        for number in range(_THREADS)
    ]
    # Shorter than usual, for what no line of the model's shows; not so short that a machine under
    # load does nothing but switch.
    before, until = sys.getswitchinterval(), time.monotonic() + patience
    sys.setswitchinterval(5e-4)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
    finally:
        sys.setswitchinterval(before)
    if any(thread.is_alive() for thread in threads):
        trouble.append("several threads that ask at once wait for each other without end")
    return (trouble[0] if trouble else ""), asks


def _compare(expected: Outcome, got: Outcome, trouble: list[str]) -> None:
    row = differing(expected, got)
    if row is not None:
        trouble.append(f"{said(got, row)} instead of {said(expected, row)}")


def _make_way(folder: str, seed: int) -> Any:
    """Return a trace function that yields to other threads at lines of the code in the folder."""
    chance = random.Random(seed)  # noqa: S311
    left, places = _SWITCHES, Counter[tuple[str, int]]()

    def at_line(frame: FrameType, *_: object) -> Any:
        nonlocal left
        if left <= 0:
            return None
        place = (frame.f_code.co_filename, frame.f_lineno)
        if places[place] < _AT_A_LINE and chance.random() < 0.5:
            left -= 1
            places[place] += 1
            time.sleep(chance.random() * 2e-4)
        return at_line

    def at_call(frame: FrameType, *_: object) -> Any:
        return at_line if left > 0 and frame.f_code.co_filename.startswith(folder) else None

    return at_call
