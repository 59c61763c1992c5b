"""What the prover measured of a service, in figures so coarse that the next measurement gives the same."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_MIB = 2**20
# What the service adds to the measurement: Flask and gunicorn once, and for each worker its own.
_SERVICE, _WORKER = 30 * _MIB, 12 * _MIB
_STEP = 50
# Seconds: a start, or an answer, takes less than one of these. Far apart, as times vary.
_STARTS = (30, 60, 120, 300, 600)
_ANSWERS = (1, 5, 20, 60)


@dataclass(frozen=True)
class Measured:
    """What a service needs, as it was seen in a fork of the prover; see `kernel/proving/memory.py`.

    Attributes:
        libraries: bytes that they need, whatever the number of workers.
        worker: bytes that each worker needs besides.
        start: seconds of CPU time from nothing to the first answer.
        answer: seconds of CPU time of the largest recorded call; None where it was not over in time.
    """

    libraries: int
    worker: int
    start: float
    answer: float | None = None

    def mebibytes(self, workers: int) -> int:
        """The memory of a service with so many workers."""
        found = self.libraries + _SERVICE + workers * (self.worker + _WORKER)
        return _up(found / _MIB)

    def limit(self) -> int:
        """The memory, in MiB, that a pod with one worker may not exceed.

        A worker that is renewed is there beside the old one, and large requests take more.
        """
        return _up(1.5 * self.mebibytes(2))

    def start_seconds(self) -> int:
        """Seconds of CPU time that the start takes less than."""
        return _below(self.start, _STARTS)

    def answer_seconds(self) -> int | None:
        """Seconds of CPU time that the largest recorded call takes less than; None if not measured."""
        return None if self.answer is None else _below(self.answer, _ANSWERS)


def measured(told: Mapping[str, Any] | None) -> Measured | None:
    """Return what the prover, or the first hook, told of it; None where nothing was measured."""
    return Measured(**told) if told else None


def _below(seconds: float, steps: Sequence[int]) -> int:
    longest = steps[-1]
    return next((s for s in steps if seconds < s), longest * math.ceil(seconds / longest))


def _up(mebibytes: float) -> int:
    return math.ceil(mebibytes / _STEP) * _STEP
