"""Values that the contract does not know: which are refused, and in which words."""

from dataclasses import replace
from typing import Any

import pytest

from service.contract import Contract
from service.outcomes import Refused
from service.records.reader import RecordReader
from service.records.unknown_values import unknown_value
from tests.conftest import TWO_FEATURES

COLOUR = {"type": ["string", "null"], "x-dtype": "category", "x-categories": ["red", "blue"]}
PLANETS = ["Earth", "Mercury", "Saturn"]
RECORD: dict[str, Any] = {
    "properties": {
        "age": {"type": "number", "x-known": [1, 2, 4], "x-unknown": "refused"},
        "name": {"type": ["string", "null"], "x-known": PLANETS, "x-unknown": "refused"},
    },
    "required": ["age"],
}


@pytest.mark.parametrize(
    ("value", "known", "sentence"),
    [
        pytest.param(
            "earht",
            PLANETS,
            "'earht' for feature 'x'; known: 'Earth', 'Mercury', 'Saturn'; did you mean 'Earth'?",
            id="a slip",
        ),
        pytest.param(
            "Qqqq", ["a", "b"], "'Qqqq' for feature 'x'; known: 'a', 'b'", id="nothing near"
        ),
        pytest.param(7, [1, 2], "7 for feature 'x'; known: 1, 2", id="a number"),
        pytest.param(
            "z",
            list("abcdefghijklm"),
            "'z' for feature 'x'; known: 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', …",
            id="ten are named",
        ),
        pytest.param("y" * 99, ["a"], f"'{'y' * 40}…' for feature 'x'; known: 'a'", id="shortened"),
        pytest.param("a\nb", ["c"], "'a\\nb' for feature 'x'; known: 'c'", id="one line"),
    ],
)
def test_the_sentence(value, known, sentence):
    assert unknown_value("x", value, known) == f"unknown value {sentence}"


def test_a_category_of_a_column_is_refused_before_predict_sees_it():
    one = replace(Contract.from_dict(TWO_FEATURES), features={"x": COLOUR}, required=frozenset("x"))
    with pytest.raises(Refused) as caught:
        RecordReader(one, 10).read({"x": "re"})
    message = "unknown value 're' for feature 'x'; known: 'red', 'blue'; did you mean 'red'?"
    assert caught.value.refusal.faults == [{"field": "x", "message": message}]


def _planet(record):
    # The model knows one more than the notebook's calls had.
    return {"Earth": 1, "Mercury": 2, "Saturn": 3, "Venus": 4}[record["name"]] * record["age"]


def test_predict_decides_and_the_caller_learns_what_is_known(serve):
    client = serve(_planet, **{"$defs": {"record": RECORD}})
    assert client.post("/predict", json={"age": 1, "name": "Venus"}).json["prediction"] == 4
    refused = client.post("/predict", json={"age": 1, "name": "Satrun"})
    message = (
        "unknown value 'Satrun' for feature 'name'; known: 'Earth', 'Mercury', 'Saturn'; "
        "did you mean 'Saturn'?"
    )
    assert refused.status_code == 400
    assert refused.json == {"error": message, "errors": [{"field": "name", "message": message}]}
    many = client.post("/predict", json=[{"age": 1, "name": "Earth"}, {"age": 1, "name": "Mars"}])
    assert many.status_code == 400
    assert [fault["record"] for fault in many.json["errors"]] == [1]
