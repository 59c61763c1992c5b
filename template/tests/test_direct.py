"""What is answered below Flask is answered as Flask answers it."""

import json

import pytest
from flask import Flask
from werkzeug.exceptions import ImATeapot
from werkzeug.test import Client

from service.app import build_app
from service.contract import Contract
from service.http.direct import Direct
from service.outcomes import Outcome
from service.predictor import Predictor
from service.request_record import RequestRecord
from service.settings import Settings
from tests.conftest import TWO_FEATURES


class Asked(Predictor):
    """A predict that answers, or raises what the record asks for."""

    problem = None

    def answer(self, records):
        for record in records:
            if record["name"] == "fails":
                raise RuntimeError("no")
            if record["name"] == "teapot":
                raise ImATeapot
        return [record["age"] * 2 for record in records]


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def app(told):
    predictor = Asked(Contract.from_dict(TWO_FEATURES))
    predictor.problem = None
    return build_app(predictor, Settings(max_body_bytes=200, max_records=3), [told.append])


def _below(app: Flask) -> Direct:
    return app.wsgi_app._app  # type: ignore[attr-defined,no-any-return]


GOOD = {"age": 3, "name": "a"}
JSON = {"content_type": "application/json"}


@pytest.mark.parametrize(
    ("data", "options"),
    [
        pytest.param(json.dumps(GOOD), JSON, id="one record"),
        pytest.param(json.dumps([GOOD, GOOD]), JSON, id="several"),
        pytest.param(json.dumps({**GOOD, "more": 1}), JSON, id="an unknown field"),
        pytest.param(json.dumps([GOOD] * 4), JSON, id="too many"),
        pytest.param(json.dumps({"age": "x"}), JSON, id="faults"),
        pytest.param("{", JSON, id="no JSON"),
        pytest.param(b"\xff", JSON, id="no text"),
        pytest.param("", JSON, id="nothing"),
        pytest.param(" " * 300, JSON, id="too large"),
        pytest.param(json.dumps(GOOD), {"content_type": "text/plain"}, id="another type"),
        pytest.param(
            json.dumps(GOOD), {**JSON, "headers": {"Content-Encoding": "gzip"}}, id="packed"
        ),
        pytest.param(json.dumps({"age": 1, "name": "fails"}), JSON, id="predict raises"),
        pytest.param(
            json.dumps({"age": 1, "name": "teapot"}), JSON, id="predict raises an HTTP error"
        ),
        pytest.param(json.dumps(GOOD), {**JSON, "headers": {"X-Request-ID": "mine"}}, id="an id"),
    ],
)
def test_the_answer_is_flask_s(app, told, monkeypatch, data, options):
    direct = _of(app, told, data, options)
    monkeypatch.setattr(app.wsgi_app, "_app", _below(app)._app)
    assert _of(app, told, data, options) == direct


def _of(app: Flask, told: list[RequestRecord], data, options):
    told.clear()
    response = Client(app.wsgi_app).post("/predict", data=data, **options)
    body, headers = response.get_data(as_text=True), dict(response.headers)
    response.close()
    record, own = told[0], headers.pop("X-Request-ID")
    said = (record.route, record.status, record.outcome, record.rows, record.method)
    return response.status, headers, body.replace(own, "ID"), said


def test_all_else_goes_to_flask(app, told):
    told.clear()
    for method, path, status in (
        ("GET", "/predict", 405),
        ("POST", "/predict/", 404),
        ("GET", "/healthz", 200),
    ):
        with Client(app.wsgi_app).open(path, method=method) as response:
            assert response.status_code == status
    assert [record.outcome for record in told] == [
        Outcome.NOT_FOUND,
        Outcome.NOT_FOUND,
        Outcome.OK,
    ]


def test_what_would_end_the_program_goes_on(app, monkeypatch):
    def leave(_):
        raise KeyboardInterrupt

    monkeypatch.setattr(_below(app), "_answer", leave)
    with pytest.raises(KeyboardInterrupt):
        Client(app.wsgi_app).post("/predict", json=GOOD)
