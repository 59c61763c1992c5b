"""What the proof found holds over HTTP, too: other ways of asking change no answer."""

import json
import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from model.loading import CHANGED
from service.app import build_app
from service.compare import same_answer
from service.contract import CONTRACT_FILE, Contract
from service.predictor import Predictor
from service.proof import prove
from service.proof.asking import recorded_calls
from service.proof.checks import check
from service.proof.reload import reload_predict
from service.settings import Settings
from tests.conftest import TWO_FEATURES
from tests.server import Server
from tests.test_answers import as_response, named

MODEL = CONTRACT_FILE.parent
DRAWN = [call for call in recorded_calls(MODEL) if call.get("drawn")]
THREADS = 8


def _tables(contract, calls):
    """Return the calls of which each row has an answer of its own."""
    return [call for call in calls if call["many"] and len(call["records"]) > 1][:20]


@pytest.mark.usefixtures("steady")
def test_random_records_are_answered_as_in_the_notebook(server, contract):
    for call in DRAWN:
        status, found = server.post(call["records"][0])
        if "error" in call:
            assert status in (400, 500), call
            assert call["error"] not in json.dumps(found)
        else:
            assert status == 200, (call, found)
            assert same_answer(found, as_response(contract, call)), (call, found)


@pytest.mark.usefixtures("steady")
def test_answers_follow_their_rows(server, contract, calls):
    if not contract.rowwise:
        pytest.skip("predict looks across the rows of a request: the contract says so")
    for call in _tables(contract, calls):
        order = list(range(len(call["records"])))
        random.Random(1).shuffle(order)
        status, found = server.post([call["records"][row] for row in order])
        assert status == 200
        expected = [named(contract, call["answers"][row]) for row in order]
        assert same_answer(found["predictions"], expected), call


@pytest.mark.usefixtures("steady")
def test_the_same_call_is_answered_alike_after_all_others(server, contract, calls):
    bodies = [call["records"] if call["many"] else call["records"][0] for call in calls]
    first = [server.post(body) for body in bodies]
    again = [server.post(body) for body in reversed(bodies)]
    for (status, one), (_, other) in zip(first, reversed(again), strict=True):
        assert status == 200
        assert same_answer(other, one)


def test_many_at_once_are_answered_like_each_alone(tmp_path, contract, records):
    asked = (records * THREADS)[: 8 * THREADS]
    start = threading.Barrier(THREADS)
    with Server(tmp_path / "log", PREDICT_CONCURRENCY="4") as running:
        server = running.until_ready()
        alone = [server.post(record) for record in asked]

        def ask(number):
            start.wait(60)
            mine = range(number, len(asked), THREADS)
            return [(at, server.post(asked[at])) for at in mine]

        with ThreadPoolExecutor(THREADS) as pool:
            answered = [pair for pairs in pool.map(ask, range(THREADS)) for pair in pairs]
    for at, (status, found) in answered:
        assert status == alone[at][0]
        assert contract.stateful or same_answer(found, alone[at][1]), asked[at]


def test_make_prove_finds_nothing_that_the_contract_does_not_tell_of(contract, capsys):
    if CHANGED:
        pytest.skip("a parameter was set: it is there to change answers")
    assert prove.main() == 0
    printed = capsys.readouterr().out
    assert f"{len(recorded_calls(MODEL)) - len(DRAWN)} recorded calls" in " ".join(printed.split())
    assert printed.splitlines()[-1].startswith("proven")


def test_a_difference_is_news(contract):
    calls = [{"records": [{"age": 1}], "answers": [2.0], "many": False}]
    two = Contract.from_dict(TWO_FEATURES)
    found = check(lambda record: 3.0, two, calls, lambda: lambda record: 3.0, MODEL)
    assert prove.news(two, found) == ["call 1: the notebook answered 2.0, the service 3.0"]
    assert list(prove.report(two, found))[-1].startswith("NOT PROVEN")


def test_what_the_contract_tells_of_is_no_news():
    asked = []

    def counts(record):
        asked.append(1)
        return len(asked)

    calls = [{"records": [{"age": 1}], "answers": [1], "many": False}]
    two = Contract.from_dict(TWO_FEATURES)
    told = Contract.from_dict(
        {**TWO_FEATURES, "predict": {**TWO_FEATURES["predict"], "stateful": True}}
    )
    found = check(counts, two, calls, lambda: counts, MODEL)
    assert prove.news(two, found) == ["call 1 is answered otherwise when it is repeated: 1, then 2"]
    assert prove.news(told, found) == []
    assert list(prove.report(told, found))[-1].startswith("proven; the contract tells")


def test_code_is_loaded_anew(contract):
    one, other = (reload_predict(contract.function, MODEL) for _ in range(2))
    assert one is not other


@pytest.mark.parametrize(
    ("said", "together"),
    [
        pytest.param({}, 3, id="as many as the setting says"),
        pytest.param({"rowwise": False}, 1, id="never two where rows mix"),
        pytest.param({"stateful": True}, 1, id="never two where calls mix"),
    ],
)
def test_how_many_predictions_run_together(monkeypatch, said, together):
    contract = Contract.from_dict(
        {**TWO_FEATURES, "predict": {**TWO_FEATURES["predict"], **said}, "examples": []}
    )
    running, most, lock = [], [], threading.Lock()
    full = threading.Event()

    def predict(record):
        with lock:
            running.append(1)
            most.append(len(running))
            if len(running) == together:
                full.set()
        full.wait(5)
        with lock:
            running.pop()
        return 1

    monkeypatch.setattr("service.predictor._load_predict", lambda function: predict)
    predictor = Predictor(contract)
    predictor.start()
    app = build_app(predictor, Settings(predict_concurrency=3))
    with ThreadPoolExecutor(6) as pool:
        asks = [pool.submit(app.test_client().post, "/predict", json={"age": 1}) for _ in range(6)]
        assert [one.result().status_code for one in asks] == [200] * 6
    assert max(most) == together


def test_one_that_remembers_may_answer_its_example_otherwise(serve):
    examples = [{"record": {"age": 1}, "answer": 1}]
    predict = {**TWO_FEATURES["predict"], "stateful": True}
    client = serve(lambda record: 2, predict=predict, examples=examples)
    assert client.get("/readyz").status_code == 200
