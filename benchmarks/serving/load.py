"""Load with wrk: kept-alive connections that post recorded bodies, for a fixed time."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

from peers import Peer
from works import Work

_POST = Path(__file__).resolve().parent / "post.lua"
SINGLE = (1, 16, 64)  # connections, with one record a request
BODIES = (100, 1000, 10000)  # records a request, with two connections
_CONNECTIONS = 2


def load(peer: Peer, work: Work, port: int, name: str, seconds: float) -> dict[str, float]:
    """Put a load on a server; return requests, seconds, failed, p50, p99 and worst (ms), rows.

    `name` is `c16` for 16 connections, `r1000` for bodies of 1,000 records.
    """
    connections = int(name[1:]) if name.startswith("c") else _CONNECTIONS
    count = int(name[1:]) if name.startswith("r") else 1
    bodies = [peer.request(work, records) for records in work.bodies(count)]
    with tempfile.NamedTemporaryFile("wb", suffix=".jsonl") as file:
        file.write(b"\n".join(bodies) + b"\n")
        file.flush()
        done = subprocess.run(
            [
                *(
                    "wrk",
                    "-t1",
                    f"-c{connections}",
                    f"-d{max(1, round(seconds))}s",
                    "--timeout",
                    "30s",
                ),
                *("-s", str(_POST), f"http://127.0.0.1:{port}{peer.path_for(count)}"),
            ],
            env={**os.environ, "BENCH_BODIES": file.name},
            capture_output=True,
            text=True,
            timeout=seconds + 90,
            check=True,
        )
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**found, "rows": found["requests"] * count}
