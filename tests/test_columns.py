"""Which tables come along without their rows."""

import ast

import pytest

from nb2service.closure.columns import without_rows

COLUMNS = [
    pytest.param("df.columns", id="an attribute"),
    pytest.param("X[df.columns.tolist()]", id="a list of them"),
    pytest.param("len(df.columns)", id="how many"),
    pytest.param("list(df)", id="a list"),
    pytest.param("sorted(df)", id="in order"),
    pytest.param("df.keys()", id="its keys"),
    pytest.param("X.astype(df.dtypes)", id="their types"),
    pytest.param("df.select_dtypes('number').columns", id="those of a type"),
    pytest.param("list(df.select_dtypes(include=['object']))", id="a list of those of a type"),
    pytest.param("[c for c in df if c in X]", id="one by one"),
    pytest.param("for c in df: X[c] = 0", id="a loop"),
    pytest.param("'a' not in df", id="whether there is one"),
    pytest.param("def f(x):\n    return x.reindex(columns=df.columns)", id="inside a function"),
]
MORE = [
    pytest.param("df", id="itself"),
    pytest.param("f(df)", id="a function gets it"),
    pytest.param("df['a'].mean()", id="a column"),
    pytest.param("df.columns + len(df)", id="its length too"),
    pytest.param("df.shape[1]", id="its shape"),
    pytest.param("df.select_dtypes('number')", id="the columns of a type"),
    pytest.param("df in [1]", id="whether it is in something"),
    pytest.param("sorted(df, key=df.get)", id="in an order of their values"),
    pytest.param("def f(df):\n    return df.mean()", id="a parameter of the same name"),
    pytest.param("X.columns", id="nothing of it"),
]


@pytest.mark.parametrize("code", COLUMNS)
def test_only_the_columns(code: str) -> None:
    assert without_rows(["df"], [ast.parse(code)]) == {"df"}


@pytest.mark.parametrize("code", MORE)
def test_more_than_the_columns(code: str) -> None:
    assert without_rows(["df"], [ast.parse(code)]) == set()


def test_one_use_of_the_rows_is_enough() -> None:
    code = [ast.parse("list(df), list(other)"), ast.parse("df.mean()")]
    assert without_rows(["df", "other"], code) == {"other"}
