"""How long it takes to analyse a notebook before it runs, by its number of cells.

    .venv/bin/python benchmarks/analysis.py

Each notebook is a chain: every function calls an earlier one, names are bound again and again, a
fifth of the cells have magics, and predict needs all of it. The times are milliseconds of CPU, so that
what else the machine does is not counted.
"""

import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat

from nb2service.closure.capture import _Taking
from nb2service.closure.close import cells_that_call, check_names
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse

SIZES = (125, 250, 500, 1000, 2000, 4000)
ROUNDS = 3


def cell(i: int) -> str:
    """The i-th cell."""
    forms = (
        f"def f{i}(x: float, k=1) -> float:\n    # step {i}\n"
        f"    return f{i - 1}(x) + k + total * math.sqrt(len(names))",
        f"%matplotlib inline\nf{i} = lambda x: f{i - 1}(x) + value_{i}\nvalue_{i} = {i}",
        f"total = sum(n * {i} for n in range(10))\nnames = ['a', 'b']\nf{i} = f{i - 1}",
        f"names.append('c')\nf{i} = f{i - 1}\nprint(names, total)\nnames[:3]",
        f"class Step{i}:\n    limit = limit\n    def run(self, x):\n        return f{i - 1}(x)\n"
        f"f{i} = lambda x: Step{i}().run(x)",
    )
    return forms[i % 5]


def notebook(folder: Path, count: int) -> Path:
    """A notebook of so many code cells."""
    sources = ["import math\nimport numpy as np\nlimit = 3\ndef f0(x):\n    return x"]
    sources += [cell(i) for i in range(1, count - 2)]
    sources.append(f"#| predict\ndef predict(x):\n    return f{count - 3}(x)")
    sources.append("predict(1)")
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    path = folder / f"{count}.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def close(scope: Any, marked: Any) -> None:
    """What capture does of itself, as if the kernel called every value code."""
    taking = _Taking(scope, marked, len(scope.notebook.cells))
    taking.want(marked.definition.needs, marked.definition, marked.function)
    while names := taking.due():
        taking.hints(names)
        for name in names:
            taking.take(name, {"kind": "code", "type": "function", "own": True, "module": name})
    taking.finished()


def measure(path: Path) -> dict[str, float]:
    """The seconds of each step."""
    seconds: dict[str, float] = {}
    gc.collect()
    gc.freeze()  # a generation analyses one notebook; the others' objects are no part of it

    def timed(step: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        seconds[step] = time.process_time() - started
        return result

    looked = timed("read", lambda: read(path))
    scope = timed("parse", lambda: parse(looked))
    marked = timed("mark", lambda: mark(looked, scope))
    timed("names", lambda: check_names(scope, marked))
    timed("calls", lambda: cells_that_call(scope, marked))
    timed("close", lambda: close(scope, marked))
    return seconds


def main() -> int:
    """Print the curve."""
    print("cells     read    parse     mark    names    calls    close      all   ms per cell")
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            path = notebook(Path(folder), count)
            rounds = [measure(path) for _ in range(ROUNDS)]
            steps = [statistics.median(r[step] for r in rounds) for step in rounds[0]]
            shown = "".join(f"{1000 * s:9.0f}" for s in [*steps, sum(steps)])
            print(f"{count:5}{shown}{1000 * sum(steps) / count:14.2f}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
