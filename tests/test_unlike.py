"""Records unlike the notebook's: one feature at a time, of its own type."""

from typing import Any

import pytest

from nb2service.proving.unlike import UNKNOWN, unlike


@pytest.mark.parametrize(
    ("schema", "values", "expected"),
    [
        pytest.param({"type": "number"}, [1.5, 2.5], [22.5, -18.5, 0.0, -1.0], id="numbers"),
        pytest.param({"type": "integer"}, [0, 5], [65, -60, -1], id="whole ones; zero was seen"),
        pytest.param(
            {"type": "integer", "x-dtype": "int8"}, [100, 0], [127, -128, -1], id="within a dtype"
        ),
        pytest.param(
            {"type": "integer", "x-dtype": "uint8"}, [9, 8], [29, 0], id="none below zero"
        ),
        pytest.param({"type": "string"}, ["a"], [UNKNOWN, ""], id="texts"),
        pytest.param({"type": "string", "enum": ["a", "b"]}, ["a"], ["b"], id="a category"),
        pytest.param({"type": "boolean"}, [True], [False], id="the other truth"),
        pytest.param(
            {"type": "string", "format": "date"},
            ["2024-01-01"],
            ["1900-01-01", "2099-12-31"],
            id="days",
        ),
        pytest.param({"type": "array"}, [[1]], [], id="nothing of lists"),
    ],
)
def test_values(schema: dict[str, Any], values: list[Any], expected: list[Any]) -> None:
    record = {"properties": {"x": schema}, "required": ["x"]}
    found = unlike(record, "record", {"x": values[0], "y": 7}, [{"x": value} for value in values])
    assert [one.record["x"] for one in found if not one.schema] == expected
    assert all(one.record["y"] == 7 for one in found)


def test_a_null_in_each_way_in_which_it_may_be_given() -> None:
    record = {"properties": {"x": {"type": "number"}}, "required": ["x"]}
    found = unlike(record, "record", {"x": 1.0}, [{"x": 1.0}])
    assert [one.schema for one in found if one.record["x"] is None] == [
        {"type": ["number", "null"]},
        {"type": ["number", "null"], "x-null": "nan"},
    ]
    found = unlike(record, "frame", {"x": 1.0}, [{"x": 1.0}])
    assert [one.schema for one in found if one.record["x"] is None] == [
        {"type": ["number", "null"]}
    ]


def test_a_null_that_the_contract_has_needs_no_other_schema() -> None:
    record = {"properties": {"x": {"type": ["number", "null"]}}, "required": ["x"]}
    found = unlike(record, "record", {"x": 1.0}, [{"x": 1.0}, {"x": None}])
    assert [one.schema for one in found if one.record["x"] is None] == [{}]
