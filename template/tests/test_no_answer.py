"""Records at which the notebook's own code raises: they have no answer, and predict is not ill."""

import json

import pytest

from service.contract import CONTRACT_FILE

FILE = CONTRACT_FILE.parent / "predict.py"
LINES = json.loads((CONTRACT_FILE.parent / "lines.json").read_text(encoding="utf-8"))
FIRST, LAST, CELL, LINE = LINES["predict.py"][-1]
PLACE = f"{LINES['notebook']}, cell {CELL}" + (f", line {LINE + LAST - FIRST}" if LINE else "")
AGES = {"properties": {"age": {"type": "integer", "x-seen": {"min": 1, "max": 50}}}}
EXAMPLE = {"record": {"age": 30}, "answer": 30}


@pytest.fixture
def ask(serve):
    """Return a function that asks a predict which does this in the last line of its cell."""

    def ask(does, body, **said):
        scope = {"healthy": [True]}
        code = "\n" * (LAST - 1) + f"def predict(record): return {does}"
        exec(compile(code, str(FILE), "exec"), scope)
        told = {"$defs": {"record": {**AGES, "required": ["age"]}}, "examples": [EXAMPLE]}
        client = serve(scope["predict"], **{**told, **said})
        scope["healthy"].clear()
        return client.post("/predict", json=body)

    return ask


WITHIN = "{40: {}['secret']}[40] if record['age'] == 40 else record['age']"


def test_a_record_whose_values_are_all_usual_has_no_answer(ask):
    response = ask(WITHIN, {"age": 40})
    assert response.status_code == 422
    message = f"no answer: predict raises KeyError ({PLACE}) for this record"
    assert response.json == {"error": message, "errors": [{"message": message}]}


def test_in_a_batch_it_is_told_by_its_place_beside_what_others_sent(ask):
    response = ask(WITHIN, [{"age": 40 if at == 3 else at + 1} for at in range(9)])
    assert response.status_code == 422
    assert [fault["record"] for fault in response.json["errors"]] == [3]
    both = "1 / 0 if record['age'] in (40, 99) else record['age']"
    response = ask(both, [{"age": 40}, {"age": 2}, {"age": 99}])
    assert response.status_code == 400
    told = [(fault["record"], fault.get("field")) for fault in response.json["errors"]]
    assert told == [(0, None), (2, "age")]


@pytest.mark.parametrize(
    ("does", "said"),
    [
        pytest.param("record['age'] if healthy else {}['x']", {}, id="nothing is answered now"),
        pytest.param(WITHIN, {"examples": []}, id="nothing to compare with"),
        pytest.param("missing if record['age'] == 40 else record['age']", {}, id="a name"),
        pytest.param("open('/no') if record['age'] == 40 else record['age']", {}, id="a file"),
    ],
)
def test_what_is_no_value_s_doing_stays_predict_s_own_fault(ask, does, said):
    assert ask(does, {"age": 40}, **said).status_code == 500


def test_records_that_fail_together_only_are_to_be_sent_apart(ask):
    rows = {
        "function": "predict",
        "input": "rows",
        "container": "list",
        "answer_name": "prediction",
        "answer": "value",
        "rowwise": False,
    }
    does = "[row['age'] for row in record] if len(record) == 1 else [][0]"
    response = ask(does, [{"age": 2}, {"age": 3}], predict=rows)
    assert response.status_code == 422
    message = f"no answer: predict raises IndexError ({PLACE}) for these records together"
    assert response.json["error"] == f"{message}; send them apart"
