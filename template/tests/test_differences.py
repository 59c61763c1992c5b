"""How far answers are from the notebook's is told in one line, the largest difference first."""

import pytest

from service.contract import CONTRACT_FILE, Contract
from service.proof import differences as told_by
from service.proof.differences import differences
from tests.conftest import TWO_FEATURES

MODEL = CONTRACT_FILE.parent
TWO = Contract.from_dict({**TWO_FEATURES, "examples": []})
CALLS = [
    {"records": [{"age": 1}], "answers": [{"p": 1.0, "all": [1, 2]}], "many": False},
    {"records": [{"age": 2}, {"age": 3}], "answers": [{"p": 5.0}, {"p": "a"}], "many": True},
    {"records": [{"age": 0}], "error": "ValueError: no", "many": False},
]


def _told(answers):
    return differences(lambda: lambda record: answers[record["age"]], TWO, CALLS, MODEL)


SAME = {1: {"p": 1.0, "all": [1, 2]}, 2: {"p": 5.0}, 3: {"p": "a"}, 0: {"p": 0}}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        pytest.param({}, "", id="none"),
        pytest.param({1: {"p": 1.0 + 1e-9, "all": [1, 2]}}, "", id="within the tolerance"),
        pytest.param(
            {1: {"p": 1.0, "all": [1, 4]}, 2: {"p": 5.5}},
            "2 of 3 answers differ; the largest difference: 2, here 4 (all[1], call 1)",
            id="numbers",
        ),
        pytest.param(
            {3: {"p": "b"}},
            '1 of 3 answers differ; call 2, row 2: {"p": "a"}, here {"p": "b"}',
            id="words",
        ),
    ],
)
def test_what_differs(other, told):
    assert _told({**SAME, **other}) == told


def test_a_call_that_fails():
    assert _told({2: {}, 3: {}}) == "1 of 3 calls fail: call 1 fails: KeyError: 1"


def test_the_model_of_this_service_agrees(steady, capsys):
    assert told_by.main() == 0
    assert capsys.readouterr().out == "\n"


def test_a_model_that_does_not_load(monkeypatch, capsys):
    def fails(function, model):
        raise ImportError("no such\nlibrary")

    monkeypatch.setattr(told_by, "reload_predict", fails)
    assert told_by.main() == 1
    assert capsys.readouterr().out == "the model does not load: ImportError: no such library\n"
