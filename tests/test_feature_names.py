"""Rows without names get those of the columns that the model was fitted on, where that is proven."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nb2service.contract.infer import infer
from nb2service.errors import Nb2serviceError
from support import chosen_path, write_notebook

HEAD = """\
import numpy as np
import pandas as pd
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

chance = np.random.default_rng(0)
df = pd.DataFrame(chance.uniform(1, 90, (40, 4)), columns=["area", "rooms", "age", "price"])
features = ["area", "rooms", "age"]
m = LinearRegression()"""
NAMES = ["area", "rooms", "age"]
ROW = "np.array([82, 3, 12.5]).reshape(1, -1)"


TWO = (
    "m.fit(df[features].values, df.price)\n"
    "n = LinearRegression().fit(df[['rooms', 'age', 'area']].values, df.price)"
)
# scikit-learn says so where a model that knows names is asked about an array.
pytestmark = pytest.mark.filterwarnings("ignore:X does not have valid feature names")


@pytest.fixture
def inferred(tmp_path: Path) -> Callable[..., Any]:
    """Return a function that gives what is inferred for a bare cell, the last one."""

    def inferred(*cells: str) -> Any:
        with chosen_path(write_notebook(tmp_path / "n.ipynb", HEAD, *cells)) as (choice, kernel, _):
            report = kernel.validation.validate.adopt(choice.asked, 200)
        return infer("n", "predict", report["parameters"], report["calls"], 1)

    return inferred


@pytest.mark.parametrize(
    ("fitted", "asked"),
    [
        pytest.param("m.fit(df[features], df.price)", ROW, id="the model knows them"),
        pytest.param("m.fit(df[features].values, df.price)", ROW, id="values"),
        pytest.param("X = df.iloc[:, :3].to_numpy()\nm.fit(X, df.price)", ROW, id="by place"),
        pytest.param(
            "X, y = df[features].values, df.price\n"
            "X_train, X_test, y_train, y_test = train_test_split(X, y)\nm.fit(X=X_train, y=y_train)",
            "[[82, 3, 12.5]]",
            id="split",
        ),
        pytest.param(
            "t = df.drop(columns='price')\nm = LinearRegression().fit(np.array(t), df.price)",
            "[list(map(float, '82 3 12.5'.split()))]",
            id="bound by its fit",
        ),
        pytest.param(
            "m.fit(df[features].values, df.price)",
            "pd.DataFrame([[82, 3, 12.5]])",
            id="a table without names",
        ),
    ],
)
def test_named(inferred: Callable[..., Any], fitted: str, asked: str) -> None:
    found = inferred(fitted, f"#| predict\nm.predict({asked})")
    assert list(found.record["properties"]) == NAMES
    assert found.calls[0].records == [{"area": 82, "rooms": 3, "age": 12.5}]


def test_what_prepares_the_rows_is_asked_for_its_columns(inferred: Callable[..., Any]) -> None:
    fitted = "X = df[features].values\nsc = StandardScaler()\nX = sc.fit_transform(X)\nm.fit(X, df.price)"
    found = inferred(fitted, "#| predict\nm.predict(sc.transform([[82, 3, 12.5]]))")
    assert list(found.record["properties"]) == NAMES
    assert (found.container, found.of_items) == ("list", True)


@pytest.mark.parametrize(
    ("fitted", "asked"),
    [
        pytest.param(
            "m.fit(PCA(3).fit_transform(df[features].values), df.price)", ROW, id="others"
        ),
        pytest.param(
            "X = df[features].values\nX = X[:, [2, 0, 1]]\nm.fit(X, df.price)", ROW, id="moved"
        ),
        pytest.param(
            "X = df[features].to_numpy(copy=True)\nX[:, [0, 1]] = X[:, [1, 0]]\nm.fit(X, df.price)",
            ROW,
            id="swapped",
        ),
        pytest.param(
            "m.fit(df[features].values, df.price)\nm.fit(df[features].values[:, ::-1], df.price)",
            ROW,
            id="fitted again",
        ),
    ],
)
def test_unnamed(inferred: Callable[..., Any], fitted: str, asked: str) -> None:
    found = inferred(fitted, f"#| predict\nm.predict({asked})")
    assert len(found.record["properties"]) == 1


def test_a_sample_that_two_models_know_by_other_names_has_none(
    inferred: Callable[..., Any],
) -> None:
    asked = f"#| predict\nx = {ROW}\ny = m.predict(x) + n.predict(x)"
    assert list(inferred(TWO, asked).record["properties"]) == ["x"]


def test_a_sample_that_is_written_twice_is_one(inferred: Callable[..., Any]) -> None:
    asked = f"#| predict\ny = m.predict({ROW}) + n.predict({ROW})"
    assert list(inferred(TWO, asked).record["properties"]) == ["X"]


def test_two_samples_are_not_one_record(inferred: Callable[..., Any]) -> None:
    asked = "#| predict\ny = m.predict([[82, 3, 12.5]]) + n.predict([[3, 12.5, 81]])"
    with pytest.raises(Nb2serviceError, match=r"n.predict\(.*\)` asks about a record"):
        inferred(TWO, asked)


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        pytest.param(("m.fit(X, Y)", "#| predict\nm.predict(X)"), ("heat", "cool"), id="a table"),
        pytest.param(
            ("m.fit(X, df[['rooms', 'price']])", "#| predict\np = m.predict(X)"),
            ("rooms", "price"),
            id="columns, and a name",
        ),
        pytest.param(("m.fit(X, Y.values)", "#| predict\nm.predict(X)"), (), id="values"),
        pytest.param(
            ("m.fit(X, Y)", "#| predict\np = m.predict(X)\np = p[:, ::-1]"), (), id="turned"
        ),
        pytest.param(
            ("m.fit(X, Y)", "#| predict\np = m.predict(X)\np[:, 0] *= 2"), (), id="changed"
        ),
        pytest.param(("m.fit(X, Y.price)", "#| predict\nm.predict(X)"), (), id="one"),
    ],
)
def test_several_outputs_have_names(
    tmp_path: Path, cells: tuple[str, ...], names: tuple[str, ...]
) -> None:
    tables = (
        "X, Y = df[features], df[features[:2]].set_axis(['heat', 'cool'], axis=1)\nY['price'] = 1"
    )
    tables = tables if "Y.price" in cells[0] else tables.partition("\n")[0]
    with chosen_path(write_notebook(tmp_path / "n.ipynb", HEAD, tables, *cells)) as (choice, _, _):
        assert choice.outputs == names
