"""What the path of a bare cell costs: by the number of cells, and beside the notebook's own run.

    .venv/bin/python benchmarks/paths.py

The curve is milliseconds of CPU for a table that goes through so many cells: those of the generator,
which chooses, and those of the kernel, which tries the chosen path and the lines that are offered. The
share is what watching costs, in percent of the run of the cells without it, in one process, by turns.
"""

import asyncio
import statistics
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from nb2service.look import look
from nb2service.slicing.plan import plan
from nb2service.slicing.search import choose
from nb2service.slicing.trace.probes import specs
from support import HereSession, ipython, kernel_side, write_notebook

SIZES = (50, 100, 200, 400, 800)
ROUNDS = 5
ROWS = 100_000

CHURN = [
    "import numpy as np\nimport pandas as pd\n"
    "from sklearn.ensemble import HistGradientBoostingClassifier\n"
    "from sklearn.model_selection import train_test_split\n"
    "from sklearn.preprocessing import StandardScaler",
    f"rng = np.random.default_rng(0)\nn = {ROWS}\n"
    'df = pd.DataFrame({f"x{i}": rng.normal(size=n) for i in range(12)})\n'
    'df["plan"] = rng.choice(["basic", "plus", "pro"], n)\n'
    'df.loc[rng.random(n) < 0.1, "x0"] = np.nan\n'
    'df["left"] = (df["x1"] + rng.normal(size=n) > 0).astype(int)',
    'df["x0"] = df["x0"].fillna(df["x0"].median())\ndf["ratio"] = df["x2"] / (1 + df["x3"].abs())',
    'df = pd.get_dummies(df, columns=["plan"], drop_first=True)',
    'X = df.drop("left", axis=1)\ny = df["left"]\n'
    "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=0)",
    "sc = StandardScaler()\nX_train = sc.fit_transform(X_train)\nX_test = sc.transform(X_test)",
    "model = HistGradientBoostingClassifier(max_iter=60, random_state=0).fit(X_train, y_train)",
    "#| predict\ny_pred = model.predict(X_test)",
]


def chain(count: int) -> list[str]:
    """A notebook whose table goes through so many cells."""
    cells = [
        "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        'df = pd.DataFrame({"x0": [1.0, 2.0, 4.0], "y": [1, 2, 3]})'
    ]
    cells += [f'df["x{i}"] = df["x{i - 1}"] * 1.001 + {i}' for i in range(1, count - 2)]
    cells.append(f'X = df[["x{count - 3}"]]\nmodel = LinearRegression().fit(X, df["y"])')
    return [*cells, "#| predict\ny = model.predict(X)"]


class TimedSession(HereSession):
    """A session that counts the seconds of CPU which its answers take."""

    spent = 0.0

    async def ask(self, request: str, **arguments: Any) -> Any:
        started = time.process_time()
        try:
            return await super().ask(request, **arguments)
        finally:
            self.spent += time.process_time() - started


def run(folder: Path, cells: list[str], *, watch: bool) -> tuple[float, float, float, float]:
    """The seconds of the cells, of them for watching, those of choosing and those of trying."""
    looked = look(write_notebook(folder / "nb.ipynb", *cells))
    answer = looked.mark.answer
    assert answer is not None
    started = time.process_time()
    watched = plan(looked.scope, answer, looked.mark.cell)
    chosen = time.process_time() - started
    with kernel_side() as package, ipython(folder) as shell, shell.builtin_trap:
        began = time.perf_counter()
        for cell in looked.cells:
            if watch:
                package.requests.track(specs(watched, cell.number))
            shell.run_cell(cell.source, silent=True).raise_error()
        spent = time.perf_counter() - began
        if not watch:
            return spent, 0.0, chosen, 0.0
        started = time.process_time()
        session = TimedSession(package)
        asyncio.run(choose(looked.scope, looked.mark.cell, answer, None, watched, session))  # type: ignore[arg-type]
        chosen += time.process_time() - started - session.spent
        return spent, package.tracking.tracker.TRACKER.spent, chosen, session.spent


def main() -> int:
    """Print the curve and the share."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run(folder, chain(10), watch=True)
        print("cells   choosing, ms   ms per cell   trying, ms   ms per cell")
        for count in SIZES:
            runs = [run(folder, chain(count), watch=True)[2:] for _ in range(3)]
            chosen, tried = (1000 * statistics.median(times) for times in zip(*runs, strict=True))
            line = (
                f"{count:5}{chosen:15.0f}{chosen / count:14.2f}{tried:13.0f}{tried / count:14.2f}"
            )
            print(line, flush=True)
        run(folder, CHURN, watch=True)
        pairs = []
        for _ in range(ROUNDS):
            plain, *_ = run(folder, CHURN, watch=False)
            whole, watching, *_ = run(folder, CHURN, watch=True)
            pairs.append((whole / plain, watching / plain))
        ratios = sorted(ratio for ratio, _ in pairs)
        shares = sorted(100 * share for _, share in pairs)
        middle = ROUNDS // 2
        print(f"\n{ROWS} rows: the run with watching is {ratios[middle]:.2f} times the one without")
        print(f"(from {ratios[0]:.2f} to {ratios[-1]:.2f}); watching itself {shares[middle]:.1f} %")
    return 0


if __name__ == "__main__":
    sys.exit(main())
