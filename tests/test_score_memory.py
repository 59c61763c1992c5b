"""Scoring holds one chunk of rows: ten times as many rows take no more memory."""

import itertools
import json
import os
import subprocess
from pathlib import Path

from support import CHECKOUT, tool

TEMPLATE = CHECKOUT / "template"
MANY = 200_000


# A process tells its own peak: what others know of it counts what it was forked from.
SCORE = """
import sys
from service.score import main
status = main(sys.argv[1:])
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM:")).split()[1])
sys.exit(status)
"""


def peak(rows: Path, target: Path) -> int:
    """Score the rows in a process of its own; return the most KiB that it took."""
    done = subprocess.run(
        [tool("python"), "-c", SCORE, str(rows), str(target)],
        cwd=TEMPLATE,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_memory_is_that_of_a_chunk(tmp_path: Path) -> None:
    calls = json.loads((TEMPLATE / "model" / "calls.json").read_text(encoding="utf-8"))
    known = [json.dumps(record) for call in calls for record in call["records"]]
    peaks = []
    for count in (MANY // 10, MANY):
        rows, target = tmp_path / f"{count}.jsonl", tmp_path / f"{count}.out.jsonl"
        text = "\n".join(itertools.islice(itertools.cycle(known), count))
        rows.write_text(f"{text}\n", encoding="utf-8")
        peaks.append(peak(rows, target))
        with target.open(encoding="utf-8") as answers:
            assert sum(1 for _ in answers) == count
    # All rows at once would be 100 MiB more.
    assert peaks[1] < peaks[0] + 15 * 1024, peaks
