"""The fewest distributions with which an extraction still answers: proven, not guessed."""

import sys
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.proving.prove import Proof, Prover, Requirements
from nb2service.proving.require import minimal_proof
from nb2service.running.kernels import Kernel
from nb2service.writing.lock import Lock
from support import write_extraction

KERNEL = Kernel("this one", (sys.executable,), {}, "for a test")
CALL = {"records": [{"a": 1}], "answers": [1], "many": False}
OPTIONAL = "try:\n    import msgspec\nexcept ImportError:\n    msgspec = None\n"

Minimal = Callable[..., tuple[Requirements, Proof, list[Requirements]]]


@pytest.fixture
def minimal(tmp_path: Path) -> Minimal:
    """Write an extraction and prove it; the first process sees `visible`."""

    def proven(
        code: str, visible: tuple[str, ...] = (), imports: tuple[str, ...] = ()
    ) -> tuple[Requirements, Proof, list[Requirements]]:
        job = {**write_extraction(tmp_path, code, [CALL]), "imports": list(imports)}
        locked: list[Requirements] = []

        def start_lock(requirements: Requirements) -> "Future[Lock]":
            locked.append(requirements)
            future: Future[Lock] = Future()
            future.set_result(Lock(" ".join(requirements.pins), "", hashed=True, note=""))
            return future

        with Prover(sys.executable, KERNEL, imports, visible) as process:
            requirements, proof, locking = minimal_proof(process, job, start_lock)
        # The lock that is handed back is the one of these requirements, not of an earlier attempt.
        assert locking.result().service == " ".join(requirements.pins)
        return requirements, proof, locked

    return proven


def test_one_proof_is_enough_where_nothing_is_seen_in_vain(minimal: Minimal) -> None:
    requirements, proof, locked = minimal("def predict(p):\n    return 1")
    assert proof.count("recorded") == (1, 1)
    assert requirements.pins == {}
    assert locked == [requirements]


def test_what_was_only_looked_for_is_not_required(minimal: Minimal) -> None:
    code = f"{OPTIONAL}def predict(p):\n    return 1"
    requirements, proof, _ = minimal(code, visible=("msgspec",))
    assert proof.count("recorded") == (1, 1)
    assert requirements.pins == {}


def test_what_changes_the_answer_is_required(minimal: Minimal) -> None:
    code = f"{OPTIONAL}def predict(p):\n    return 1 if msgspec else 2"
    requirements, proof, _ = minimal(code, visible=("msgspec",))
    assert proof.count("recorded") == (1, 1)
    assert list(requirements.pins) == ["msgspec"]


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("import msgspec\ndef predict(p):\n    return 1", id="the import fails"),
        pytest.param("def predict(p):\n    import msgspec\n    return 1", id="a call fails"),
        pytest.param(f"{OPTIONAL}def predict(p):\n    return 1 if msgspec else 2", id="silently"),
    ],
)
def test_what_was_asked_for_and_hidden_is_tried(minimal: Minimal, code: str) -> None:
    requirements, proof, locked = minimal(code)
    assert (proof.count("recorded"), proof.failures) == ((1, 1), ())
    assert list(requirements.pins) == ["msgspec"]
    assert locked[-1] == requirements


def test_an_answer_that_differs_whatever_is_seen(minimal: Minimal) -> None:
    _, proof, _ = minimal(f"{OPTIONAL}def predict(p):\n    return 3")
    assert proof.failures == ("call 1: the notebook answered 1, the service 3",)


@pytest.mark.parametrize(
    ("code", "told"),
    [
        pytest.param("import no_such_library_at_all", "no_such_library_at_all", id="not installed"),
        pytest.param("lost", "NameError: name 'lost' is not defined", id="a name is lost"),
    ],
)
def test_code_that_never_runs(minimal: Minimal, code: str, told: str) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        minimal(code)
    assert refusal.value.place == "model/predict.py, line 1"
    assert "the extracted code does not run in a fresh process" in refusal.value.fact
    assert told in refusal.value.fact


def test_the_job_is_not_changed(tmp_path: Path) -> None:
    code = "import msgspec\ndef predict(p):\n    return 1"
    job: dict[str, Any] = write_extraction(tmp_path, code, [CALL])
    before = dict(job)
    with Prover(sys.executable, KERNEL, (), ()) as process:
        minimal_proof(process, job, lambda requirements: Future())
    assert job == before
