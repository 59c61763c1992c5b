"""The works: a notebook becomes a model, recorded rows, a service, and what the model answers."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
APPS = HERE / "apps"
MODELS = {
    "M1": ("array", "XGBClassifier, 100 trees, 30 numbers"),
    "M2": ("array", "StandardScaler and a forest of 100 trees, 30 numbers"),
    "M3": ("frame", "ColumnTransformer and XGBClassifier, 5 numbers, 3 texts"),
    "M4": ("record", "predict(payload), XGBClassifier, 5 numbers"),
    "big": ("array", "a forest of 200 MB"),
}
_ASK = """\
import json, work, sys
rows = json.loads((work.FOLDER / "rows.json").read_text())[:200]
json.dump(work.answer(work.load(), rows), open(sys.argv[1], "w"))
"""


@dataclass(frozen=True)
class Work:
    """One model and the rows that it is asked about.

    Attributes:
        name: `M1` and so on.
        kind: what predict takes: `array`, `frame` or `record`.
        folder: holds the model, the rows and the generated service.
        rows: records of the notebook's own test table.
        answers: what the model answers to the first of them, in-process.
    """

    name: str
    kind: str
    folder: Path
    rows: list[dict[str, Any]]
    answers: list[float]

    @property
    def env(self) -> dict[str, str]:
        """What the applications of the peers read."""
        return {"BENCH_WORK": str(self.folder), "BENCH_KIND": self.kind, "PYTHONPATH": str(APPS)}

    def bodies(self, count: int) -> list[list[dict[str, Any]]]:
        """Some requests of so many records each; large ones repeat rows."""
        several = max(1, min(100, 200 // count))
        rows = self.rows * (count // len(self.rows) + 2)
        return [rows[at * count % len(self.rows) :][:count] for at in range(several)]


def prepare(name: str, home: Path) -> Work:
    """Run the notebook and generate its service into `home`, once."""
    kind = MODELS[name][0]
    folder = home / name
    service = folder / "service"
    if not (service / "model" / "contract.json").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(HERE / "notebooks" / f"{name}.ipynb", folder)
        _run(
            [
                f"{Path(sys.executable).parent}/nb2service",
                "new",
                f"{name}.ipynb",
                "project_slug=service",
            ],
            folder,
        )
    bare = Work(name, kind, folder, [], [])
    answers = folder / "answers.json"
    if not answers.is_file():
        python = str(home / "venvs" / "flask" / "bin" / "python")
        _run([python, "-c", _ASK, str(answers)], folder, bare.env)
    rows = json.loads((folder / "rows.json").read_text())
    return Work(name, kind, folder, rows, json.loads(answers.read_text()))


def make_environment(name: str, home: Path) -> Path:
    """Return the Python of a peer's own pinned environment, made the first time."""
    folder = home / "venvs" / name
    python = folder / "bin" / "python"
    if not python.is_file():
        uv = str(Path(sys.executable).parent / "uv")
        _run([uv, "venv", "--quiet", "--python", sys.executable, str(folder)], HERE)
        lock = str(HERE / "locks" / f"{name}.txt")
        install = [uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(python)]
        _run([*install, "-r", lock], HERE)
    return python


def _run(command: list[str], folder: Path, env: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=folder, env={**os.environ, **(env or {})}, check=True, timeout=900)
