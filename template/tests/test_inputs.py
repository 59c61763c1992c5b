"""What predict's answers must look like; frames are tried where a model has them."""

import math
from typing import Any

import pytest

from service.records.inputs import AnswerError, arrange, split_answers


def test_one_answer_per_row():
    assert split_answers([0.5, float("nan")], 2) == [0.5, None]


def test_rows_of_several_numbers():
    assert split_answers([[0.1, 0.9]], 1) == [[0.1, 0.9]]


def test_a_tuple_of_columns_is_turned_into_rows():
    assert split_answers((["a", "b"], [0.1, 0.9]), 2) == [["a", 0.1], ["b", 0.9]]


def test_one_row_may_have_one_answer_without_a_list():
    assert split_answers({"score": 1}, 1) == [{"score": 1}]


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        pytest.param([1], r"1 answers \(list\) for 2 records", id="too few"),
        pytest.param(0.5, "one float for 2 records", id="one for all"),
        pytest.param(([1], [3], [5]), r"one tuple for 2 records", id="a tuple of other columns"),
    ],
)
def test_anything_else_is_an_error(answers, message):
    with pytest.raises(AnswerError, match=message):
        split_answers(answers, 2)


def test_features_come_in_the_order_of_the_contract_and_nothing_else():
    record = {"b": 1, "more": 2, "a": 3}
    assert list(arrange({"a": {}, "missing": {}, "b": {}}, record).items()) == [("a", 3), ("b", 1)]


def test_null_becomes_nan_where_the_notebook_had_nan():
    features: dict[str, Any] = {"a": {"type": ["number", "null"], "x-null": "nan"}, "b": {}}
    arranged = arrange(features, {"a": None, "b": None})
    assert math.isnan(arranged["a"])
    assert arranged["b"] is None
