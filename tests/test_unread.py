"""Features that predict never reads; and a contract without them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nb2service import places
from nb2service.contract.inference import Call
from nb2service.kernel.proving.unread_features import unread
from nb2service.proving.unread import leave_out
from support import an_extraction, an_inference, write_extraction, write_notebook


@pytest.fixture(autouse=True)
def service_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service's own package, as the prover has it."""
    monkeypatch.syspath_prepend(str(places.template()))


def found(folder: Path, code: str, answers: list[Any], **predict: Any) -> list[str]:
    """The features, of a, b and label, that the function `predict` of the code never reads."""
    values = [(1.0, 0.0, 3.0), (4.0, 0.0, 6.0)]
    records = [dict(zip(("a", "b", "label"), row, strict=True)) for row in values]
    if "input" in predict:
        calls = [{"records": records, "answers": answers, "many": True}]
    else:
        calls = [
            {"records": [record], "answers": [answer], "many": False}
            for record, answer in zip(records, answers, strict=True)
        ]
    from service.contract import read_contract
    from service.records.inputs import answer_records

    write_extraction(folder, code, calls, **predict)
    names: dict[str, Any] = {}
    exec(code, names)

    def ask(function: Any, contract: Any, asked: Any) -> Any:
        return answer_records(function, contract, json.loads(json.dumps(asked)))

    contract = read_contract(folder / "model" / "contract.json")
    for call in calls:
        assert ask(names["predict"], contract, call["records"]) == call["answers"]
    return list(unread(names["predict"], contract, calls, ask))


FRAME = {"input": "frame"}
ROWS = {"input": "rows", "container": "list", "row": "fields"}


@pytest.mark.parametrize(
    ("body", "answers", "contract", "names"),
    [
        pytest.param("df[['a', 'b']].sum(axis=1)", [1.0, 4.0], FRAME, ["label"], id="selects"),
        pytest.param("df['a'] * 2", [2.0, 8.0], FRAME, ["b", "label"], id="selects one"),
        pytest.param("df.sum(axis=1)", [4.0, 10.0], FRAME, [], id="reads all"),
        pytest.param(
            "df.drop(columns='label').sum(axis=1)", [1.0, 4.0], FRAME, [], id="misses what it drops"
        ),
        pytest.param(
            "df.drop(columns='label', errors='ignore').sum(axis=1)",
            [1.0, 4.0],
            FRAME,
            ["label"],
            id="drops what is there",
        ),
        pytest.param(
            "df['a'].iloc[0] + 0 * df.index", [1.0, 1.0], FRAME, ["b", "label"], id="skew"
        ),
        pytest.param("df.iloc[:, 0]", [1.0, 4.0], FRAME, ["b", "label"], id="by position"),
        pytest.param("df.iloc[:, -1]", [3.0, 6.0], FRAME, ["a", "b"], id="from behind"),
        pytest.param("[1] * len(df)", [1, 1], FRAME, [], id="reads nothing at all"),
        pytest.param("df['a']", [1.0, 4.0], {}, ["b", "label"], id="a dict"),
        pytest.param("df['a'] + df.get('b', 0)", [1.0, 4.0], {}, ["label"], id="a default"),
        pytest.param("sum(df.values())", [4.0, 10.0], {}, [], id="the whole dict"),
        pytest.param(
            "[r['a'] for r in df]", [1.0, 4.0], ROWS, ["b", "label"], id="dicts in a list"
        ),
        pytest.param(
            "[r['a'] + r.get('b', 0) for r in df]", [1.0, 4.0], ROWS, ["label"], id="rows"
        ),
    ],
)
def test_what_it_never_reads(
    tmp_path: Path, body: str, answers: list[Any], contract: dict[str, Any], names: list[str]
) -> None:
    code = f"def predict(df):\n    return {body}"
    assert found(tmp_path, code, answers, **contract) == names


def test_a_look_that_is_caught_is_a_look(tmp_path: Path) -> None:
    code = "def predict(p):\n    try:\n        p['b'] > 9\n    except Exception:\n        pass\n"
    assert found(tmp_path, code + "    return p['a']", [1.0, 4.0]) == ["label"]


def test_what_only_some_calls_read_is_read(tmp_path: Path) -> None:
    code = "def predict(p):\n    return p['b'] if p['a'] > 2 else 1.0"
    assert found(tmp_path, code, [1.0, 0.0]) == ["label"]


def test_left_out_of_schema_calls_and_note(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", "def predict(p):\n    return p['a']\npredict({})")
    record = {"type": "object", "properties": {"a": {}, "id": {}}, "required": ["a", "id"]}
    calls = (Call([{"a": 1, "id": 7}], [1], many=False),)
    _, taken = an_extraction(path, inference=an_inference(record=record, calls=calls))
    left = leave_out(taken, ["id"])
    assert left.inference.record == {"type": "object", "properties": {"a": {}}, "required": ["a"]}
    assert left.inference.calls == (Call([{"a": 1}], [1], many=False),)
    assert left.notes == (
        "predict never reads id, though the notebook hands it over: no request needs it.",
    )
