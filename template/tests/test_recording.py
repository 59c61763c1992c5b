"""The record of each request, and what the log tells of it."""

import json
import logging

import pytest

from service import predictor
from service.app import build_app
from service.contract import Contract
from service.http.logs import log_request
from service.outcomes import Outcome
from service.predictor import Predictor
from service.request_record import RequestRecord
from service.settings import Settings
from tests.conftest import TWO_FEATURES


@pytest.fixture
def told(monkeypatch):
    """A client of a service, and the records that its sink was told of."""

    def predict(record):
        return 1 / record["age"]

    monkeypatch.setattr(predictor, "_load_predict", lambda function: predict)
    ready = Predictor(Contract.from_dict(TWO_FEATURES))
    ready.start()
    records: list[RequestRecord] = []
    return build_app(ready, Settings(), [records.append]).test_client(), records


@pytest.mark.parametrize(
    ("sent", "status", "outcome", "rows"),
    [
        pytest.param([{"age": 1}, {"age": 2}], 200, Outcome.OK, 2, id="answered"),
        pytest.param({"age": "x"}, 400, Outcome.INVALID, 0, id="invalid"),
        pytest.param({"age": 0}, 500, Outcome.FAILED, 1, id="failed"),
    ],
)
def test_each_request_is_told_once(told, sent, status, outcome, rows):
    client, records = told
    response = client.post("/predict", json=sent, buffered=True)
    (record,) = records
    assert (record.method, record.route) == ("POST", "/predict")
    assert (record.status, record.outcome, record.rows) == (status, outcome, rows)
    assert record.model_version == "two-1"
    assert record.total_ms >= record.queue_ms + record.predict_ms
    assert response.headers["X-Request-ID"] == record.id


@pytest.mark.parametrize(("path", "method"), [("/no/such?secret=1", "GET"), ("/predict", "PUT")])
def test_the_route_is_never_what_the_client_wrote(told, path, method):
    client, records = told
    client.open(path, method=method, buffered=True)
    assert (records[0].route, records[0].outcome) == ("unknown", Outcome.NOT_FOUND)


@pytest.mark.parametrize(
    ("given", "kept"),
    [pytest.param("abc-1", True, id="kept"), pytest.param("a b\tc", False, id="unsafe")],
)
def test_every_answer_has_a_request_id(told, given, kept):
    client, _ = told
    response = client.get("/healthz", headers={"X-Request-ID": given})
    assert (response.headers["X-Request-ID"] == given) is kept
    assert response.headers["X-Request-ID"]


def test_the_log_has_a_line_of_json_for_a_request_and_none_for_a_probe(caplog):
    with caplog.at_level(logging.INFO, "service.requests"):
        log_request(RequestRecord(route="/healthz", status=200))
        log_request(RequestRecord(id="a", route="/predict", status=200, predict_ms=1.23456))
    lines = [json.loads(record.message) for record in caplog.records]
    assert {line["request_id"]: line["predict_ms"] for line in lines} == {"a": 1.235}


def test_a_probe_that_fails_is_worth_a_line(caplog):
    with caplog.at_level(logging.INFO, "service.requests"):
        log_request(RequestRecord(route="/readyz", status=503, outcome=Outcome.NOT_READY))
    assert '"outcome": "not_ready"' in caplog.text
