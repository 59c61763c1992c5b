"""Send 100,000 malformed requests to the services of the examples, among good ones.

    .venv/bin/python benchmarks/malformed.py [--count 100000] [FOLDER …]

Raw bytes, JSON that is none, records that are none, hypothesis, and schemathesis by the API document.
It prints a line for each example, and ends with 1 if anything came that must never come. About 20
minutes; the example that needs PyTorch is left out.
"""

import argparse
import json
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

from malformed import Siege, all_workers, own_faults  # noqa: E402
from served import Server  # noqa: E402
from support import cookiecutter  # noqa: E402
from test_openapi import MOST, schemathesis  # noqa: E402

WITHOUT = {"bearings_torchscript", "rounds_saved_model"}


def asked(server: Any) -> int:
    """How many requests the service has counted."""
    found = re.findall(r"^service_requests_total\{.*\} (\S+)$", server.text("/metrics"), re.M)
    return int(sum(map(float, found)))


def besiege(folder: str, count: int, place: Path) -> list[str]:
    """Generate an example, ask its service so often, and return what must not come."""
    (notebook,) = (CHECKOUT / "example_notebooks" / folder).glob("*.ipynb")
    done = cookiecutter(notebook, place / folder)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    service = place / folder / notebook.stem
    calls = json.loads((service / "model" / "calls.json").read_text(encoding="utf-8"))
    records = [record for call in calls for record in call["records"]][:50]
    contract = json.loads((service / "model" / "contract.json").read_text(encoding="utf-8"))
    predict = contract["predict"]
    most = MOST.get(folder, "inf")
    began = time.monotonic()
    with Server(place / f"{folder}.log", service, WEB_CONCURRENCY="2").until_ready() as server:
        mixes = predict.get("stateful") or not predict["rowwise"]  # such a service has one worker
        workers = all_workers(server, 1 if mixes else 2)
        siege = Siege(server.port, records, float(most))
        siege.run(count)
        before = asked(server)
        schemathesis(server.port, most)
        told = asked(server) - before
        faults = list(siege.faults)
        if sorted(server.children()) != workers:
            faults.append(f"workers {workers} became {server.children()}")
        own, of_predict = own_faults(server.lines())
        faults += own
        if server.stop() != 0:
            faults.append("it did not stop as it should")
    seen = ", ".join(f"{status}: {many}" for status, many in sorted(siege.statuses.items()))
    print(
        f"{folder}: {sum(siege.statuses.values())} answers to malformed requests ({seen}), "
        f"{siege.good} good ones between them, {told} requests of schemathesis; "
        f"{of_predict} failures of predict's own; {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return [f"{folder}: {fault}" for fault in faults]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("folders", nargs="*")
    given = parser.parse_args()
    examples = sorted(p.name for p in (CHECKOUT / "example_notebooks").iterdir() if p.is_dir())
    folders = given.folders or [name for name in examples if name not in WITHOUT]
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as place:
        for folder in folders:
            faults += besiege(folder, given.count // len(folders), Path(place))
    print("\n".join(faults) or "nothing that must never come")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
