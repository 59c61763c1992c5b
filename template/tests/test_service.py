"""What the service does with any predict, tried with small ones."""

import logging
import threading
import time

import pytest

from service.app import build_app
from service.contract import Contract
from service.predictor import Predictor
from service.settings import Settings
from service.start_checks import StartError
from tests.conftest import TWO_FEATURES
from tests.server import parse_strictly

AGE = {"age": 40}


def test_a_value_gets_the_name_of_the_contract(serve):
    response = serve(lambda record: 0.5).post("/predict", json=AGE)
    assert response.json == {"prediction": 0.5, "model_version": "two-1"}


def test_a_dict_is_the_answer_and_its_own_model_version_wins(serve):
    client = serve(lambda record: {"score": 1, "model_version": "mine"})
    assert client.post("/predict", json=AGE).json == {"score": 1, "model_version": "mine"}


def test_many_answers_stand_in_the_order_of_the_records(serve):
    response = serve(lambda record: record["age"]).post("/predict", json=[{"age": 2}, {"age": 1}])
    assert response.json == {
        "predictions": [{"prediction": 2}, {"prediction": 1}],
        "model_version": "two-1",
    }


def test_numbers_that_are_none_become_null(serve):
    client = serve(lambda record: {"nan": float("nan"), "inf": [float("inf")]})
    body = parse_strictly(client.post("/predict", json=AGE).data)
    assert body == {"nan": None, "inf": [None], "model_version": "two-1"}


def test_predict_sees_features_in_order_and_nothing_else(serve):
    client = serve(lambda record: list(record.items()))
    response = client.post("/predict", json={"name": "Ada", "more": 1, "age": 40.0})
    assert response.json["prediction"] == [["age", 40], ["name", "Ada"]]


def test_optional_features_are_absent_when_they_were_not_sent(serve):
    client = serve(lambda record: "name" in record)
    assert client.post("/predict", json=AGE).json["prediction"] is False
    assert client.post("/predict", json={**AGE, "name": None}).json["prediction"] is True


def test_arguments_keep_the_defaults_of_python(serve):
    arguments = {**TWO_FEATURES["predict"], "input": "arguments"}
    client = serve(lambda age, name="nobody": f"{name} {age}", predict=arguments)
    assert client.post("/predict", json=AGE).json["prediction"] == "nobody 40"


def test_a_failure_is_told_in_the_log_only(serve, caplog):
    def predict(record):
        raise ValueError("the model's secret")

    client = serve(predict)
    with caplog.at_level(logging.ERROR, "service"):
        response = client.post("/predict", json={**AGE, "name": "Ada"})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json["request_id"] in caplog.text
    assert "the model's secret" in caplog.text
    assert "Ada" not in caplog.text


def test_an_answer_without_a_json_form_is_a_failure(serve, caplog):
    response = serve(lambda record: object()).post("/predict", json=AGE)
    assert response.status_code == 500
    assert "builtins.object has no JSON form" in caplog.text


@pytest.mark.parametrize(
    ("given", "kept"),
    [pytest.param("abc-1", True, id="kept"), pytest.param("a b\tc", False, id="unsafe")],
)
def test_the_request_id_is_the_caller_s_if_it_is_safe(serve, given, kept):
    response = serve(lambda record: 1 / 0).post(
        "/predict", json=AGE, headers={"X-Request-ID": given}
    )
    assert (response.json["request_id"] == given) is kept


def test_predict_runs_once_at_a_time(serve):
    running, most = [], []

    def predict(record):
        running.append(1)
        most.append(len(running))
        time.sleep(0.05)
        running.pop()
        return 1

    client = serve(predict)

    def ask():
        client.application.test_client().post("/predict", json=AGE)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1, 1, 1, 1]


def test_an_example_that_is_answered_otherwise_stops_the_start(serve):
    examples = [{"record": AGE, "answer": 1.0}]
    assert serve(lambda record: 1.0 + 1e-12, examples=examples).get("/readyz").status_code == 200
    with pytest.raises(
        StartError, match=r"example 1: the notebook answered 1.0, this service 1.5;"
    ):
        serve(lambda record: 1.5, examples=examples)


def test_an_example_that_fails_stops_the_start_in_one_line(serve):
    with pytest.raises(StartError, match="example 1: ZeroDivisionError: division by zero; install"):
        serve(lambda record: 1 / 0, examples=[{"record": AGE, "answer": 1}])


def test_before_the_model_is_loaded_the_service_is_not_ready():
    app = build_app(Predictor(Contract.from_dict(TWO_FEATURES)), Settings())
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.json == {"status": "not ready", "error": "the model is not loaded yet"}
    assert app.test_client().post("/predict", json=AGE).status_code == 503
    assert app.test_client().get("/healthz").status_code == 200


def test_probabilities_go_under_the_names_of_their_classes(serve):
    classes = {**TWO_FEATURES["predict"], "classes": ["no", "yes"]}
    client = serve(lambda payload: [0.2, 0.8], predict=classes)
    named = {"no": 0.2, "yes": 0.8}
    one = client.post("/predict", json={"age": 1})
    assert one.json == {"prediction": named, "model_version": "two-1"}
    many = client.post("/predict", json=[{"age": 1}])
    assert many.json == {"predictions": [{"prediction": named}], "model_version": "two-1"}
