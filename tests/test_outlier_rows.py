"""Rows that the notebook never saw: whether a path answers them by themselves."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from support import kernel_side

TABLE = pd.DataFrame(
    {"a": np.arange(30.0), "n": np.arange(30), "c": ["x", "y", "z"] * 10, "d": ["k"] * 30}
)


@pytest.fixture
def depends() -> Iterator[Any]:
    with kernel_side() as package:
        strange = package.validation.outlier_rows

        def ask(given: Any, *sources: str) -> Any:
            def namespace(table: Any) -> dict[str, Any]:
                return {"pd": pd, "np": np, "t": table}

            return strange.depends_on_others(given, [(s, ["t"], []) for s in sources], namespace)

        assert package
        yield ask


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("t['a'] = t['a'].clip(upper=t['a'].mean() + 9 * t['a'].std())", id="cap"),
        pytest.param("t['a'] = t['a'].fillna(t['a'].mean())", id="fill"),
        pytest.param("t['n'] = t['n'].where(t['n'] >= t['n'].median() - 100, 0)", id="floor"),
        pytest.param("t['d'] = (t['d'] == t['d'].mode()[0])", id="texts"),
    ],
)
def test_what_only_strange_rows_show_is_seen(depends: Any, source: str) -> None:
    assert depends(TABLE, "t = t.copy()", source) == (1, "t")


@pytest.mark.parametrize(
    "source",
    [
        pytest.param("t['a'] = t['a'].clip(upper=40).fillna(7)", id="row by row"),
        pytest.param("t['c'] = t['c'].map({'x': 1, 'y': 2})", id="unknown to a map"),
        pytest.param("t['c'] = t['c'].str.len() + t['n'] ** 2", id="large numbers"),
        pytest.param("t['a'] = {'x': 1}[t['c'].iloc[-1]]", id="an error is no answer"),
        pytest.param("t = t[t['a'] < 1e9].reset_index(drop=True)", id="rows go"),
    ],
)
def test_rows_by_themselves_pass(depends: Any, source: str) -> None:
    assert depends(TABLE, "t = t.copy()", source) is None


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("{'k': 1}[t['d'].iloc[-1]]", id="one fails"),
        pytest.param("assert (t['a'] < 1e9).all() and (t['n'] < 200).all()", id="two fail"),
        pytest.param(
            "assert t['c'].isin(['x', 'y', 'z']).all() or len(t) == 1", id="only the table"
        ),
        pytest.param("t = t[t['d'] == 'k']", id="one is lost"),
        pytest.param("k = []", id="an empty list beside"),
    ],
)
def test_a_strange_row_that_fails_or_is_lost_hides_no_other(depends: Any, before: str) -> None:
    capped = "t['a'] = t['a'].clip(lower=t['a'].mean() - 9 * t['a'].std())"
    assert depends(TABLE, "t = t.copy()", before, capped) == (2, "t")


def test_far_values_are_far_beside_many_strange_rows(depends: Any) -> None:
    wide = pd.concat([TABLE.add_suffix(str(i)) for i in range(6)], axis=1)
    capped = "t['a5'] = t['a5'].clip(upper=t['a5'].mean() + 13 * t['a5'].std())"
    assert depends(wide, "t = t.copy()", capped) == (1, "t")


def test_columns_of_one_name_are_asked(depends: Any) -> None:
    capped = "t = t.clip(upper=t.mean() + 9 * t.std(), axis=1).set_axis(['a', 'a'], axis=1)"
    assert depends(TABLE[["a", "n"]], capped) == (0, "t")
    assert depends(TABLE[["a", "n"]], "t = (t * 2).set_axis(['a', 'a'], axis=1)") is None


def test_columns_of_any_type_are_asked(depends: Any) -> None:
    table = TABLE.assign(
        k=TABLE["c"].astype("category"),
        t=pd.date_range("2024-01-01", periods=30),
        p=pd.period_range("2024-01", periods=30, freq="M"),
        b=TABLE["n"] > 3,
        o=[[i] for i in range(30)],
        w=TABLE["n"].astype("Int64"),
        v=TABLE["a"].where(TABLE["a"] > 3).astype("Float64"),
        u=TABLE["n"].astype("int8"),
    )
    table["i"] = pd.cut(table["a"], 3)
    table.columns = [*table.columns[:-1], ("two", "words")]
    assert depends(table, "t = t.copy()") is None
    assert depends(table["k"], "t = t") is None


def test_arrays_are_asked_too(depends: Any) -> None:
    array = np.arange(60.0).reshape(30, 2)
    assert depends(array, "t = t * 2") is None
    capped = "t = np.minimum(t, t.mean(axis=0) + 9 * t.std(axis=0))"
    assert depends(array, capped) == (0, "t")
