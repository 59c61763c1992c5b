"""The API document says what the service does."""

import json
import re

import pytest

from service.contract import Contract
from service.http.errors import STATUS
from service.http.openapi import openapi
from service.outcomes import Outcome
from service.records.conform import conform
from service.settings import Settings
from tests.conftest import TWO_FEATURES

SETTINGS = Settings(max_records=7)


def document(feature=None, answer=None, settings=SETTINGS, predict=None):
    """Return the document of a contract with one feature."""
    said = {**TWO_FEATURES, "predict": {**TWO_FEATURES["predict"], **(predict or {})}}
    said["$defs"] = {
        "record": {"properties": {"x": feature or {"type": "number"}}, "required": ["x"]},
        "answer": answer or {"type": "number"},
    }
    return openapi(Contract.from_dict(said), settings)


def schemas(**given):
    return document(**given)["components"]["schemas"]


def test_the_service_gives_its_own_document(client, contract):
    response = client.get("/openapi.json")
    assert response.content_type == "application/json"
    assert response.json["info"]["title"] == contract.title
    assert response.json["info"]["version"] == contract.model_version
    record = response.json["components"]["schemas"]["Record"]
    assert list(record["properties"]) == list(contract.features)
    assert set(record["required"]) == contract.required


def test_examples_are_recorded_calls(client, contract):
    operation = client.get("/openapi.json").json["paths"]["/predict"]["post"]
    asked = operation["requestBody"]["content"]["application/json"]["examples"]
    answered = operation["responses"]["200"]["content"]["application/json"]["examples"]
    assert asked["many"]["value"] == [one["record"] for one in contract.examples]
    assert asked.keys() == answered.keys()
    for name, example in asked.items():
        found = client.post("/predict", json=example["value"]).json
        assert found.keys() == answered[name]["value"].keys()


def test_every_refusal_is_told():
    told = document()["paths"]["/predict"]["post"]["responses"]
    # 404 is another path; 501 is for the protocols of the platforms.
    statuses = {STATUS[one] for one in Outcome if one in STATUS} - {404, 501}
    assert {int(status) for status in told} == statuses | {200}


def test_metrics_are_told_unless_there_are_none():
    assert "/metrics" in document()["paths"]
    assert "/metrics" not in document(settings=Settings(metrics=False))["paths"]


def test_keys_are_asked_for_where_the_service_asks_for_them():
    paths = document(settings=Settings(api_keys="one"))["paths"]
    secured = {path for path, one in paths.items() for told in one.values() if "security" in told}
    assert secured == {"/predict", "/metrics"}


def test_the_rows_that_the_notebook_leaves_out_are_told():
    left_out = document(predict={"guards": ["df['age'] > 18 (cell 3)"]})["components"]["responses"]
    assert "- `df['age'] > 18 (cell 3)`" in left_out["LeftOut"]["description"]
    assert "`" not in document()["components"]["responses"]["LeftOut"]["description"]


def test_as_many_records_as_the_settings_allow():
    assert schemas()["Records"]["maxItems"] == 7


def test_fields_beyond_the_contract_are_allowed_unless_the_settings_refuse_them():
    assert "additionalProperties" not in schemas()["Record"]
    strict = schemas(settings=Settings(strict_fields=True))
    assert strict["Record"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("feature", "low", "high"),
    [
        pytest.param({"type": "integer", "x-dtype": "int8"}, -128, 127, id="int8"),
        pytest.param({"type": "integer", "x-dtype": "uint8"}, 0, 255, id="uint8"),
        pytest.param({"type": ["integer", "null"], "x-dtype": "Int16"}, -32768, 32767, id="null"),
        pytest.param({"type": "integer", "x-python": "numpy.int8"}, -128, 127, id="in a dict"),
        pytest.param({"type": "number", "x-dtype": "float16"}, -65504.0, 65504.0, id="float16"),
        pytest.param({"type": "number", "x-dtype": "float64"}, None, None, id="float64"),
        pytest.param({"type": "number"}, None, None, id="of no dtype"),
        pytest.param({"type": "string", "x-dtype": "str"}, None, None, id="a text"),
    ],
)
def test_a_number_is_bounded_by_its_dtype(feature, low, high):
    found = schemas(feature=feature)["Record"]["properties"]["x"]
    assert (found.get("minimum"), found.get("maximum")) == (low, high)


def test_what_the_notebook_had_is_told_in_words_and_kept_as_data():
    feature = {"type": "string", "x-known": ["a", "b"], "x-unknown": "refused"}
    found = schemas(feature=feature)["Record"]["properties"]["x"]
    assert found["description"] == 'the notebook had "a", "b"; others may be refused'
    assert found["x-known"] == ["a", "b"]
    seen = schemas(feature={"type": "number", "x-seen": {"min": 1, "max": 5}})
    assert seen["Record"]["properties"]["x"]["description"] == "the notebook had 1 to 5"


@pytest.mark.parametrize(
    ("answer", "predict", "expected"),
    [
        pytest.param(
            {"type": "number"},
            {},
            {"prediction": {"type": "number"}},
            id="a value",
        ),
        pytest.param(
            {"type": "array", "items": {"type": "number"}},
            {},
            {"prediction": {"type": "array", "items": {"type": "number"}}},
            id="a list",
        ),
        pytest.param(
            {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]},
            {"answer": "dict"},
            {"a": {"type": "number"}},
            id="a dict",
        ),
        pytest.param(
            {"type": "object", "properties": {"no": {"type": "number"}}},
            {"classes": ["no"]},
            {"prediction": {"type": "object", "properties": {"no": {"type": "number"}}}},
            id="probabilities by class",
        ),
        pytest.param({"type": ["object", "number"]}, {}, None, id="a dict among other answers"),
    ],
)
def test_the_schema_of_an_answer(answer, predict, expected):
    found = schemas(answer=answer, predict=predict)["Answer"]
    assert found["type"] == "object"
    assert found.get("properties") == expected


def test_a_version_of_the_notebook_s_own_may_be_anything():
    own = {"type": "object", "properties": {"model_version": {"type": "integer"}}}
    assert len(schemas(answer=own, predict={"answer": "dict"})["One"]["allOf"]) == 1
    assert len(schemas()["One"]["allOf"]) == 2


def test_a_contract_without_examples_has_a_document():
    text = json.dumps(document())
    assert '"examples": {}' in text


@pytest.mark.parametrize(
    ("feature", "taken", "refused"),
    [
        pytest.param(
            {"format": "date-time", "x-dtype": "datetime64[us]"},
            ["2024-01-31", "2024-01-31T12:00:00", "2024-01-31 12:00:00.5", "2024-01-31T12:00:00Z"],
            ["", "31.1.2024", "2024-13-01", "2024-01-31T12:00:00+02:00"],
            id="moments without an offset",
        ),
        pytest.param(
            {"format": "date-time", "x-dtype": "datetime64[us, UTC]"},
            ["2024-01-31T12:00:00", "2024-01-31T12:00:00+02:00"],
            ["noon"],
            id="moments with an offset",
        ),
        pytest.param({"format": "date"}, ["2024-01-31"], ["2024-01-31T12:00:00"], id="dates"),
        pytest.param({"format": "time"}, ["12:00", "12:00:00.25"], ["25:00", "12"], id="times"),
    ],
)
def test_the_pattern_of_dates_and_what_the_service_takes(feature, taken, refused):
    schema = {"type": "string", **feature}
    pattern = schemas(feature=schema)["Record"]["properties"]["x"]["pattern"]
    for text in taken:
        assert re.search(pattern, text), text
        assert conform(text, schema, "x") == text
    for text in refused:
        assert not re.search(pattern, text), text
