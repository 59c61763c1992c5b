"""Answers of NaN or infinity: null where the contract has null, else a refusal."""

import math

import pytest

from service.records.gaps import gap
from service.records.nulls import any_null

NUMBER = {"type": "number"}
MAYBE = {"type": ["number", "null"]}


@pytest.mark.parametrize(
    ("answer", "schema", "place"),
    [
        pytest.param(None, NUMBER, "", id="the answer itself"),
        pytest.param(None, MAYBE, None, id="null is allowed"),
        pytest.param(None, {}, None, id="anything is allowed"),
        pytest.param(1.5, NUMBER, None, id="a number"),
        pytest.param({"a": 1, "b": None}, {"properties": {"a": NUMBER, "b": NUMBER}}, ".b", id="b"),
        pytest.param({"c": None}, {"properties": {"a": NUMBER}}, None, id="what no schema names"),
        pytest.param([[1, None]], {"items": {"items": NUMBER}}, "[0][1]", id="in lists"),
        pytest.param([None], {"items": MAYBE}, None, id="null in a list"),
    ],
)
def test_the_gap_is_found(answer, schema, place):
    assert gap(answer, schema) == place
    # Where none is found at once, nothing looks further.
    assert place is None or any_null([answer], schema)


@pytest.mark.parametrize("nothing", [math.nan, math.inf, -math.inf, None])
def test_an_answer_that_is_none_is_refused(serve, nothing):
    schema = {"$defs": {"record": {"properties": {"age": NUMBER}}, "answer": NUMBER}}
    client = serve(lambda record: nothing if record["age"] < 0 else record["age"], **schema)
    message = "no answer: predict gives NaN, infinity or nothing for this record"
    one = client.post("/predict", json={"age": -1})
    assert (one.status_code, one.json["error"]) == (422, message)
    many = client.post("/predict", json=[{"age": 1}, {"age": -1}, {"age": 2}])
    assert many.status_code == 422
    assert many.json == {"error": message, "errors": [{"record": 1, "message": message}]}
    assert client.post("/predict", json={"age": 1}).json["prediction"] == 1


def test_null_is_answered_where_the_notebook_answered_it(serve):
    schema = {"$defs": {"record": {"properties": {"age": NUMBER}}, "answer": MAYBE}}
    client = serve(lambda record: math.nan, **schema)
    assert client.post("/predict", json={"age": 1}).json["prediction"] is None
