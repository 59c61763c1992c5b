"""`nb2service diff`: what changed between two contracts, in words."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from nb2service import places
from nb2service.cli import main
from nb2service.comparing.compare import compare
from nb2service.comparing.read import read_contract

TOY = places.template() / "model" / "contract.json"

OLD: dict[str, Any] = {
    "$defs": {
        "record": {
            "properties": {
                "age": {"type": "number", "x-seen": {"min": 1, "max": 9}},
                "born": {"type": "string", "format": "date-time", "x-dtype": "datetime64[us]"},
                "city": {"type": "string", "enum": ["Rome", "Ulm"]},
                "note": {"type": ["string", "null"]},
                "v": {
                    "type": "array",
                    "items": {"type": "number"},
                    "minItems": 2,
                    "maxItems": 2,
                },
            },
            "required": ["age", "born", "city", "v"],
        },
        "answer": {"type": "number"},
    },
    "predict": {"function": "predict", "input": "record", "answer": "value", "answer_name": "y"},
    "model_version": "v1",
    "artifacts": {"m.joblib": {"type": "a.b.Model", "bytes": 5, "sha256": "0" * 64}},
    "parameters": {"CUT": {"type": "float", "default": 0.5}},
    "examples": [{"record": {"age": 1, "v": [1, 2]}, "answer": 1.5}],
    "provenance": {"notebook_sha256": "1" * 64, "cell": 3, "packages": {"numpy": "2.1"}},
}


def changed(**features: Any) -> dict[str, Any]:
    """The contract with other features; None removes one."""
    new = copy.deepcopy(OLD)
    properties = new["$defs"]["record"]["properties"]
    for name, schema in features.items():
        if schema is None:
            del properties[name]
        else:
            properties[name] = {**properties.get(name, {}), **schema}
    return new


@pytest.mark.parametrize(
    ("features", "text", "breaks"),
    [
        pytest.param({"note": None}, "feature note is gone; it was a string or null", False, id="gone"),
        pytest.param(
            {"more": {"type": "boolean"}}, "feature more is new, optional: a boolean", False, id="new"
        ),
        pytest.param(
            {"age": {"type": "integer"}}, "feature age is an integer; it was a number", True,
            id="narrower",
        ),
        pytest.param(
            {"age": {"type": ["number", "null"]}},
            "feature age is a number or null; it was a number", False, id="wider",
        ),
        pytest.param(
            {"note": {"type": "string"}}, "feature note is a string; it was a string or null", True,
            id="null no longer",
        ),
        pytest.param(
            {"born": {"x-dtype": "datetime64[ns]"}},
            "feature born is a date and time, datetime64[ns]; it was a date and time, datetime64[us]",
            False, id="another dtype",
        ),
        pytest.param(
            {"city": {"enum": ["Rome", "Ulm", "Bath"]}},
            'feature city is a string, one of "Rome", "Ulm", "Bath"; it was a string, one of "Rome", '
            '"Ulm"', False, id="one more category",
        ),
        pytest.param(
            {"city": {"enum": ["Rome"]}},
            'feature city is a string, one of "Rome"; it was a string, one of "Rome", "Ulm"', True,
            id="one category less",
        ),
        pytest.param(
            {"note": {"x-known": ["a"]}}, 'feature note: "a" is known now', False, id="known"
        ),
        pytest.param(
            {"note": {"x-unknown": "refused"}},
            "feature note: a value that is not known is refused now", True, id="refused",
        ),
        pytest.param(
            {"age": {"x-seen": {"min": 1, "max": 20}}},
            "feature age was seen from 1 to 20; it was from 1 to 9", False, id="a range",
        ),
        pytest.param(
            {"v": {"items": {"type": "integer"}}},
            "feature v is an array of 2, each an integer; it was an array of 2, each a number", True,
            id="items",
        ),
        pytest.param(
            {"v": {"minItems": 3, "maxItems": 3}},
            "feature v is an array of 3, each a number; it was an array of 2, each a number", True,
            id="length",
        ),
        pytest.param(
            {"age": {"x-python": "float"}},
            'feature age is a number, x-python "float"; it was a number', False, id="a word of ours",
        ),
    ],
)  # fmt: skip
def test_features(features: dict[str, Any], text: str, breaks: bool) -> None:
    (change,) = compare(OLD, changed(**features))
    assert (change.about, change.text, change.breaks) == ("feature", text, breaks)


def test_required_and_optional() -> None:
    new = copy.deepcopy(OLD)
    new["$defs"]["record"]["required"] = ["age", "born", "note", "v"]
    assert [(c.text, c.breaks) for c in compare(OLD, new)] == [
        ("feature note is required now", True),
        ("feature city is optional now", False),
    ]


def test_a_new_order_is_told_and_a_feature_less_is_none() -> None:
    new = changed(note=None)
    properties = new["$defs"]["record"]["properties"]
    new["$defs"]["record"]["properties"] = dict(reversed(properties.items()))
    assert [c.text for c in compare(OLD, new)] == [
        "feature note is gone; it was a string or null",
        "the features are in another order: v, city, born, age",
    ]


def other(path: str, value: Any) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    *way, last = path.split("/")
    inside = new
    for name in way:
        inside = inside[int(name) if name.isdigit() else name]
    inside[last] = value
    return new


@pytest.mark.parametrize(
    ("path", "value", "text", "breaks"),
    [
        pytest.param(
            "$defs/answer", {"type": "string"}, "an answer is a string; it was a number", True,
            id="answer",
        ),
        pytest.param(
            "predict/answer_name", "z", "an answer stands under 'z'; it stood under 'y'", True,
            id="its name",
        ),
        pytest.param(
            "predict/input", "frame", 'predict takes "frame"; it was "record"', False, id="input"
        ),
        pytest.param(
            "predict/guards", ["df['age'] > 3 (cell 2)"],
            "rows that the notebook leaves out are refused now: df['age'] > 3 (cell 2)", True,
            id="guard",
        ),
        pytest.param(
            "examples/0/answer", 2.5, "example 1 is answered 2.5; it was 1.5", False, id="example"
        ),
        pytest.param(
            "artifacts/m.joblib/sha256", "a" * 64,
            "artifact m.joblib is Model, 5 bytes, sha256 aaaaaaaaaaaa; it was Model, 5 bytes, sha256 "
            "000000000000", False, id="artifact",
        ),
        pytest.param("artifacts", {}, "artifact m.joblib is gone; it was Model, 5 bytes, sha256 "
                     "000000000000", False, id="artifact gone"),
        pytest.param(
            "parameters/CUT/default", 0.7, "parameter CUT is 0.7; it was 0.5", False, id="parameter"
        ),
        pytest.param("model_version", "v2", "model_version is v2; it was v1", False, id="version"),
        pytest.param(
            "provenance/packages/numpy", "2.2", "package numpy is 2.2; it was 2.1", False,
            id="package",
        ),
        pytest.param(
            "provenance/notebook_sha256", "2" * 64,
            "the notebook's code is sha256 222222222222; it was sha256 111111111111", False,
            id="notebook",
        ),
    ],
)  # fmt: skip
def test_the_rest(path: str, value: Any, text: str, breaks: bool) -> None:
    change, *more = compare(OLD, other(path, value))
    assert (change.text, change.breaks) == (text, breaks)
    still = 'the model is another one, and model_version is still "v1"'
    assert [one.text for one in more] == ([still] if "artifacts" in path else [])


def test_another_model_of_another_version() -> None:
    new = {**other("artifacts", {}), "model_version": "v2"}
    assert not [change for change in compare(OLD, new) if "still" in change.text]


def test_every_part_of_a_real_contract_is_compared() -> None:
    toy = read_contract(TOY)
    assert compare(toy, copy.deepcopy(toy)) == []
    for part in ("model_version", "artifacts", "parameters", "examples", "provenance", "predict"):
        new = copy.deepcopy(toy)
        new[part] = {
            "examples": [{**e, "answer": None} for e in toy["examples"]],
            "parameters": {"P": {"type": "int", "default": 1}},
            "model_version": "another",
            "predict": {**toy["predict"], "rowwise": False},
        }.get(part, {})
        assert compare(toy, new), part


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = tmp_path / "contract.json"
    new.write_text(json.dumps(changed(age={"type": "integer"}, note=None)))
    old = tmp_path / "old.json"
    old.write_text(json.dumps(OLD))
    assert main(["diff", str(old), str(old)]) == 0
    assert capsys.readouterr().out == "The contracts are alike.\n"
    assert main(["diff", str(old), str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Clients notice:",
        "  feature age is an integer; it was a number",
        "Besides:",
        "  feature note is gone; it was a string or null",
    ]
    assert main(["diff", str(old), str(new), "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["alike"] is False
    assert [change["breaks"] for change in told["changes"]] == [True, False]
    assert main(["diff", str(places.template()), str(TOY)]) == 0


@pytest.mark.parametrize("content", [None, "[", "[]", "{}", '{"$defs": {"record": {}}}'])
def test_what_cannot_be_read_is_trouble(
    content: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if content is not None:
        (tmp_path / "contract.json").write_text(content)
    assert main(["diff", str(TOY), str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert str(tmp_path) in told
    assert "Traceback" not in told
