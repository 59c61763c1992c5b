"""What a statement says that it sets or drops."""

import ast

import pytest

from nb2service.slicing.trace.labels import (
    Label,
    columns_set,
    constants,
    dropped,
    of_all_rows,
    one_from_another,
)


def assigned(code: str) -> tuple[ast.expr, ast.expr]:
    """The target and the value of an assignment."""
    (statement,) = ast.parse(code).body
    assert isinstance(statement, ast.Assign)
    return statement.targets[0], statement.value


@pytest.mark.parametrize(
    ("target", "columns"),
    [
        pytest.param("df['a']", ("a",), id="a column"),
        pytest.param("df[['a', 3]]", ("a", 3), id="several"),
        pytest.param("df.loc[m, 'a']", ("a",), id="of some rows"),
        pytest.param("df.at[0, 'a']", ("a",), id="of one row"),
        pytest.param("df['a'][m]", ("a",), id="some rows of a column"),
        pytest.param("df['a'].loc[m]", ("a",), id="some rows of a column, by loc"),
        pytest.param("df[m]", None, id="a name"),
        pytest.param("df.loc[m]", None, id="rows"),
        pytest.param("df.iloc[0, 1]", None, id="a place"),
        pytest.param("df[f('a')]", None, id="a call"),
    ],
)
def test_columns_that_are_set(target: str, columns: tuple[Label, ...] | None) -> None:
    assert columns_set(assigned(f"{target} = 1")[0]) == columns


@pytest.mark.parametrize(
    ("target", "whole"), [("X[:, 0]", True), ("X[1:, 0]", False), ("X[0]", False)]
)
def test_whole_columns_of_an_array(target: str, whole: bool) -> None:
    node = assigned(f"{target} = 1")[0]
    assert isinstance(node, ast.Subscript)
    assert of_all_rows(node) is whole


@pytest.mark.parametrize(
    ("code", "uses"),
    [
        pytest.param("a, b = 1, 2", False, id="values"),
        pytest.param("a, b = b, a", True, id="swapped"),
        pytest.param("a, b = b, 1", False, id="the left one from the right one"),
        pytest.param("d['a'], d['b'] = d['b'], d['a']", True, id="columns swapped"),
        pytest.param("d['a'], d['b'] = d['c'], d['d']", False, id="from other columns"),
        pytest.param("d['a'], n = 1, len(d)", True, id="the whole table"),
    ],
)
def test_one_from_another(code: str, uses: bool) -> None:
    target, value = assigned(code)
    assert isinstance(target, ast.Tuple)
    assert isinstance(value, ast.Tuple)
    assert one_from_another(target.elts, value.elts) is uses


@pytest.mark.parametrize(
    ("call", "labels"),
    [
        ("df.drop('a', axis=1)", ("a",)),
        ("df.drop(columns=['a', 'b'])", ("a", "b")),
        ("df.drop(axis=1, labels='a')", ("a",)),
        ("df.drop(names, axis=1)", None),
        ("df.drop()", None),
    ],
)
def test_what_is_dropped(call: str, labels: tuple[Label, ...] | None) -> None:
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    assert constants(dropped(node)) == labels
