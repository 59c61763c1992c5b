"""Notebooks of older libraries: the service has exactly their versions, and its own tests pass."""

import json
import subprocess
from pathlib import Path

import pytest

from support import MakeNotebook, cookiecutter, tool
from test_environments import make

pytestmark = pytest.mark.environment

PYTHON = "3.11"  # the newest with wheels of all of these
DATA = """
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder

rng = np.random.default_rng(0)
df = pd.DataFrame({"age": rng.integers(18, 80, 60), "fare": rng.normal(30, 9, 60).round(2)})
df["port"] = rng.choice(["C", "Q", "S"], 60)
y = ((df["age"] > 50) | (df["port"] == "C")).astype(int)
"""
TRANSFORMER = """
class Log(BaseEstimator, TransformerMixin):
    def fit(self, X, y=None):
        return self

    def transform(self, X):
        return np.log1p(X.clip(lower=0))
"""
# `append` is gone since pandas 2.0, `sparse=` since scikit-learn 1.4.
OLDER = """
df = df.append(df.iloc[:5], ignore_index=True)
y = y.append(y.iloc[:5], ignore_index=True)
texts = [c for c in df if df[c].dtype == "object"]
encode = OneHotEncoder(sparse=False, handle_unknown="ignore")
"""
# Since pandas 3, columns of texts are no longer of the dtype `object`.
OLD = """
texts = [c for c in df if df[c].dtype == "object"]
encode = OneHotEncoder(sparse_output=False, handle_unknown="ignore")
"""
FIT = """
assert texts == ["port"]
columns = ColumnTransformer([("log", Log(), ["age", "fare"]), ("port", encode, texts)])
model = Pipeline([("columns", columns), ("model", LogisticRegression())]).fit(df, y)
"""
PREDICT = """
#| predict
def predict(df: pd.DataFrame):
    return model.predict_proba(df)[:, 1]
"""
STACKS = [
    pytest.param(
        {"pandas": "1.5.3", "scikit-learn": "1.2.2", "numpy": "1.24.4"}, OLDER, id="of early 2023"
    ),
    pytest.param({"pandas": "2.2.3", "scikit-learn": "1.5.2"}, OLD, id="of late 2024"),
]


def environment(folder: Path, pins: dict[str, str]) -> Path:
    """A fresh environment for a kernel with these versions."""
    packages = [f"{name}=={version}" for name, version in pins.items()]
    subprocess.run([tool("uv"), "venv", "--quiet", "--python", PYTHON, folder], check=True)
    command = [tool("uv"), "pip", "install", "--quiet", "--python", folder / "bin" / "python"]
    subprocess.run([*command, "ipykernel", *packages], check=True)
    return folder / "bin" / "python"


def installed(environment: Path) -> dict[str, str]:
    command = [tool("uv"), "pip", "list", "--format=json", "--python", environment]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {entry["name"]: entry["version"] for entry in json.loads(done.stdout)}


@pytest.mark.parametrize(("pins", "cell"), STACKS)
def test_an_old_stack(
    make_notebook: MakeNotebook, tmp_path: Path, pins: dict[str, str], cell: str
) -> None:
    cells = (DATA, TRANSFORMER, cell, FIT, PREDICT, "predict(df.head(20))")
    notebook = make_notebook(*(text.strip() for text in cells))
    environment(tmp_path / ".venv", pins)  # beside the notebook, so that it is found

    done = cookiecutter(notebook, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    service = tmp_path / "nb"
    assert (service / ".python-version").read_text().strip() == PYTHON
    packages = json.loads((service / "model" / "contract.json").read_text())["provenance"][
        "packages"
    ]
    assert {"pandas", "scikit-learn"} <= packages.keys()
    assert all(version == pins.get(name, version) for name, version in packages.items())
    locked = (service / "requirements.txt").read_text()
    assert all(f"{name}=={version} " in locked for name, version in pins.items())

    done = make(service, "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert not [word for word in ("skipped", "failed", "error") if f" {word}" in done.stdout[-300:]]
    assert pins.items() <= installed(service / ".venv").items()
