"""What becomes of a value: code, a literal that equals it, or an artifact."""

import datetime
import decimal
import functools
import hashlib
import logging
import math
import re
import threading
import typing
from collections import Counter, OrderedDict, namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import joblib
import numpy
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import kernel_side


@pytest.fixture(scope="module")
def values() -> Iterator[Any]:
    with kernel_side() as package:
        yield package.saving.describe


def alike(one: Any, other: Any) -> bool:
    """Equal in value, in type and in order, all the way down; NaN is like NaN, 0.0 not like -0.0."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        same_sign = math.copysign(1, one) == math.copysign(1, other)
        return (math.isnan(one) and math.isnan(other)) or (one == other and same_sign)
    if isinstance(one, dict):
        return alike(list(one.items()), list(other.items()))
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, set | frozenset):
        return bool(one == other) and sorted(map(repr, one)) == sorted(map(repr, other))
    return bool(one == other)


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.binary(max_size=5)
)
HASHABLE = SCALARS.filter(lambda value: value == value)
NESTED = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(HASHABLE | st.tuples(HASHABLE, HASHABLE), inner, max_size=4)
        | st.sets(HASHABLE, max_size=4)
        | st.frozensets(HASHABLE, max_size=4)
    ),
    max_leaves=12,
)


@settings(database=None, deadline=None, max_examples=300)
@given(value=NESTED)
def test_a_literal_is_the_value_again(values: Any, value: Any) -> None:
    source, modules = values.literal_of(value)
    assert modules == set()
    assert alike(eval(source), value), source


@settings(database=None, deadline=None)
@given(value=st.frozensets(st.text(max_size=3)) | st.sets(st.integers()))
def test_a_set_is_written_in_one_order(values: Any, value: Any) -> None:
    backwards = type(value)(reversed(list(value)))
    assert values.literal_of(value) == values.literal_of(backwards)


NUMPY = [
    pytest.param(numpy.float64(0.1), id="float64"),
    pytest.param(numpy.float32(0.1), id="float32"),
    pytest.param(numpy.float16(0.1), id="float16"),
    pytest.param(numpy.float64("nan"), id="NaN"),
    pytest.param(numpy.float32("-inf"), id="minus infinity"),
    pytest.param(numpy.int8(-3), id="int8"),
    pytest.param(numpy.uint64(2**64 - 1), id="uint64"),
    pytest.param(numpy.bool_(True), id="bool"),
    pytest.param(numpy.str_("it's"), id="str"),
    pytest.param(numpy.array([1, 2, 3]), id="an array of integers"),
    pytest.param(numpy.array([0.1, float("nan")], dtype="float32"), id="an array of float32"),
    pytest.param(numpy.array([1.5], dtype=">f8"), id="big-endian"),
    pytest.param(numpy.array([True, False]), id="an array of bools"),
    pytest.param(numpy.array(["a", "bcd"]), id="an array of strings"),
    pytest.param(numpy.array([], dtype="int16"), id="an empty array"),
]


@pytest.mark.parametrize("value", NUMPY)
def test_numpy_keeps_its_types(values: Any, value: Any) -> None:
    source, modules = values.literal_of(value)
    again = eval(source, {"numpy": numpy, "float": float})
    assert modules == {"numpy"}
    assert type(again) is type(value)
    assert again.dtype.str == value.dtype.str
    numpy.testing.assert_array_equal(again, value)


def test_numpy_inside_plain_containers(values: Any) -> None:
    source, modules = values.literal_of({"mean": numpy.float64(0.5), "cut": [1, numpy.int64(2)]})
    assert modules == {"numpy"}
    again = eval(source, {"numpy": numpy})
    assert type(again["mean"]) is numpy.float64
    assert type(again["cut"][0]) is int
    assert type(again["cut"][1]) is numpy.int64


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(object(), id="an object"),
        pytest.param([1, [object()]], id="an object deep inside"),
        pytest.param({object(): 1}, id="an object as a key"),
        pytest.param(1j, id="a complex number"),
        pytest.param(Text("a"), id="a subclass of str"),
        pytest.param(OrderedDict(a=1), id="an OrderedDict"),
        pytest.param(Counter("aab"), id="a Counter"),
        pytest.param(namedtuple("Pair", "a b")(1, 2), id="a namedtuple"),
        pytest.param(numpy.array([[1, 2]]), id="a matrix"),
        pytest.param(numpy.arange(51), id="a long array"),
        pytest.param(numpy.array([object()]), id="an array of objects"),
        pytest.param(numpy.array(["2024-01-01"], dtype="datetime64[D]"), id="an array of dates"),
        pytest.param(numpy.longdouble(1) / 3, id="a longdouble, which no literal holds"),
        pytest.param(pd.DataFrame({"a": [1]}), id="a table"),
        pytest.param(list(range(4000)), id="a list that nobody wants to read"),
    ],
)
def test_no_literal(values: Any, value: Any) -> None:
    assert values.literal_of(value) is None


def shorten(text: str) -> str:
    return text


Alias = list[int]
T = typing.TypeVar("T")
NOTEBOOK: dict[str, Any] = {
    "a_module": datetime,
    "renamed": numpy,
    "a_function": shorten,
    "a_class": Text,
    "an_alias": Alias,
    "a_union": int | str,
    "a_typing_alias": typing.Optional[int],  # noqa: UP045  the old form is its own type
    "a_typevar": T,
    "a_logger": logging.getLogger("a"),
    "a_builtin": len,
    "a_number": 3,
    "a_table": pd.DataFrame({"a": [1, 2, 3]}),
    "a_lock": threading.Lock(),
    "long_text": "x" * 4000,
    "counter": Counter("aab"),
}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a_module", "module"),
        ("renamed", "module"),
        ("a_function", "code"),
        ("a_class", "code"),
        ("an_alias", "code"),
        ("a_union", "code"),
        ("a_typing_alias", "code"),
        ("a_typevar", "code"),
        ("a_logger", "code"),
        ("a_builtin", "code"),
        ("a_number", "literal"),
        ("a_table", "artifact"),
        ("a_lock", "unsavable"),
        ("long_text", "artifact"),
        ("counter", "artifact"),
        ("len", "builtin"),
        ("lost", "missing"),
    ],
)
def test_kinds(values: Any, tmp_path: Path, name: str, kind: str) -> None:
    found = values.describe(name, NOTEBOOK, None, tmp_path)
    assert found["kind"] == kind
    # Only artifacts leave a file; what fails half-way leaves at most an unfinished one of its own.
    assert {p.stem for p in tmp_path.iterdir()} <= (
        {name} if kind in ("artifact", "unsavable") else set()
    )


def test_an_artifact_is_described_by_its_very_bytes(values: Any, tmp_path: Path) -> None:
    found = values.describe("a_table", NOTEBOOK, None, tmp_path)
    content = (tmp_path / found["file"]).read_bytes()
    assert (found["file"], found["format"]) == ("a_table.joblib", "joblib_pickle")
    assert (found["bytes"], found["rows"]) == (len(content), 3)
    assert found["sha256"] == hashlib.sha256(content).hexdigest()
    assert joblib.load(tmp_path / found["file"]).equals(NOTEBOOK["a_table"])


@pytest.mark.parametrize(
    ("expression", "rows"),
    [
        pytest.param("pandas.DataFrame({'a': [1, 2]})", 2, id="a table"),
        pytest.param("pandas.Series([1, 2, 3])", 3, id="a Series"),
        pytest.param("numpy.zeros((4, 2))", 4, id="an array of rows"),
        pytest.param("numpy.zeros(4)", None, id="a flat array"),
        pytest.param("[{'a': 1}, {'a': 2}]", 2, id="records"),
        pytest.param("[(1, 2), (3, 4)]", 2, id="rows"),
        pytest.param("[1, 2, 3]", None, id="numbers"),
        pytest.param("{'x': pandas.Series([1, 2, 3]), 'y': 1}", 3, id="a table in a dict"),
        pytest.param("{'x': 1}", None, id="a dict"),
    ],
)
def test_how_many_rows_come_along(values: Any, expression: str, rows: int | None) -> None:
    names = {"numpy": numpy, "pandas": pytest.importorskip("pandas")}
    assert values.plain_table_rows(eval(expression, names)) == rows


def test_what_cannot_be_saved_says_why(values: Any, tmp_path: Path) -> None:
    found = values.describe("a_lock", NOTEBOOK, None, tmp_path)
    assert found["type"] == "_thread.lock"
    assert "cannot pickle" in found["error"]


@pytest.mark.parametrize(
    ("value", "statement", "restated"),
    [
        pytest.param(re.compile("a+"), "re.compile('a+')", True, id="a pattern"),
        pytest.param(datetime.date(2024, 1, 31), "datetime.date(2024, 1, 31)", True, id="a date"),
        pytest.param(decimal.Decimal("0.1"), "decimal.Decimal('0.1')", True, id="a Decimal"),
        pytest.param(Path("a/b"), "Path('a/b')", True, id="a path"),
        pytest.param(range(3), "range(3)", True, id="a range"),
        pytest.param(
            pd.Timestamp("2024-01-31"), "pd.Timestamp('2024-01-31')", True, id="Timestamp"
        ),
        pytest.param(
            functools.partial(round, ndigits=2),
            "functools.partial(round, ndigits=2)",
            True,
            id="partial",
        ),
        pytest.param(range(3), "range(4)", False, id="another value by now"),
        pytest.param(range(3), "lost(3)", False, id="a call that fails by now"),
        pytest.param(datetime.date(2024, 1, 31), None, False, id="no statement of literals"),
        pytest.param(Counter("a"), "Counter('a')", False, id="a type that may change in place"),
    ],
)
def test_what_is_stated_again(
    values: Any, tmp_path: Path, value: Any, statement: str | None, restated: bool
) -> None:
    modules = (re, datetime, decimal, functools)
    names = {m.__name__: m for m in modules} | {"Path": Path, "pd": pd, "Counter": Counter}
    found = values.describe("x", {**names, "x": value}, statement, tmp_path)
    assert (found["kind"] == "restated") is restated


@pytest.mark.parametrize(
    ("name", "value", "module"),
    [
        pytest.param("Path", Path, "pathlib", id="a class"),
        pytest.param("dumps", joblib.dump, None, id="by another name"),
        pytest.param("sqrt", math.sqrt, "math", id="a function in C"),
        pytest.param("DataFrame", pd.DataFrame, "pandas", id="the public module"),
        pytest.param("x", 3, None, id="a value without a home"),
        pytest.param("math", math, None, id="a module itself"),
    ],
)
def test_where_a_name_comes_from(
    values: Any, tmp_path: Path, name: str, value: Any, module: str | None
) -> None:
    assert values.describe(name, {name: value}, None, tmp_path)["imported_from"] == module
