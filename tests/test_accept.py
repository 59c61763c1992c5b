"""What the contract says after the probes."""

from typing import Any

import pytest

from nb2service.contract.accept import accept

NUMBER = {"type": "number", "x-seen": {"min": 1, "max": 2}}


def probe(kind: str, accepted: bool, **more: Any) -> dict[str, Any]:
    return {"feature": "f", "kind": kind, "accepted": accepted, **more}


@pytest.mark.parametrize(
    ("schema", "tried", "expected"),
    [
        pytest.param(
            {"type": "string"}, probe("null", True), {"type": ["string", "null"]}, id="a null"
        ),
        pytest.param({"type": "string"}, probe("null", False), {"type": "string"}, id="no null"),
        pytest.param(
            NUMBER,
            probe("null", True, nan=True),
            {**NUMBER, "type": ["number", "null"], "x-null": "nan"},
            id="a null as NaN",
        ),
        pytest.param(
            {"type": "string", "enum": ["a"]},
            probe("null", True),
            {"type": ["string", "null"], "enum": ["a", None]},
            id="a null among categories",
        ),
        pytest.param(
            {"type": "string"},
            probe("unknown", False),
            {"type": "string", "x-known": ["a", "b"], "x-unknown": "refused"},
            id="a closed set",
        ),
        pytest.param(
            {"type": "string", "x-known": ["a", "b"]},
            probe("unknown", True),
            {"type": "string", "x-known": ["a", "b"], "x-unknown": "accepted"},
            id="categories, and any others",
        ),
        pytest.param({"type": "string"}, probe("unknown", True), {"type": "string"}, id="a text"),
        pytest.param(NUMBER, probe("whole", True), NUMBER, id="a whole number will do"),
        pytest.param(
            NUMBER, probe("whole", False), {**NUMBER, "x-python": "float"}, id="a float is wanted"
        ),
        pytest.param(NUMBER, probe("fraction", True), NUMBER, id="a fraction will do"),
        pytest.param(
            NUMBER, probe("fraction", False), {**NUMBER, "type": "integer"}, id="an int is wanted"
        ),
        pytest.param(
            {"type": "array", "items": NUMBER},
            probe("null inside", True),
            {"type": "array", "items": {**NUMBER, "type": ["number", "null"]}},
            id="a null in an array",
        ),
    ],
)
def test_features(schema: Any, tried: Any, expected: Any) -> None:
    record = {"type": "object", "properties": {"f": schema}, "required": ["f"]}
    found = accept(record, {"f": ("a", "b")}, [tried])
    assert found == {**record, "properties": {"f": expected}}


@pytest.mark.parametrize("accepted", [True, False])
def test_what_predict_cannot_do_without_is_required(accepted: bool) -> None:
    record = {"type": "object", "properties": {"f": NUMBER, "g": NUMBER}, "required": ["g"]}
    found = accept(record, {}, [probe("left out", accepted)])
    assert found["required"] == (["g"] if accepted else ["f", "g"])


def test_without_probes_nothing_changes() -> None:
    record = {"type": "object", "properties": {"f": NUMBER}, "required": ["f"]}
    assert accept(record, {}, []) == record
