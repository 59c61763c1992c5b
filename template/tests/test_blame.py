"""Whom the service blames when predict raises: the record and the value, and nobody else."""

import pytest

from service.contract import Contract
from service.records.blame import Search
from tests.conftest import TWO_FEATURES

RECORD = {
    "properties": {
        "age": {"type": "number", "x-seen": {"min": 18, "max": 79}},
        "name": {"type": ["string", "null"], "x-known": ["Ann", "Bob"]},
        "note": {"type": ["string", "null"]},
    },
    "required": ["age"],
}
EXAMPLE = {"record": {"age": 30, "name": "Ann", "note": "fine"}, "answer": 30}


def _predict(record):
    if record["age"] > 1e30 or record["age"] < 0:
        raise ValueError("too large or too small")
    if record["age"] == 40:
        raise ZeroDivisionError
    if record.get("note") == "":
        raise IndexError
    return record["age"] * {"Ann": 1, "Bob": 2, "Eve": 3}[record.get("name") or "Ann"]


@pytest.fixture
def client(serve):
    return serve(_predict, **{"$defs": {"record": RECORD}, "examples": [EXAMPLE]})


@pytest.mark.parametrize(
    ("record", "field", "message"),
    [
        pytest.param(
            {"age": 1e308},
            "age",
            "feature age: predict does not take 1e+308; the notebook had 18 to 79",
            id="too large",
        ),
        pytest.param(
            {"age": -3, "name": "Eve"},
            "age",
            "feature age: predict does not take -3; the notebook had 18 to 79",
            id="beside an unknown value that predict takes",
        ),
        pytest.param(
            {"age": 20, "name": "Bo"},
            "name",
            "unknown value 'Bo' for feature 'name'; known: 'Ann', 'Bob'; did you mean 'Bob'?",
            id="unknown",
        ),
        pytest.param(
            {"age": 20, "note": ""},
            "note",
            'feature note: predict does not take a string ("")',
            id="an empty text",
        ),
    ],
)
def test_the_value_is_named(client, record, field, message):
    response = client.post("/predict", json=record)
    assert response.status_code == 400
    assert response.json == {"error": message, "errors": [{"field": field, "message": message}]}


def test_two_values_that_fail_each_are_both_named(client):
    response = client.post("/predict", json={"age": -1, "name": "Zoe"})
    assert response.status_code == 400
    assert [fault["field"] for fault in response.json["errors"]] == ["age", "name"]


@pytest.mark.parametrize(
    ("known", "text", "told"),
    [
        pytest.param(["2024-01-31", "2023-05-02"], "soon", "dates such as", id="no date"),
        pytest.param(["2024-01-31", "2023-05-02"], "2024-01-32", "known: ", id="an unknown date"),
        pytest.param(["3", "4.5"], "many", "numbers such as", id="no number"),
    ],
)
def test_of_dates_and_numbers_in_texts_the_kind_is_told(serve, known, text, told):
    day = {"type": "string", "x-known": known, "x-unknown": "refused"}
    client = serve(
        lambda record: known.index(record["day"]),
        **{
            "$defs": {"record": {"properties": {"day": day}, "required": ["day"]}},
            "examples": [{"record": {"day": known[0]}, "answer": 0}],
        },
    )
    response = client.post("/predict", json=[{"day": known[1]}, {"day": text}])
    assert response.status_code == 400
    (fault,) = response.json["errors"]
    assert (fault["record"], fault["field"]) == (1, "day")
    assert told in fault["message"]
    assert text in fault["message"]


def test_what_the_notebook_itself_had_is_predict_s_own_fault(client):
    response = client.post("/predict", json={"age": 40})
    assert response.status_code == 500
    assert set(response.json) == {"error", "request_id"}


def test_of_a_batch_the_failing_records_alone_are_named(client):
    batch = [{"age": 20 + at % 9, "name": "Eve"} for at in range(200)]
    batch[7] = {"age": -1}
    batch[130] = {"age": 21, "name": "Bo"}
    response = client.post("/predict", json=batch)
    assert response.status_code == 400
    found = [(fault["record"], fault["field"]) for fault in response.json["errors"]]
    assert found == [(7, "age"), (130, "name")]


def test_what_fails_together_only_is_answered_one_by_one(serve):
    asked = []

    def predict(rows):
        asked.append(len(rows))
        ages = [row["age"] for row in rows]
        if len(rows) > 1 and None in ages:
            raise ValueError("mixed")
        return [2 * (age or 0) for age in ages]

    age = {"type": ["number", "null"]}
    client = serve(
        predict,
        **{
            "$defs": {"record": {"properties": {"age": age}, "required": []}},
            "predict": {
                "function": "predict",
                "input": "rows",
                "container": "list",
                "answer_name": "prediction",
                "answer": "value",
                "rowwise": True,
            },
        },
    )
    batch = [{"age": at} for at in range(8)] + [{"age": None}]
    response = client.post("/predict", json=batch)
    assert response.status_code == 200
    assert response.json["predictions"] == [
        {"prediction": answer} for answer in (0, 2, 4, 6, 8, 10, 12, 14, 0)
    ]
    assert len(asked) > 2


def test_waiting_for_others_costs_the_search_nothing(monkeypatch):
    now = [0.0]
    monkeypatch.setattr("service.records.blame.monotonic", lambda: now[0])

    def ask(records):
        now[0] += 3.0  # in the queue
        return [_predict(record) for record in records]

    said = {**TWO_FEATURES, "$defs": {"record": RECORD}, "examples": [EXAMPLE]}
    search = Search(ask, Contract.from_dict(said))
    assert [fault["field"] for fault in search.faults({"age": -1})] == ["age"]


def test_the_search_ends(serve, monkeypatch):
    """A search that finds nothing in its time leaves what predict raised, and costs no more."""
    monkeypatch.setattr("service.records.blame.SECONDS", -1.0)
    client = serve(_predict, **{"$defs": {"record": RECORD}, "examples": [EXAMPLE]})
    assert client.post("/predict", json={"age": -1}).status_code == 500


def test_only_so_many_failing_records_are_looked_at(client):
    response = client.post("/predict", json=[{"age": -1}] * 1000)
    assert response.status_code == 400
    assert [fault["record"] for fault in response.json["errors"]] == list(range(20))
