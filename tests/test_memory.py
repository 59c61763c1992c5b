"""What a generated README says of memory, beside what its service takes."""

import re
import time
from pathlib import Path
from typing import Any

import pytest

from served import Server
from support import Generation

SAID = re.compile(r"about (\d+) MiB with one worker, (\d+) with two, (\d+) with four")


def taken(server: Any) -> float:
    """MiB of the master and its workers, what they share counted once."""
    found = 0
    for pid in (server.process.pid, *server.children()):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                found += int(line.split()[1])
    return found / 1024


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_the_readme_tells_about_what_the_service_takes(
    generation: Generation, tmp_path: Path
) -> None:
    said = SAID.search((generation.folder / "README.md").read_text(encoding="utf-8"))
    assert said, "no figure in README.md"
    figures = dict(zip((1, 2, 4), map(int, said.groups()), strict=True))
    assert figures[1] <= figures[2] < figures[4]
    with Server(tmp_path / "log", generation.folder, WEB_CONCURRENCY="2") as server:
        server.until_ready()
        deadline = time.monotonic() + 60
        while taken(server) < 40 or len(server.children()) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        found = taken(server)
        print(f"said {figures[2]} MiB, found {found:.0f}")
        assert found < figures[2] * 1.3
        assert figures[2] < found * 2
