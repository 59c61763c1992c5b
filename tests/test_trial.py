"""What is recorded of a path: its rows with the answers that the notebook has for them."""

import asyncio

from nb2service.path.choose import adopt
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
        assert choice.path.input.text == "df@1"
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
