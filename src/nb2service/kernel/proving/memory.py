"""What a service needs of memory: measured in a process that is forked as gunicorn forks its workers.

Where libraries are imported once and each worker loads the model, memory is what the libraries need,
and for each worker what it does not share. Both are seen in a fork of the prover's, beside the proof.
"""

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
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
        sys.stderr.flush()
        self._pid = os.fork()
        if self._pid == 0:
            with contextlib.suppress(BaseException):
                _keep_only(write)
                _master(job, write)
            os._exit(0)
        os.close(write)

    def result(self):
        """Return the bytes of the libraries and those of each worker besides; None where unknown."""
        if self._pid is None:
            return None
        ready, _, _ = select.select([self._read], [], [], _PATIENCE)
        said = os.read(self._read, 4096) if ready else b""
        with contextlib.suppress(OSError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._read)
        return json.loads(said) if said else None


def _keep_only(write):
    """Let go of what belongs to the prover: nobody may wait for these processes."""
    signal.alarm(_SECONDS)
    for one in [int(path.name) for path in Path("/proc/self/fd").iterdir()]:
        if one > 2 and one != write:
            with contextlib.suppress(OSError):
                os.close(one)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    os.dup2(2, 1)


def _master(job, write):
    """Import the libraries as gunicorn's master does, and fork a worker."""
    for module in job["imports"]:
        with contextlib.suppress(Exception):
            importlib.import_module(module)
    gc.collect()
    gc.freeze()
    shared = _bytes("Rss:")
    pid = os.fork()
    if pid == 0:
        signal.alarm(_SECONDS)
        with contextlib.suppress(BaseException):
            _answer_examples(job)
            own = _bytes("Private_Clean:") + _bytes("Private_Dirty:")
            os.write(write, json.dumps([shared, own]).encode())
        os._exit(0)
    os.waitpid(pid, 0)


def _answer_examples(job):
    """Load the model and let it answer, as a worker does at its start."""
    from service.contract import read_contract
    from service.records.inputs import answer_records

    contract = read_contract(Path(job["project"], "model", "contract.json"))
    predict = getattr(importlib.import_module("model.predict"), job["function"])
    for example in contract.examples:
        answer_records(predict, contract, [dict(example["record"])])


def _bytes(word):
    for line in Path("/proc/self/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith(word):
            return int(line.split()[1]) * 1024
    return 0
