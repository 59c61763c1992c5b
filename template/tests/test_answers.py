"""The service answers as the notebook did."""

import pytest

from service.compare import same_answer


def named(contract, answer):
    """Return an answer as the object that it stands in, alone or among others."""
    if isinstance(answer, dict) and not contract.classes:
        return answer
    return {contract.answer_name: answer}


def as_response(contract, call):
    """Return what the service must make of a recorded call's answers."""
    version = {"model_version": contract.model_version}
    answers = [named(contract, answer) for answer in call["answers"]]
    return {"predictions": answers, **version} if call["many"] else {**version, **answers[0]}


@pytest.mark.usefixtures("steady")
def test_recorded_calls_are_answered_as_in_the_notebook(server, contract, calls):
    for call in calls:
        status, found = server.post(call["records"] if call["many"] else call["records"][0])
        assert status == 200, (call, found)
        assert same_answer(found, as_response(contract, call)), (call, found)


@pytest.mark.usefixtures("steady")
def test_many_records_are_answered_like_each_alone(server, contract, records):
    status, found = server.post(records)
    assert status == 200, found
    assert found["model_version"] == contract.model_version
    assert len(found["predictions"]) == len(records)
    if not contract.rowwise:
        return  # the notebook's predict looks across the rows: alone is another question
    for record, answer in zip(records, found["predictions"], strict=True):
        status, alone = server.post(record)
        assert status == 200
        assert same_answer(alone, {"model_version": contract.model_version, **answer}), record


@pytest.mark.usefixtures("steady")
def test_unknown_fields_are_ignored(client, record):
    unknown = {**record, "no such feature in any notebook": [1]}
    assert client.post("/predict", json=unknown).json == client.post("/predict", json=record).json


@pytest.mark.usefixtures("steady")
def test_the_order_of_fields_does_not_matter(client, record):
    turned = dict(reversed(record.items()))
    assert client.post("/predict", json=turned).json == client.post("/predict", json=record).json


def test_the_service_is_alive_and_ready(server, contract):
    assert server.get("/healthz") == (200, {"status": "ok"})
    assert server.get("/readyz") == (
        200,
        {"status": "ready", "model_version": contract.model_version},
    )


def test_answers_are_neither_cached_nor_guessed_at(client, record):
    headers = client.post("/predict", json=record).headers
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"
