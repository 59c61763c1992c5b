"""What leaves it unproven that predict never reads a feature."""

import ast
from textwrap import dedent

import pytest

from nb2service.kernel.proving.places import Marks
from nb2service.kernel.proving.reads import unproven


def kept(body: str, *never_ran: int) -> set[str]:
    """Of the features a and b those that are unproven, where these lines of predict never ran."""
    text = "def predict(row):\n" + dedent(body).replace("\n", "\n    ").join(("    ", "\n"))
    marks = Marks()
    marks.visit(ast.parse(text))
    missed = [
        place
        for place in marks.places.values()
        if place.line in never_ran and isinstance(place.nodes[0], ast.stmt)
    ]
    assert len(missed) == len(never_ran)
    return set(unproven(text, ["a", "b"], missed))


@pytest.mark.parametrize(
    ("line", "features"),
    [
        pytest.param("x = row['a']", {"a"}, id="a key"),
        pytest.param("x = row.a", {"a"}, id="an attribute"),
        pytest.param("x = row.get('a', 0)", {"a"}, id="get"),
        pytest.param("x = getattr(row, 'a')", {"a", "b"}, id="getattr"),
        pytest.param("x = row[['a', 'c']]", {"a"}, id="columns"),
        pytest.param("x = row.query('a > 3')", {"a", "b"}, id="a query"),
        pytest.param("x = dict(**row)", {"a", "b"}, id="all of it"),
        pytest.param("x = helper(row)", {"a", "b"}, id="handed on"),
        pytest.param("x = [r for r in row.itertuples()]", {"a", "b"}, id="rows of it"),
        pytest.param("x = row.apply(f, axis=1)", {"a", "b"}, id="a function of rows"),
        pytest.param("x = row[NAMES]", {"a", "b"}, id="names that are not seen"),
        pytest.param("x = row.to_numpy()", {"a", "b"}, id="as an array"),
        pytest.param("x = row.values[0]", {"a", "b"}, id="its values"),
        pytest.param("x = row['c'] * 2", set(), id="another feature"),
        pytest.param("x = 5", set(), id="none"),
        pytest.param("x = eval('1 + 1')", {"a", "b"}, id="text that runs"),
    ],
)
def test_a_block_that_never_ran(line: str, features: set[str]) -> None:
    assert kept(f"if row['c']:\n    {line}\nreturn 0", 3) == features


@pytest.mark.parametrize(
    ("line", "features"),
    [
        pytest.param("return row['c']", set(), id="a key"),
        pytest.param("return row[row['c']]", {"a", "b"}, id="a key by a value"),
        pytest.param("return row.get(row['c'])", {"a", "b"}, id="get by a value"),
        pytest.param("return getattr(row, row.c)", {"a", "b"}, id="an attribute by a value"),
        pytest.param("name = BY[row['c']]\nreturn row[name]", {"a", "b"}, id="through a table"),
        pytest.param("return [row[name] for name in NAMES]", set(), id="fixed names"),
        pytest.param("return row[row['c'] > 3]", set(), id="rows by a condition"),
        pytest.param("return row.loc[row['c'] > 3, 'd']", set(), id="rows and a column"),
        pytest.param(
            "names = [c for c in row.columns if c != 'z']\nreturn row[names]",
            set(),
            id="its columns",
        ),
        pytest.param("return eval('row[\\'a\\']')", {"a", "b"}, id="text that runs"),
    ],
)
def test_a_feature_that_a_value_chooses(line: str, features: set[str]) -> None:
    assert kept(line) == features


def test_what_stands_in_a_name_is_followed() -> None:
    body = "whole = row.copy()\npart = float(row['c'])\nif part:\n    x = {}\nreturn 0"
    assert kept(body.format("whole"), 5) == {"a", "b"}
    assert kept(body.format("part"), 5) == set()
