"""What is recorded of a path: its rows with the answers that the notebook has for them."""

import asyncio

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.slicing.compile.checks import is_helper
from nb2service.slicing.search import adopt
from support import HereSession, MakeNotebook, chosen_path

TABLE = """\
import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split


class Double:
    def predict(self, X):
        return X["a"].to_numpy() * 2


a = np.where(np.arange(20) % 7 == 3, np.nan, np.arange(20.0))
df = pd.DataFrame({"a": a, "b": np.arange(20.0)})
model = Double()"""


def test_rows_keep_their_answers_where_rows_were_dropped(make_notebook: MakeNotebook) -> None:
    split = "df = df.dropna()\nX_train, X_test = train_test_split(df[['a']], random_state=0)"
    path = make_notebook(TABLE, split, "#| predict\ny = model.predict(X_test)")
    with chosen_path(path) as (choice, package, names):
        session = HereSession(package)
        report = asyncio.run(adopt(session, choice.asked, 200))  # type: ignore[arg-type]
        assert choice.function.input.text == "df@1"
        assert names["predict"](names["df"][["a"]]).shape == (17,)
    (call,) = report["calls"]
    asked = [row["a"] for row in call["arguments"]["df"]["plain"]]
    assert call["answer"]["plain"] == [2 * value for value in asked]
    assert len(asked) == 5


def test_of_many_rows_a_sample_is_recorded(make_notebook: MakeNotebook) -> None:
    path = make_notebook(TABLE, "X = df.fillna(0)", "#| predict\ny = model.predict(X)")
    with chosen_path(path) as (choice, package, _):
        session = HereSession(package)
        report = asyncio.run(adopt(session, choice.asked, 6))  # type: ignore[arg-type]
    (call,) = report["calls"]
    asked = [row["a"] or 0 for row in call["arguments"]["df"]["plain"]]
    assert call["answer"]["plain"] == [2 * value for value in asked]
    assert len(asked) == 6


def test_what_answers_without_rows_is_no_path(make_notebook: MakeNotebook) -> None:
    sample = "sample = np.array([[5.0]])"
    path = make_notebook(
        TABLE.replace('X["a"].to_numpy()', "X[:, 0]"),
        sample,
        "#| predict\ny = model.predict(sample)",
    )
    with chosen_path(path) as (choice, package, _):
        session = HereSession(package)
        deaf = {**choice.asked, "function": "def predict(sample):\n    return np.array([10.0])\n"}
        heard = asyncio.run(session.ask("trial", path=choice.asked))
        refused = asyncio.run(session.ask("trial", path=deaf))
    assert heard["ok"]
    assert not refused["ok"]
    assert "without any row" in refused["why"]


def test_an_unknown_category_is_refused_and_a_missing_one_is_not(
    make_notebook: MakeNotebook,
) -> None:
    towns = "df['town'] = ['Alm', 'Bree'] * 10\nX = pd.get_dummies(df['town'])"
    twice = TABLE.replace('X["a"]', 'X["Alm"]')
    path = make_notebook(twice, towns, "#| predict\ny = model.predict(X)")
    with chosen_path(path) as (choice, package, names):
        asyncio.run(adopt(HereSession(package), choice.asked, 200))  # type: ignore[arg-type]
        predict, pd = names["predict"], names["pd"]
        assert predict(pd.DataFrame({"town": ["Alm", "Bree", None]})).tolist() == [2, 0, 0]
        with pytest.raises(ValueError, match="a value is none of"):
            predict(pd.DataFrame({"town": ["Carn"]}))


def test_rows_that_the_notebook_did_not_ask_for_are_tried_alone(
    make_notebook: MakeNotebook,
) -> None:
    across = "class Above:\n    def predict(self, X):\n        return (X > X.max() - 5) * 1"
    table = "import numpy as np\nX = np.arange(20.0)\nmodel = Above()"
    path = make_notebook(across, table, "#| predict\ny = model.predict(X)[19]")
    with (
        pytest.raises(Nb2serviceError, match="another `y` alone than among them"),
        chosen_path(path),
    ):
        pass


def test_classes_of_other_rows_are_no_proof(make_notebook: MakeNotebook) -> None:
    model = (
        "class Sign:\n    def predict(self, X):\n        return (X['b'] > 9).to_numpy().astype(int)\n\n\n"
        "class Other:\n    def predict(self, X):\n        return (X['b'] < 9).to_numpy().astype(int)\n\n\n"
        "sign, other = Sign(), Other()"
    )
    split = "X_train, X_test = train_test_split(df[['b']], random_state=0)"
    path = make_notebook(TABLE, model, split, "#| predict\nprint(sign.predict(X_test))")
    with chosen_path(path) as (choice, package, _):
        asked = dict(choice.asked)
        steps = asked["steps"]
        assert package.validation.validate.trial(asked)["ok"]
        wrong = [{**one, "source": one["source"].replace("sign.", "other.")} for one in steps]
        asked = {**asked, "steps": wrong, "function": asked["function"].replace("sign.", "other.")}
        assert package.validation.validate.trial(asked)["why"] == "the answer is not the notebook's"


def test_a_function_that_no_cell_has_is_told_as_such(make_notebook: MakeNotebook) -> None:
    towns = "df['town'] = ['Alm', 'Bree'] * 10\nX = pd.get_dummies(df['town'])"
    path = make_notebook(TABLE.replace('X["a"]', 'X["Alm"]'), towns, "#| predict\nmodel.predict(X)")
    with chosen_path(path) as (choice, _, _):
        (source,) = choice.function.helpers.values()
    assert is_helper(source)
    assert not is_helper("def as_categories(values):\n    return values")
