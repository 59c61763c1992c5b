"""A service at its limit for a while: no error, and no growth of memory.

One minute in `make test`; `make soak` asks for ten.
"""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import pytest

from load import Load
from served import Server, workers
from support import MakeExample

SECONDS = float(os.environ.get("SOAK_SECONDS", "60"))
# What a heap may still spread after a third of the time, on top of which nothing may grow.
ROOM = 8 * 2**20


def memory(server: Any) -> int:
    """The bytes that the workers have for themselves, or share with each other in equal parts."""
    found = 0
    for pid in workers(server):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found += int(line.split()[1]) * 1024
    return found


@pytest.mark.generation
@pytest.mark.xdist_group("soak")
def test_at_the_limit(example: MakeExample, tmp_path: Path) -> None:
    folder = example("claims_pipeline").folder
    contract = json.loads((folder / "model" / "contract.json").read_text(encoding="utf-8"))
    record = contract["examples"][0]["record"]
    with Server(tmp_path / "log", folder, WEB_CONCURRENCY="2").until_ready() as server:
        one, many, faulty = (
            Load(server.port, body) for body in (record, [record] * 20, {**record, "x": [1] * 50})
        )

        async def run(seconds: float) -> None:
            await asyncio.gather(one.ask(16, seconds), many.ask(4, seconds), faulty.ask(2, seconds))

        asyncio.run(run(SECONDS / 3))
        before = memory(server)
        asyncio.run(run(SECONDS * 2 / 3))
        after = memory(server)
        print(
            f"{sum(one.statuses.values()) / SECONDS:.0f} requests/s of one record and "
            f"{sum(many.statuses.values()) / SECONDS:.0f} of twenty; memory "
            f"{before / 2**20:.0f} MiB, then {after / 2**20:.0f}"
        )
        for load in (one, many, faulty):
            assert set(load.statuses) == {200}, load.statuses
            assert load.failures == []
            assert load.refused == 0
        assert len(workers(server)) == 2  # none was replaced
        assert after < before + ROOM
        assert server.stop() == 0
