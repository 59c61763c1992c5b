"""Start a peer's server, ask it, measure its memory, and end it with all that it started."""

import ctypes
import http.client
import json
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from peers import Peer
from works import Work

PATIENCE = 120.0  # seconds until a server has to answer
_PR_SET_CHILD_SUBREAPER = 36
# One prediction uses one thread, in every peer: workers use the CPUs.
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass
class Server:
    """A server that answers.

    Attributes:
        port: where.
        pid: of the process that was started.
        cold: seconds from its start to the first answer.
    """

    port: int
    pid: int
    cold: float

    def ask(self, peer: Peer, work: Work, records: Sequence[Any]) -> Any:
        """Ask once; return what the answer's JSON says."""
        status, answer = _post(self.port, peer.path_for(len(records)), peer.request(work, records))
        if status != 200:
            raise RuntimeError(f"{peer.name} answered {status}: {answer[:300]!r}")
        return json.loads(answer)

    def memory(self) -> float:
        """The proportional set size of all its processes, in MB."""
        return sum(_pss(pid) for pid in [self.pid, *descendants(self.pid)]) / 1000


def free_port() -> int:
    """Return a port of which the next thousands are most likely free, too: some peers want more."""
    for port in range(18200, 19100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise RuntimeError("no port from 18200 to 19100 is free")


@contextmanager
def serving(peer: Peer, work: Work, python: Path, port: int, workers: int = 2) -> Iterator[Server]:
    """Start the peer's server for the block. Raises RuntimeError when it does not answer."""
    # What loses its parent becomes ours, so that it is found and ended as well.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    env = {**os.environ, **_ONE_THREAD, **work.env, **peer.env, "BENCH_PORT": str(port)}
    env["PATH"] = f"{python.parent}{os.pathsep}{env['PATH']}"
    env |= {"BENCH_WORKERS": str(workers), "PYTHONDONTWRITEBYTECODE": ""}
    if peer.service:
        # Its own setting for threads; and larger bodies than it takes unless told.
        env = {n: v for n, v in env.items() if n not in {*_ONE_THREAD, "PYTHONPATH"}}
        env |= {"PORT": str(port), "ADDRESS": "127.0.0.1", "WEB_CONCURRENCY": str(workers)}
        env |= {"MAX_RECORDS": "10000", "LOG_LEVEL": "WARNING"}
    folder = work.folder / "service" if peer.service else work.folder
    with tempfile.TemporaryFile("w+") as log:
        started = time.perf_counter()
        command = [str(python), *peer.command(work, port, workers)]
        process = subprocess.Popen(
            command, cwd=folder, env=env, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield _answering(peer, work, process, port, started, log)
        finally:
            end(process)


def _answering(
    peer: Peer, work: Work, process: "subprocess.Popen[bytes]", port: int, started: float, log: Any
) -> Server:
    body = peer.request(work, work.rows[:1])
    while time.perf_counter() - started < PATIENCE and process.poll() is None:
        try:
            if _post(port, peer.path_for(1), body)[0] == 200:
                return Server(port, process.pid, time.perf_counter() - started)
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.02)
    log.seek(0)
    raise RuntimeError(f"{peer.name} does not answer for {work.name}:\n{log.read()[-3000:]}")


def end(process: "subprocess.Popen[bytes]") -> None:
    """End a process and all that it started, by their ids."""
    mine = descendants(process.pid)
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
    for pid in {*mine, *descendants(process.pid), *_orphans()}:
        try:
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
    process.wait()
    _reap()


def descendants(pid: int) -> list[int]:
    """The processes below a process."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text()
        except OSError:
            continue
        children.setdefault(int(text.rpartition(")")[2].split()[1]), []).append(
            int(entry.parent.name)
        )
    found, pending = [], [pid]
    while pending:
        below = children.get(pending.pop(), [])
        found += below
        pending += below
    return found


def _orphans() -> list[int]:
    """What a server left behind became a child of this process."""
    return descendants(os.getpid())


def _reap() -> None:
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(0.05)
        except ChildProcessError:
            return


def _pss(pid: int) -> float:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return next(float(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))


def _post(port: int, path: str, body: bytes) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
