"""Where the values that a notebook passes to predict come from."""

import ast

import pytest

from nb2service.closure.origin_rules import Origin
from nb2service.closure.origins import Origins
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook

BEFORE = """\
import json, random
import numpy as np
import pandas as pd
from sklearn.linear_model import LinearRegression
df = pd.read_csv("flats.csv")
X = df[["area", "rooms"]]
rng = np.random.default_rng(1)
def first_of(table):
    row = table.iloc[0]
    return row["area"]
def trained_on(table, steps):
    w = 0.0
    for _ in range(steps):
        w = w - 0.1 * (table["area"] * w).mean()
    return w
def as_record(area, rooms=2):
    found = {}
    found["area"] = area
    found["rooms"] = rooms
    return found
class Flat:
    def __init__(self, area):
        self.area = area
"""
TYPED = ["v = 3", "v, w = 50, 2", "v = {'area': 50}", "v = np.array([50, 2])", "v = -2 * 3"]
TYPED += ["v = float(input())", "v = pd.DataFrame([{'area': 50}])", "v = as_record(50)"]
TYPED += ["v = Flat(50)", "v = []\nv.append(3)", "a = 3\nv = a", "v = np.linspace(0, 1, 5)"]
TYPED += ["for v in [10, 20]:\n    pass", "v = df\nv = 3", "v = {}\nv['area'] = 50", "v = np.pi"]
TYPED += ["v = len([1, 2])", "v = random.randint(1, 6)", "v = [n + 1 for n in (1, 2)]"]
ROW = ["v = df.iloc[0]", "v = df.loc[3, 'area']", "v = df['area'].iloc[0]", "v = X.values[0]"]
ROW += ["v = X.values[0, :]", "v = df.sample(1)", "v = df.head()", "v = X[:1]", "v = X[3:4]"]
ROW += ["for _, v in df.iterrows():\n    pass", "i = 4\nv = df.iloc[i]", "v = df['area'][0]"]
ROW += [
    "for i in range(3):\n    v = X.values[i]",
    "v = df.to_dict('records')[0]",
    "v = first_of(df)",
]
ROW += ["v = df[df.area > 3].iloc[0]", "v = df.iloc[0].to_dict()", "v = dict(df.iloc[0])"]
ROW += ["v = next(df.itertuples())", "v = X.iloc[[0]]", "v = float(df['area'][2])"]
ROW += ["r = df.iloc[0]\nv, w = r['area'], r['rooms']", "v = df.loc[df.area == 3, 'area'].item()"]
TABLE = ["v = df", "v = X", "v = df['area']", "v = X[X.area > 3]", "v = X[:800]", "v = df.copy()"]
TABLE += ["c = 'area'\nv = df[c]", "v = X.T @ X", "v = X.columns", "v = rng.normal(size=(4, 2))"]
TABLE += ["v = list(zip(df.area, df.rooms))", "v = 0.0\nfor _ in range(9):\n    v -= X.T @ (X * v)"]
TABLE += ["v, w = train_test_split(X)", "v = [a for a in df.area]", "v = df.dropna().values"]
TRAINED = [
    "v = LinearRegression().fit(X, df.area)",
    "m = LinearRegression()\nm.fit(X, 1)\nv = m.coef_",
]
TRAINED += [
    "v = df.area.mean()",
    "v, w = np.polyfit(df.area, df.rooms, 1)",
    "v = trained_on(df, 9)",
]
TRAINED += ["v = np.std(X)", "v, w = fit()", "v = {'m': df.area.median()}", "v = df.area.max() - 1"]
TABLE += ["v = pd.DataFrame({'a': [1, 2]})"]
TRAINED += ["v = pd.DataFrame({'a': [1, 2]})['a'].mean()"]
UNKNOWN = ["v = 0.0\nfor p in [1, 2]:\n    v -= p", "v = 0\nwhile v < 3:\n    v = v + 1"]
UNKNOWN += ["v = json.load(open('f.json'))", "v = np.load('w.npy')", "v = settings()", "v = nobody"]


@pytest.mark.parametrize(
    ("cell", "origin"),
    [
        pytest.param(cell, origin, id=cell)
        for origin, cells in [
            (Origin.TYPED, TYPED),
            (Origin.ROW, ROW),
            (Origin.TABLE, TABLE),
            (Origin.TRAINED, TRAINED),
            (Origin.UNKNOWN, UNKNOWN),
        ]
        for cell in cells
    ],
)
def test_origin(make_notebook: MakeNotebook, cell: str, origin: Origin) -> None:
    scope = parse(read(make_notebook(BEFORE, cell, "use(v)")))
    call = scope.statements[-1]
    assert isinstance(call.node, ast.Expr)
    assert isinstance(call.node.value, ast.Call)
    assert Origins(scope).of(call.node.value.args[0], call) is origin
