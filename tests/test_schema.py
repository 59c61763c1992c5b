"""The contracts are JSON Schema 2020-12, and what was recorded is valid by them."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from nb2service import places
from support import CHECKOUT

GOLDEN = sorted((CHECKOUT / "tests" / "golden").glob("*.contract.json"))
MODEL = places.template() / "model"


def validator(contract: dict[str, Any], part: str) -> Draft202012Validator:
    """What validates a record or an answer, as a client would set it up."""
    Draft202012Validator.check_schema(contract)
    Draft202012Validator.check_schema(contract["$defs"][part])
    return Draft202012Validator({"$defs": contract["$defs"], "$ref": f"#/$defs/{part}"})


@pytest.mark.parametrize("file", [MODEL / "contract.json", *GOLDEN], ids=lambda file: file.name)
def test_examples_are_valid(file: Path) -> None:
    contract = json.loads(file.read_text())
    records, answers = validator(contract, "record"), validator(contract, "answer")
    assert contract["examples"]
    for example in contract["examples"]:
        assert not list(records.iter_errors(example["record"]))
        assert not list(answers.iter_errors(example["answer"]))


def test_recorded_calls_are_valid() -> None:
    contract = json.loads((MODEL / "contract.json").read_text())
    records, answers = validator(contract, "record"), validator(contract, "answer")
    calls = json.loads((MODEL / "calls.json").read_text())
    assert calls
    for call in calls:
        for record, answer in zip(call["records"], call["answers"], strict=True):
            assert not list(records.iter_errors(record))
            assert not list(answers.iter_errors(answer))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"parcels": "two"}, id="a type"),
        pytest.param({"weather": None}, id="a null"),
        pytest.param({"distance_km": [1]}, id="an array"),
    ],
)
def test_what_the_service_refuses_is_not_valid(change: dict[str, Any]) -> None:
    contract = json.loads((MODEL / "contract.json").read_text())
    record = {**contract["examples"][0]["record"], **change}
    assert not validator(contract, "record").is_valid(record)
    assert not validator(contract, "record").is_valid({})
