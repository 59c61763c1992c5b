"""What a service needs of memory and time: measured in a process that is forked as gunicorn's workers are.

Where libraries are imported once and each worker loads the model, memory is what the libraries need,
and for each worker what it does not share. Both are seen in a fork of the prover's, beside the proof.
Times are CPU times: what else the machine does at the moment does not count.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import time
from pathlib import Path

# A library that does not survive the fork ends both processes, and there is no figure.
_SECONDS = 20
_PATIENCE = 2.0


class Measurement:
    """A measurement under way; `result` waits for it, but not for long."""

    def __init__(self, job):
        """Fork, with the job of the prover (see `process.py`), before the model is loaded."""
        self._pid = None
        if not Path("/proc/self/smaps_rollup").is_file():
            return
        self._read, write = os.pipe()
        until_now = time.process_time()
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            with contextlib.suppress(BaseException):
                _keep_only(write)
                _master(job, write, until_now)
            os._exit(0)
        os.close(write)

    def result(self):
        """Return what was measured, as `Measured` of the generator names it; None where unknown."""
        if self._pid is None:
            return None
        said = b"".join(_read_for(self._read, _PATIENCE))
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._read)
        found = dict[str, float]()
        for line in said.splitlines():
            found |= json.loads(line)
        return found or None


def _read_for(file, seconds):
    """Give what comes from a pipe until its end, but for no longer than this."""
    until = time.monotonic() + seconds
    while select.select([file], [], [], max(0.0, until - time.monotonic()))[0]:
        if not (said := os.read(file, 4096)):
            return
        yield said


def _keep_only(write):
    """Let go of what belongs to the prover: nobody may wait for these processes."""
    signal.alarm(_SECONDS)
    for one in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if one > 2 and one != write:
            with contextlib.suppress(OSError):
                os.close(one)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)


def _master(job, write, until_now):
    """Import the libraries as gunicorn's master does, and fork a worker."""
    for module in job["imports"]:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    shared = _bytes("Rss:")
    until_now += time.process_time()
    pid = os.fork()
    if pid == 0:
        signal.alarm(_SECONDS)
        with contextlib.suppress(BaseException):
            _work(job, write, shared, until_now)
        os._exit(0)
    os.close(write)
    os.waitpid(pid, 0)


def _work(job, write, shared, until_now):
    """Load the model and let it answer, as a worker does at its start; then the largest call."""
    from service.contract import read_contract
    from service.proof.asking import recorded_calls
    from service.records.inputs import answer_records

    def tell(**found):
        os.write(write, json.dumps(found).encode() + b"\n")

    model = Path(job["project"], "model")
    contract = read_contract(model / "contract.json")
    predict = getattr(importlib.import_module("model.predict"), job["function"])
    for example in contract.examples:
        answer_records(predict, contract, [dict(example["record"])])
    own = _bytes("Private_Clean:") + _bytes("Private_Dirty:")
    tell(libraries=shared, worker=own, start=until_now + time.process_time())
    largest = max(
        (call["records"] for call in recorded_calls(model) if not call.get("drawn")), key=len
    )
    began = time.process_time()
    answer_records(predict, contract, largest)
    tell(answer=time.process_time() - began)


def _bytes(word):
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(word):
            return int(line.split()[1]) * 1024
    return 0
