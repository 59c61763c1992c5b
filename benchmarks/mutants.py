"""Break the service of each example in each way that tests/mutants.py lists, and see who notices.

    .venv/bin/python benchmarks/mutants.py [FOLDER …]

An example that needs another Python (PyTorch) is tried if KERNEL names one that has it.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CHECKOUT / "tests"))

from mutants import MUTANTS  # noqa: E402
from support import cookiecutter  # noqa: E402


def verdicts(folder: str, kernel: str, place: Path) -> list[dict[str, str]]:
    """Generate the example and try its mutants."""
    (notebook,) = (CHECKOUT / "example_notebooks" / folder).glob("*.ipynb")
    done = cookiecutter(notebook, place / folder, *([f"kernel={kernel}"] if kernel else []))
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr)
    service = place / folder / notebook.stem
    tried = subprocess.run(
        [kernel or sys.executable, CHECKOUT / "tests" / "mutate.py", service, folder],
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return [json.loads(line) for line in tried.stdout.splitlines()]


def main() -> None:
    kernel, count = os.environ.get("KERNEL", ""), Counter[str]()
    with tempfile.TemporaryDirectory() as place:
        for folder in sys.argv[1:] or MUTANTS:
            if folder == "bearings_torchscript" and not kernel:
                print(f"{folder}: left out, no KERNEL with PyTorch")
                continue
            python = kernel if folder == "bearings_torchscript" else ""
            found = verdicts(folder, python, Path(place))
            for mutant, verdict in zip(MUTANTS[folder], found, strict=True):
                noticed = verdict["noticed"] or ("equivalent" if mutant.equivalent else "ALIVE")
                if noticed == "equivalent" and verdict["why"]:
                    noticed = "DIFFERS"
                count[noticed] += 1
                why = mutant.equivalent if noticed == "equivalent" else verdict["why"]
                print(f"{folder:21} {mutant.kind:9} {noticed:11} {mutant.name!r:60} {why[:150]}")
    print(", ".join(f"{number} {noticed}" for noticed, number in count.most_common()))


if __name__ == "__main__":
    main()
