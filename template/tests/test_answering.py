"""The middle of the service, without HTTP: documents in, answers or refusals out."""

import pytest

from service import predictor
from service.answering import Answerer
from service.contract import Contract
from service.gate.gate import Gate
from service.gate.ticket import Limits
from service.outcomes import Answers, Outcome, Refusal
from service.predictor import Predictor
from service.request_record import RequestRecord, current
from tests.conftest import TWO_FEATURES

LIMITS = Limits(running=1, waiting=4, rows=10, queue_timeout=5, predict_timeout=5)


@pytest.fixture
def answerer(monkeypatch):
    def predict(record):
        if record["age"] > 90:
            error = ValueError("the notebook leaves such rows out: age <= 90 (cell 3)")
            vars(error)["left_out"] = "age <= 90 (cell 3)"
            raise error
        return 1 / record["age"]

    monkeypatch.setattr(predictor, "_load_predict", lambda function: predict)
    ready = Predictor(Contract.from_dict(TWO_FEATURES))
    ready.start()
    return Answerer(ready, Gate(ready.answer, LIMITS), max_records=2)


def test_a_record_and_a_list_of_them(answerer):
    assert answerer.answer({"age": 2}) == Answers([0.5], many=False)
    assert answerer.answer([{"age": 2}, {"age": 4}]) == Answers([0.5, 0.25], many=True)


@pytest.mark.parametrize(
    ("document", "outcome", "message"),
    [
        pytest.param(7, Outcome.INVALID, "expected a JSON object", id="no record"),
        pytest.param({}, Outcome.INVALID, "missing feature: age", id="missing"),
        pytest.param([{"age": 1}] * 3, Outcome.TOO_LARGE, "3 records are more than 2", id="many"),
        pytest.param({"age": 0}, Outcome.FAILED, "the service could not answer", id="predict"),
    ],
)
def test_a_refusal_is_no_exception(answerer, document, outcome, message):
    refusal = answerer.answer(document)
    assert refusal.outcome is outcome
    assert refusal.message.startswith(message)


def test_before_the_start_there_is_no_answer():
    unloaded = Predictor(Contract.from_dict(TWO_FEATURES))
    waiting = Answerer(unloaded, Gate(unloaded.answer, LIMITS), 2)
    found = waiting.answer({"age": 1})
    assert isinstance(found, Refusal)
    assert found.outcome is Outcome.NOT_READY


def test_the_record_of_the_request_counts_the_rows(answerer):
    record = RequestRecord()
    token = current.set(record)
    answerer.answer([{"age": 1}, {"age": 2}])
    current.reset(token)
    assert record.rows == 2


@pytest.mark.parametrize(
    ("document", "faults"),
    [
        pytest.param({"age": 99}, [{}], id="alone"),
        pytest.param([{"age": 1}, {"age": 99}], [{"record": 1}], id="among others"),
        pytest.param([{"age": 95}, {"age": 99}], [{"record": 0}, {"record": 1}], id="all"),
    ],
)
def test_a_record_that_the_notebook_leaves_out_has_no_answer(answerer, document, faults):
    refusal = answerer.answer(document)
    message = "the notebook leaves such rows out: age <= 90 (cell 3)"
    assert refusal.outcome is Outcome.NO_ANSWER
    assert refusal.message == message
    assert list(refusal.faults) == [{**fault, "message": message} for fault in faults]
