"""Ranges and known values: what is kept of all values of a feature."""

from typing import Any

import pytest

from nb2service.contract.seen import annotated, candidates, of_told, of_values, together


@pytest.mark.parametrize(
    ("values", "low", "high", "known"),
    [
        pytest.param([3, 1, None], 1, 3, {1, 3}, id="whole numbers"),
        pytest.param([3, 1.5], 1.5, 3, None, id="numbers"),
        pytest.param(["b", "a", "b"], None, None, {"a", "b"}, id="strings"),
        pytest.param([True, False], None, None, None, id="bools"),
        pytest.param([1, "a"], None, None, None, id="mixed"),
        pytest.param([[1], [2]], None, None, None, id="lists"),
        pytest.param(list(range(51)), 0, 50, None, id="too many"),
        pytest.param([None], None, None, None, id="nothing"),
    ],
)
def test_values(values: Any, low: Any, high: Any, known: Any) -> None:
    seen = of_values(values)
    assert (seen.low, seen.high, seen.known) == (low, high, known)


def test_calls_together() -> None:
    seen = together([of_values([3, 1]), of_values([]), of_told({"count": 9, "min": 0, "max": 2})])
    assert (seen.count, seen.low, seen.high, seen.known) == (11, 0, 3, None)
    assert together([of_values(["a"]), of_values(["b"])]).known == {"a", "b"}
    assert together([of_values([1]), of_values(["b"])]).low == 1


@pytest.mark.parametrize(
    ("schema", "values", "added"),
    [
        pytest.param({"type": "number"}, [1, 2.5], {"x-seen": {"min": 1, "max": 2.5}}, id="number"),
        pytest.param({"type": "string"}, ["a", "a"], {"x-known": ["a"]}, id="a category"),
        pytest.param({"type": "string"}, ["a", "b", "a"], {}, id="too few to tell"),
        pytest.param({"type": "string", "enum": ["a"]}, ["a", "a"], {}, id="told already"),
        pytest.param({"type": "boolean"}, [True, True], {}, id="a bool"),
        pytest.param(
            {"type": "string", "format": "date"},
            ["2024-01-31", "2023-01-31"],
            {"x-seen": {"min": "2023-01-31", "max": "2024-01-31"}},
            id="dates",
        ),
        pytest.param({}, [1, 2], {}, id="anything"),
    ],
)
def test_annotations(schema: Any, values: Any, added: Any) -> None:
    assert annotated(schema, of_values(values, ordered="format" in schema)) == {**schema, **added}


def test_candidates_are_sorted_and_of_one_type() -> None:
    seen = {
        "a": of_values(["y", "x"]),
        "b": of_values([1.5]),
        "c": of_told({"count": 2, "known": ["x", 1]}),
    }
    assert candidates(seen) == {"a": ("x", "y")}
