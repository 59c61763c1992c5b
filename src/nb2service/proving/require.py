"""Require: the fewest distributions with which the extracted code still answers as the notebook did.

The extraction is proven in a process that sees only what is required. Libraries import whatever else
they find (pandas looks for pyarrow, xgboost for scikit-learn), and some of that matters: where the
proof fails without it, it is required too.
"""

import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.proving.prove import Proof, ProofError, Prover, Requirements
from nb2service.writing.lock import Lock

# What a proof may see before anybody knows what it needs; most notebooks with a model need these.
LIKELY = ("pandas", "scikit-learn", "joblib")
# Enough for hundreds of probes of a common model; what is left is tried at once, or not at all.
_PROBE_SECONDS = 2.0
# Ten times what a large forest takes; where it does not suffice, the estimators stay as they are.
_FASTER_SECONDS = 10.0

StartLock = Callable[[Requirements], "Future[Lock]"]


@dataclass(frozen=True)
class _Attempt:
    """One proof with one choice of what may be imported."""

    requirements: Requirements | None
    proof: Proof | None
    locking: "Future[Lock] | None"
    error: ProofError | None

    @property
    def holds(self) -> bool:
        return self.proof is not None and not self.proof.failures

    @property
    def asked(self) -> tuple[str, ...]:
        """Modules that it wanted and did not see."""
        if self.error is not None:
            return self.error.asked
        return self.proof.asked if self.proof is not None else ()

    @property
    def trouble(self) -> str:
        if self.error is not None:
            return f"{self.error.error} {self.error.traceback}"
        return " ".join(self.proof.failures) if self.proof is not None else ""


def minimal_proof(
    prover: Prover, job: Mapping[str, Any], start_lock: StartLock
) -> tuple[Requirements, Proof, "Future[Lock]"]:
    """Prove the extraction and find out what it requires.

    Args:
        prover: a process that has not had its job yet.
        job: what to prove; see `kernel/proving/process.py`.
        start_lock: called as soon as requirements are known, so that locking and proving overlap;
            called again where they change.

    Returns:
        The requirements, the proof with just these, and the lock under way.

    Raises:
        Nb2serviceError: the extracted code does not run, whatever is installed.
    """
    first = _attempt(prover, job, start_lock)
    if first.holds and first.proof and not first.proof.unrequired:
        return _done(_probed(prover, job, first))
    for modules in _choices(first):
        visible = first.requirements.closure if first.requirements else LIKELY
        wider = {**job, "imports": [*job["imports"], *modules]}
        with prover.another(modules, visible) as process:
            again = _attempt(process, wider, start_lock)
            if again.holds:
                return _done(_probed(process, job, again))
    return _done(_probed(prover, job, first) if first.holds else first)


def _choices(first: _Attempt) -> list[tuple[str, ...]]:
    """Which modules to require besides, the fewest first."""
    if first.holds and first.proof:
        return [(), first.proof.unrequired]
    named = tuple(module for module in first.asked if module in first.trouble)
    return [modules for modules in dict.fromkeys((named, first.asked)) if modules]


def _attempt(prover: Prover, job: Mapping[str, Any], start_lock: StartLock) -> _Attempt:
    requirements = locking = None
    try:
        requirements = prover.load(job)
        locking = start_lock(requirements)
        return _Attempt(requirements, prover.prove(), locking, None)
    except ProofError as error:
        return _Attempt(requirements, None, locking, error)


def _probed(process: Prover, job: Mapping[str, Any], attempt: _Attempt) -> _Attempt:
    """The attempt with what predict accepts besides what it was asked."""
    assert attempt.proof is not None
    found = process.probe(job.get("known", {}), _PROBE_SECONDS)
    # What remembers is asked as it is: nobody can compare its answers.
    files = [] if attempt.proof.stateful else job.get("accelerate", [])
    drop_ins = process.faster(files, _FASTER_SECONDS) if files else {}
    return replace(attempt, proof=replace(attempt.proof, faster=drop_ins, **found))


def _place(traceback: str) -> str:
    """The last line of the extracted code that a traceback goes through."""
    lines = re.findall(r'/model/(predict\.py)", line (\d+)', traceback)
    return f"model/{lines[-1][0]}, line {lines[-1][1]}" if lines else "model/predict.py"


def _done(attempt: _Attempt) -> tuple[Requirements, Proof, "Future[Lock]"]:
    if attempt.error is not None:
        raise Nb2serviceError(
            _place(attempt.error.traceback),
            f"the extracted code does not run in a fresh process ({attempt.error.error})",
            "It ran in the notebook, so something that it uses did not come along: what a cell "
            "changed behind the back of the names, or a setting of a library. Set it in the function "
            "that needs it.",
        )
    assert attempt.requirements is not None
    assert attempt.proof is not None
    assert attempt.locking is not None
    return attempt.requirements, attempt.proof, attempt.locking
