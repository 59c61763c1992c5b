"""Services of notebooks with the libraries that have ways of their own to be saved."""

import json
from pathlib import Path

import pytest

from support import MakeNotebook, cookiecutter, environment, files

pytestmark = pytest.mark.environment

DATA = """
import numpy as np
import pandas as pd
rng = np.random.default_rng(0)
df = pd.DataFrame({"a": rng.normal(size=200), "b": rng.integers(0, 5, 200)})
df["c"] = pd.Categorical(rng.choice(["x", "y", "z"], 200))
y = ((df.a + df.b / 5 + (df.c == "x")) > 1).astype(int)
"""
BOOSTERS = [
    DATA,
    """
import catboost
import lightgbm as lgb
from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
light = lgb.LGBMClassifier(n_estimators=5, verbose=-1).fit(df, y)
booster = lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(df[["a", "b"]], y), 5)
quiet = {"iterations": 5, "verbose": False, "allow_writing_files": False}
cat = catboost.CatBoostClassifier(**quiet, cat_features=["c"]).fit(df, y)
encode = ColumnTransformer([("c", OneHotEncoder(), ["c"])], remainder="passthrough")
nested = Pipeline([("encode", encode), ("cat", catboost.CatBoostRegressor(**quiet))]).fit(df, y)
""",
    """
#| predict
def predict(df: pd.DataFrame):
    first = light.predict_proba(df)[:, 1] + booster.predict(df[["a", "b"]])
    return first + cat.predict_proba(df)[:, 1] + nested.predict(df)
""",
    "predict(df.head(20))",
]
STATISTICS = [
    DATA,
    """
import statsmodels.api as sm
import statsmodels.formula.api as smf
from numba import njit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

def shifted(x):
    return np.log(x + 10)

@njit
def bump(x):
    return x * 2 + 1

models = {"ols": smf.ols("y ~ shifted(a) + np.square(b) + C(c)", data=df.assign(y=y)).fit()}
plain = sm.OLS(y, sm.add_constant(df[["a", "b"]])).fit()
steps = [("bump", FunctionTransformer(bump)), ("model", LogisticRegression())]
pipe = Pipeline(steps).fit(df[["a", "b"]].to_numpy(), y)
""",
    """
#| predict
def predict(df: pd.DataFrame):
    table = df[["a", "b"]]
    line = plain.predict(sm.add_constant(table, has_constant="add"))
    return models["ols"].predict(df) + line + pipe.predict_proba(table.to_numpy())[:, 1]
""",
    "predict(df.head(20))",
]
TORCH = [
    """
import numpy as np
import torch
from torch import nn
torch.manual_seed(0)

class Net(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(2, width), nn.ReLU(), nn.Linear(width, 1))

    def forward(self, x):
        return torch.sigmoid(self.layers(x)).squeeze(-1)

old = Net(4).eval()
scripted = torch.jit.script(old)
traced = torch.jit.trace(old, torch.zeros(1, 2))
""",
    """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = nn.Linear(2, 1)

    def forward(self, x):
        return self.line(x).squeeze(-1)

net = Net().eval()
weights = torch.tensor([0.25, 0.75])
""",
    """
#| predict
def predict(payload: dict):
    x = torch.tensor([[payload["a"], payload["b"]]])
    with torch.no_grad():
        answer = old(x) + scripted(x) + traced(x) + net(x) + x @ weights
    return {"score": float(answer[0])}
""",
    'predict({"a": 0.1, "b": 1.0})\npredict({"a": 0.5, "b": -1.0})',
]
FAMILIES = [
    pytest.param(
        ["lightgbm", "catboost", "scikit-learn", "pandas"],
        BOOSTERS,
        dict.fromkeys(("light", "booster", "cat", "nested"), "joblib_pickle"),
        id="boosters",
    ),
    pytest.param(
        ["statsmodels", "numba", "scikit-learn", "pandas"],
        STATISTICS,
        {"models": "statsmodels_formula", "plain": "joblib_pickle", "pipe": "joblib_pickle"},
        id="statsmodels and numba",
    ),
]


@pytest.mark.parametrize(("packages", "cells", "formats"), FAMILIES)
def test_a_family(
    make_notebook: MakeNotebook,
    tmp_path: Path,
    packages: list[str],
    cells: list[str],
    formats: dict[str, str],
) -> None:
    python = environment(tmp_path / "env", "ipykernel", *packages)
    assert formats_of(make_notebook(*(cell.strip() for cell in cells)), python) == formats


@pytest.mark.xdist_group("torch")
def test_torch_without_joblib(make_notebook: MakeNotebook, torch_python: Path) -> None:
    assert formats_of(make_notebook(*(cell.strip() for cell in TORCH)), torch_python) == {
        "net": "plain_pickle",
        "old": "cloudpickle_value",
        "scripted": "torchscript",
        "traced": "torchscript",
        "weights": "plain_pickle",
    }


def formats_of(notebook: Path, python: Path) -> dict[str, str]:
    """Generate it, so that it is proven in a fresh process; twice, to the same bytes."""
    made = []
    for folder in (notebook.parent / "one", notebook.parent / "two"):
        done = cookiecutter(notebook, folder, f"kernel={python}")
        assert done.returncode == 0, done.stdout + done.stderr
        made.append(files(folder / "nb" / "model"))
    assert made[0] == made[1]
    contract = json.loads(made[0]["contract.json"])
    return {name.partition(".")[0]: a["format"] for name, a in contract["artifacts"].items()}
