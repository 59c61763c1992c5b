"""Random records: what the contract admits, and always the same."""

from typing import Any

import pytest

from nb2service.contract.inference import Call
from nb2service.proving.draw import draw


def call(*records: dict[str, Any]) -> Call:
    return Call(list(records), [0] * len(records), many=True)


def schema(required: list[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required}


@pytest.mark.parametrize(
    ("feature", "values", "admitted"),
    [
        pytest.param(
            {"type": "number", "x-seen": {"min": -2.0, "max": 9.5}},
            [1.25, 3.5],
            lambda v: isinstance(v, float) and -2 <= v <= 9.5 and round(v, 2) == v,
            id="a number from the range of the data, with as many decimals",
        ),
        pytest.param(
            {"type": "integer"}, [3, 7], lambda v: type(v) is int and 3 <= v <= 7, id="an integer"
        ),
        pytest.param(
            {"type": "number"}, [3, 7], lambda v: type(v) is int, id="whole numbers stay whole"
        ),
        pytest.param({"type": "boolean"}, [True], lambda v: type(v) is bool, id="a boolean"),
        pytest.param(
            {"type": "string", "enum": ["a", "b"]},
            ["a"],
            lambda v: v in ("a", "b"),
            id="a category of the contract",
        ),
        pytest.param(
            {"type": "string", "x-known": ["a", "b"]},
            ["a"],
            lambda v: set(v.split()) <= {"a", "b"},
            id="a text",
        ),
        pytest.param(
            {"type": "string", "format": "date"},
            ["2024-01-31", "2024-02-29"],
            lambda v: v in ("2024-01-31", "2024-02-29"),
            id="a date that was seen",
        ),
        pytest.param(
            {"type": ["number", "null"]}, [1.5, None], lambda v: v in (1.5, None), id="a null"
        ),
        pytest.param(
            {"type": "array"},
            [[[1, 2.5], [0.5, 8]], [[3, 4.5], [2.5, 1]]],
            lambda v: (
                [len(part) for part in v] == [2, 2]
                and all(0.5 <= number <= 8 for part in v for number in part)
            ),
            id="numbers in lists",
        ),
        pytest.param(
            {"type": "object"},
            [{"k": [1]}, {"k": ["x"]}],
            lambda v: v in ({"k": [1]}, {"k": ["x"]}),
            id="anything else is one that was seen",
        ),
    ],
)
def test_a_feature(feature: dict[str, Any], values: list[Any], admitted: Any) -> None:
    drawn = draw(schema(["x"], x=feature), [call(*({"x": value} for value in values))])
    assert len(drawn) == 24
    assert all(admitted(record["x"]) for record in drawn), drawn
    assert drawn == draw(schema(["x"], x=feature), [call(*({"x": value} for value in values))])


def test_each_second_record_differs_in_one_feature() -> None:
    properties = {name: {"type": "number"} for name in "abcd"}
    known = [{name: at * 1.5 + n for n, name in enumerate("abcd")} for at in range(5)]
    drawn = draw(schema(list("abcd"), **properties), [call(*known)])
    for record in drawn[::2]:
        assert any(sum(record[k] != one[k] for k in record) <= 1 for one in known)


def test_optional_features_are_left_out_now_and_then() -> None:
    record = schema(["a"], a={"type": "number"}, b={"type": "number"})
    drawn = draw(record, [call({"a": 1.5, "b": 2.5})])
    assert {frozenset(one) for one in drawn} == {frozenset("a"), frozenset("ab")}


def test_few_of_large_records() -> None:
    picture = [[0.123456] * 100] * 100
    assert len(draw(schema(["x"], x={"type": "array"}), [call({"x": picture})])) == 4


def test_nothing_to_draw_from() -> None:
    assert draw(schema([]), [call({})]) == []
    assert draw(schema(["a"], a={}), []) == []
