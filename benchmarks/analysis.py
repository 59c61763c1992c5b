"""How long it takes to analyse a notebook: by its number of cells, and by the size of its values.

    .venv/bin/python benchmarks/analysis.py

Each notebook is a chain: every function calls an earlier one, names are bound again and again, a
fifth of the cells have magics, and predict needs all of it. The second table is what the kernel side
does with a value that predict needs: it looks at it, saves it and takes its checksum. The times are
milliseconds of CPU, so that what else the machine does is not counted.
"""

import functools
import gc
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy
import pandas

from nb2service import places
from nb2service.closure.capture import _Taking
from nb2service.closure.close import cells_that_call, check_names
from nb2service.marking.mark import mark
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from nb2service.running import run

SIZES = (125, 250, 500, 1000, 2000, 4000)
ROUNDS = 3
VALUES = (10_000, 100_000, 1_000_000, 10_000_000)
KINDS: dict[str, Callable[[int], Any]] = {
    "list": lambda n: list(range(n)),
    "records": lambda n: [{"a": i, "b": 0.5, "c": "x", "d": None} for i in range(n // 4)],
    "array": lambda n: numpy.arange(n, dtype="float64").reshape(-1, 10),
    "table": lambda n: pandas.DataFrame(numpy.arange(n).reshape(-1, 10)),
    "texts": lambda n: pandas.Series([f"text {i}" for i in range(n // 10)]),
}


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
    timed("flow", lambda: graph(scope))
    marked = timed("mark", lambda: mark(looked, scope))
    timed("names", lambda: check_names(scope, marked))
    timed("calls", lambda: cells_that_call(scope, marked))
    timed("close", lambda: close(scope, marked))
    return seconds


@functools.cache
def kernel_side() -> Any:
    """The kernel's half of the work, loaded as a kernel loads it."""
    exec(run._BOOT.format(folder=str(places.PACKAGE)), {})
    return sys.modules["_nb2service.kernel.saving.describe"]


def describe(value: Any, folder: Path) -> float:
    """The seconds that a value costs."""
    started = time.process_time()
    kernel_side().describe("value", {"value": value}, None, folder)
    return time.process_time() - started


def print_values(folder: Path) -> None:
    """Print the curve over the size of values."""
    print(
        "\nvalues   " + "".join(f"{kind:>10}" for kind in KINDS) + "   (ns per value in brackets)"
    )
    for count in VALUES:
        shown = ""
        for make in KINDS.values():
            value = make(count)
            seconds = statistics.median(describe(value, folder) for _ in range(ROUNDS))
            shown += f"{1000 * seconds:10.0f} ({1e9 * seconds / count:.0f})"
        print(f"{count:9}{shown}", flush=True)


def main() -> int:
    """Print the curves."""
    print(
        "cells     read    parse     flow     mark    names    calls    close      all   ms per cell"
    )
    with tempfile.TemporaryDirectory() as folder:
        for count in SIZES:
            path = notebook(Path(folder), count)
            rounds = [measure(path) for _ in range(ROUNDS)]
            steps = [statistics.median(r[step] for r in rounds) for step in rounds[0]]
            shown = "".join(f"{1000 * s:9.0f}" for s in [*steps, sum(steps)])
            print(f"{count:5}{shown}{1000 * sum(steps) / count:14.2f}", flush=True)
        print_values(Path(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
