"""Our service beside what a user would pick instead, on the same work, on this machine.

    .venv/bin/python benchmarks/serving/bench.py --help

Servers run one after the other, never two at a time, in another order in each round. Every peer's
answers are compared with the model's own before it is timed.
"""

import argparse
import datetime
import json
import platform
import random
import signal
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import results
from peers import PEERS, Peer, saved_for_mlflow
from servers import Server, free_port, serving
from works import MODELS, Work, make_environment, prepare

from load import BODIES, SINGLE, load

ROOT = Path(__file__).resolve().parents[2]
LOADS = (*(f"c{count}" for count in SINGLE), *(f"r{count}" for count in BODIES))
_TOLERANCE = 1e-6


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and write the results."""
    asked = _arguments(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that its servers end as well
    asked.home.mkdir(parents=True, exist_ok=True)
    pythons = {
        venv: make_environment(venv, asked.home) for venv in sorted({p.venv for p in asked.peers})
    }
    works = {
        name: prepare(name, asked.home)
        for name in [*asked.works, *(["big"] if asked.memory else [])]
    }
    found: dict[str, Any] = {"about": _about(asked), "runs": [], "memory": [], "failed": {}}
    plan = [
        (peer, works[name]) for name in asked.works for peer in asked.peers if name in peer.works
    ]
    for number in range(asked.rounds):
        order = random.Random(number).sample(plan, len(plan))
        for at, (peer, work) in enumerate(order):
            print(
                f"round {number + 1}, {at + 1} of {len(order)}: {work.name}, {peer.name}",
                flush=True,
            )
            _one(found, peer, work, pythons[peer.venv], number, asked)
            asked.out.write_text(json.dumps(found, indent=1) + "\n")
    if asked.memory:
        _memory(found, works, pythons, asked)
    asked.out.write_text(json.dumps(found, indent=1) + "\n")
    print(results.table(found))
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4, help="of each load")
    parser.add_argument("--works", type=lambda t: t.split(","), default=["M1", "M2", "M3", "M4"])
    parser.add_argument(
        "--peers", default="", help="parts of names, by semicolons; all unless given"
    )
    parser.add_argument("--loads", type=lambda t: t.split(","), default=list(LOADS))
    parser.add_argument("--note", default="", help="what else there is to say of this run")
    parser.add_argument("--no-memory", dest="memory", action="store_false")
    parser.add_argument(
        "--home", type=Path, default=ROOT / ".bench", help="models and environments"
    )
    parser.add_argument(
        "--out", type=Path, default=ROOT / "benchmarks" / "serving" / "results.json"
    )
    asked = parser.parse_args(argv)
    wanted = [part.lower() for part in asked.peers.split(";") if part]
    asked.peers = [p for p in PEERS if not wanted or any(part in p.name.lower() for part in wanted)]
    asked.home = asked.home.resolve()
    return asked


def _one(
    found: dict[str, Any],
    peer: Peer,
    work: Work,
    python: Path,
    number: int,
    asked: argparse.Namespace,
) -> None:
    """Measure a peer on a work once; what does not work is noted, and the rest goes on."""
    try:
        if peer.venv == "mlflow" and not (work.folder / "mlflow").is_dir():
            subprocess.run(saved_for_mlflow(work, python), env=work.env, check=True, timeout=300)
        with serving(peer, work, python, free_port()) as server:
            run = {"peer": peer.name, "work": work.name, "round": number, "cold": server.cold}
            _check(server, peer, work)
            load(peer, work, server.port, "c16", 1)  # warm
            run["loads"] = {
                name: load(peer, work, server.port, name, asked.seconds) for name in asked.loads
            }
            found["runs"].append(run)
    except Exception as error:  # a peer that fails is a result, too
        found["failed"].setdefault(
            f"{peer.name}, {work.name}", f"{type(error).__name__}: {error}"[-600:]
        )
        print(f"    failed: {str(error)[-1500:]}", flush=True)


def _check(server: Server, peer: Peer, work: Work) -> None:
    """Raise RuntimeError unless the peer's answers are the model's own."""
    if peer.constant:
        return
    for count, times in ((1, 5), (20, 1), (len(work.answers), 1)):
        for at in range(times):
            rows, wanted = work.rows[at : at + count], work.answers[at : at + count]
            got = peer.read(server.ask(peer, work, rows))
            if len(got) != len(wanted) or any(
                abs(a - b) > _TOLERANCE for a, b in zip(got, wanted, strict=True)
            ):
                raise RuntimeError(f"{peer.name} answers {got[:3]}, the model {wanted[:3]}")


def _memory(
    found: dict[str, Any],
    works: dict[str, Work],
    pythons: dict[str, Path],
    asked: argparse.Namespace,
) -> None:
    """Measure the memory of all processes of our service and of the hand-written ones."""
    for name in (asked.works[0], "big"):
        for peer in (p for p in asked.peers if name in p.works):
            for workers in (1, 2, 4):
                print(f"memory: {name}, {peer.name}, {workers} workers", flush=True)
                try:
                    with serving(
                        peer, works[name], pythons[peer.venv], free_port(), workers
                    ) as server:
                        load(peer, works[name], server.port, "c16", 2)
                        found["memory"].append(
                            {
                                "peer": peer.name,
                                "work": name,
                                "workers": workers,
                                "pss": server.memory(),
                            }
                        )
                except Exception as error:
                    found["failed"][f"memory, {peer.name}, {name}, {workers}"] = str(error)[-600:]


def _about(asked: argparse.Namespace) -> dict[str, Any]:
    names = [
        line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    wrk = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout.split(
        "\n"
    )[0]
    return {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{len(names)} cores, {names[0].partition(': ')[2] if names else platform.machine()}",
        "python": platform.python_version(),
        "load": wrk.partition(" [")[0],
        "note": asked.note,
        "rounds": asked.rounds,
        "seconds": asked.seconds,
        "works": {name: MODELS[name][1] for name in asked.works},
        "libraries": {name: version(name) for name in ("numpy", "pandas", "scikit-learn")},
        "peers": {p.name: _locked(p.venv) for p in asked.peers if not p.constant},
    }


def _locked(venv: str) -> str:
    named = [
        line.strip()
        for line in (Path(__file__).parent / "locks" / f"{venv}.in").read_text().split()
    ]
    pins = (Path(__file__).parent / "locks" / f"{venv}.txt").read_text().split()
    heads = [name.partition("[")[0] for name in named[:2]]
    shown = [pin for pin in pins if pin.partition("==")[0].partition("[")[0] in heads]
    return ", ".join(pin.replace("==", " ") for pin in shown if "pandas" not in pin)


if __name__ == "__main__":
    sys.exit(main())
