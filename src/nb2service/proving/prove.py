"""Prove: the extracted code, in a fresh process of the kernel's Python, answers as the notebook did."""

import contextlib
import json
import os
import subprocess
import tempfile
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any

from nb2service import places
from nb2service.measured import Measured, measured
from nb2service.running.kernels import Kernel

PROVER = places.KERNEL / "prover.py"
# Probes end by themselves in time, but for native code that does not come back.
_GRACE = 5.0


@dataclass(frozen=True)
class Requirements:
    """What the extracted code needs in order to run.

    Attributes:
        pins: distributions that it imports or unpickles, with the kernel's versions.
        closure: these and all that they depend on, with the kernel's versions.
        imports: the top-level modules behind `pins`.
        unknown: imported modules that no installed distribution provides.
        globals: what its artifacts look up when they are opened, e.g. `numpy.dtype`.
    """

    pins: Mapping[str, str]
    closure: Mapping[str, str]
    imports: tuple[str, ...]
    unknown: tuple[str, ...]
    globals: tuple[str, ...] = ()


# As in the service, where one prediction seldom has more; many short calls are quicker so, too.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# What a difference that a check found means: the service is wrong, or predict is. The checks
# themselves are `proof/checks.py` and `proof/findings.py` of the service.
PARITY, SKEW = ("recorded", "drawn"), ("alone", "shuffled")
STATE = ("twice", "order", "again", "threads")


@dataclass(frozen=True)
class Finding:
    """A difference that a check found, in words."""

    check: str
    text: str


@dataclass(frozen=True)
class Proof:
    """What the proof found.

    Attributes:
        counts: for each check, how often it asked (`asked`) and was answered alike (`alike`).
        findings: the differences.
        unrequired: modules that were loaded although nothing that is required depends on them.
        asked: modules that the code asked for and did not get, because nothing requires them.
        examples: where there are skews or states, the answers to the contract's examples, each
            asked alone.
        probes: what was tried besides, and whether predict took it; see `kernel/proving/probe.py`.
        untried: how many probes there was no time for.
        faster: for artifacts, the drop-ins that hold; see `kernel/proving/faster.py`.
        unread: features that predict never looks at; see `kernel/proving/unread_features.py`.
        opened: files of this machine that the calls opened.
        unreached: places of `predict.py` that no call of the proof came to: `line`, and `text`, which is
            empty where a condition was never false.
        why: the cause of an answer that differs, where one was established; see
            `kernel/proving/diagnose.py`.
        nulls: features of which a null is answered otherwise than by the notebook.
        measured: what the service needs; see `kernel/proving/memory.py`.
        mixed: what a row unlike the notebook's is answered otherwise among others, in words.
    """

    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    unrequired: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    examples: tuple[Any, ...] = ()
    probes: tuple[Mapping[str, Any], ...] = ()
    untried: int = 0
    faster: Mapping[str, Any] = field(default_factory=dict)
    unread: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    unreached: tuple[Mapping[str, Any], ...] = ()
    mixed: tuple[str, ...] = ()
    nulls: tuple[str, ...] = ()
    why: Mapping[str, Any] = field(default_factory=dict)
    measured: Measured | None = None

    def count(self, check: str) -> tuple[int, int]:
        """How often a check was answered alike, and how often it asked."""
        counted = self.counts.get(check, {"asked": 0, "alike": 0})
        return counted["alike"], counted["asked"]

    def of(self, checks: Iterable[str]) -> list[Finding]:
        """The findings of these checks."""
        wanted = set(checks)
        return [finding for finding in self.findings if finding.check in wanted]

    def accepted(self) -> list[Mapping[str, Any]]:
        """The probes; a null that the notebook answered otherwise is not accepted."""
        return [
            {**probe, "accepted": False}
            if probe["kind"] == "null" and probe["feature"] in self.nulls
            else probe
            for probe in self.probes
        ]

    @property
    def failures(self) -> tuple[str, ...]:
        """Calls that were answered otherwise than in the notebook, in words."""
        return tuple(finding.text for finding in self.of(PARITY))

    @property
    def rowwise(self) -> bool:
        """Whether each row is answered by itself, whatever rows are beside it."""
        return not self.of(SKEW)

    @property
    def stateful(self) -> bool:
        """Whether predict remembers: answers depend on what was asked before, or at the same time."""
        return bool(self.of(STATE))


class ProofError(Exception):
    """The extracted code does not run at all.

    Attributes:
        error: the exception, in one line.
        traceback: where it happened.
        asked: modules that the code asked for and did not get.
    """

    def __init__(self, error: str, traceback: str, asked: Iterable[str]) -> None:
        super().__init__(error)
        self.error = error
        self.traceback = traceback
        self.asked = tuple(asked)


class Prover:
    """A fresh process that proves one extraction; it ends with the `with` block.

    It sees only the distributions that the extraction requires, whatever else is installed.
    """

    def __init__(
        self,
        python: str,
        kernel: Kernel,
        modules: Iterable[str],
        visible: Iterable[str],
        hash_seed: str = "",
    ) -> None:
        """Start it.

        Args:
            python: the kernel's interpreter.
            kernel: the kernel, whose environment variables it gets.
            modules: what it imports at once, while the notebook still runs; visible as well.
            visible: further distributions that it may import.
            hash_seed: the seed of its hashes; that of the notebook's kernel if it is `""`.
        """
        self.python = python
        self._kernel = kernel
        env = {"PYTHONHASHSEED": "0", **_ONE_THREAD, **os.environ, **kernel.env}
        env |= {"PYTHONHASHSEED": hash_seed} if hash_seed else {}
        log = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115
        self._log = log  # closed by `close`
        self._process = subprocess.Popen(
            [python, str(PROVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            encoding="utf-8",
            env=env,
        )
        self._send({"modules": sorted(modules), "visible": sorted(visible)})

    def __enter__(self) -> "Prover":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()
        self._log.close()

    def another(
        self, modules: Iterable[str], visible: Iterable[str], hash_seed: str = ""
    ) -> "Prover":
        """A new process of the same Python; see `__init__`."""
        return Prover(self.python, self._kernel, modules, visible, hash_seed)

    def load(self, job: Mapping[str, Any]) -> Requirements:
        """Let it load the extraction; see `kernel/proving/process.py` for the job.

        Raises:
            ProofError: the extracted code cannot be loaded.
        """
        self._send(job)
        answer = self._receive()
        return Requirements(
            pins=answer["pins"],
            closure=answer["closure"],
            imports=tuple(answer["imports"]),
            unknown=tuple(answer["unknown"]),
            globals=tuple(answer["globals"]),
        )

    def prove(self) -> Proof:
        """Let it repeat the recorded calls.

        Raises:
            ProofError: the proof itself fails.
        """
        answer = self._receive()
        return Proof(
            counts=answer["counts"],
            findings=tuple(Finding(check, text) for check, text in answer["findings"]),
            unrequired=tuple(answer["unrequired"]),
            asked=tuple(answer["asked"]),
            examples=tuple(answer["examples"]),
            unread=tuple(answer["unread"]),
            opened=tuple(answer["opened"]),
            unreached=tuple(answer["unreached"]),
            mixed=tuple(answer["mixed"]),
            nulls=tuple(answer["nulls"]),
            why=answer["why"],
            measured=measured(answer["measured"]),
        )

    def probe(self, known: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Let it find out, after the proof, what predict accepts besides; see `kernel/proving/probe.py`.

        A library that a strange value lets crash or hang ends the process, not the generation.
        """
        answer = self._within(seconds, {"known": known})
        return answer and {"probes": tuple(answer["probes"]), "untried": answer["untried"]}

    def faster(self, files: Sequence[str], seconds: float) -> Mapping[str, Any]:
        """Let it find out, after the probes, which drop-ins hold; see `kernel/proving/faster.py`.

        A process that ends or hangs over this has none.
        """
        return self._within(seconds, {"files": files})

    def _within(self, seconds: float, message: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answer to a message; end the process that has none in time, and return none."""
        self._send({**message, "seconds": seconds})
        patience = threading.Timer(seconds + _GRACE, self._process.kill)
        patience.start()
        try:
            answer: dict[str, Any] = self._receive()
        except ProofError:
            return {}
        finally:
            patience.cancel()
        return answer

    def _send(self, message: Any) -> None:
        pipe = self._process.stdin
        assert pipe is not None
        # If it died, `_receive` says why.
        with contextlib.suppress(BrokenPipeError):
            pipe.write(json.dumps(message) + "\n")
            pipe.flush()

    def _receive(self) -> Any:
        pipe = self._process.stdout
        assert pipe is not None
        line = pipe.readline()
        if not line.strip():
            self._log.seek(0)
            raise ProofError("the process ended without a word", self._log.read()[-2000:], ())
        answer = json.loads(line)
        if "error" in answer:
            raise ProofError(answer["error"], answer["traceback"], answer["asked"])
        return answer
