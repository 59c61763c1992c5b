"""The page, its files and Swagger UI: nothing of it is anybody else's, and texts stay texts."""

import html
import json
import re

import pytest

from service.contract import Contract
from service.http import page
from service.http.fields import fields
from service.notebook_answers import notebook_answers
from service.settings import Settings
from tests.conftest import TWO_FEATURES

NASTY = [
    "\"><script>alert('x')</script>",
    "</textarea><img src=x onerror=alert(1)>",
    "{{ 7103*7109 }}",
    "日本 &amp;",
]


def data_of(text):
    """Return what the page hands to its script."""
    found = re.search(r'data-page="([^"]*)"', text)
    assert found
    return json.loads(html.unescape(found[1]))


def contract_of(feature, value=None, *, required=True):
    said = {**TWO_FEATURES, "examples": [{"record": {"x": value}, "answer": 1}]}
    record = {"properties": {"x": feature}, "required": ["x"] if required else []}
    return Contract.from_dict({**said, "$defs": {"record": record}})


def test_the_page_tells_of_the_model_and_has_a_field_for_each_feature(client, contract):
    response = client.get("/")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    assert html.escape(contract.model_version) in response.text
    assert response.text.count('class="field"') == len(contract.features)
    data = data_of(response.text)
    assert [name for name, *_ in data["features"]] == list(contract.features)
    assert data["examples"] == list(contract.examples)


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_browser_may_load_nothing_but_the_service_s_own_files(client, path):
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    assert not re.search(
        r"<script(?![^>]* src=)|<style| style=| on[a-z]+=|https?://", response.text
    )
    for link in re.findall(r'(?:src|href)="([^"#]+)"', response.text):
        with client.get(f"/{link}") as file:
            assert file.status_code == 200, link


def test_files_are_asked_about_again_but_not_sent_again(client):
    with client.get("/static/page.js") as first:
        assert first.mimetype == "text/javascript"
        assert first.headers["Cache-Control"] == "no-cache"
    known = {"If-None-Match": first.headers["ETag"]}
    with client.get("/static/page.js", headers=known) as again:
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["/static/../page.py", "/static/no.js", "/docs/../page.py"])
def test_no_other_file_is_given(client, path):
    response = client.get(path)
    assert response.status_code == 404
    assert response.json["error"].startswith("no such path")


def test_the_page_can_be_switched_off(serve):
    client = serve(lambda record: 1, Settings(page=False))
    for path in ("/", "/docs", "/static/page.js", "/docs/swagger-ui.css"):
        assert client.get(path).status_code == 404
    assert client.get("/openapi.json").status_code == 200


def test_without_its_package_swagger_ui_is_not_there_and_the_rest_is(client, monkeypatch):
    page._swagger.cache_clear()
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    response = client.get("/docs")
    assert response.status_code == 404
    assert response.json == {
        "error": "flask-swagger-ui is not installed; requirements.txt has it",
    }
    assert client.get("/").status_code == 200
    page._swagger.cache_clear()


@pytest.mark.parametrize("name", NASTY)
def test_any_name_and_value_is_text(serve, name):
    record = {"properties": {name: {"type": "string", "x-known": [name]}}, "required": [name]}
    examples = [{"record": {name: name}, "answer": {name: name}}]
    client = serve(
        lambda record: {name: record[name]},
        title=name,
        examples=examples,
        predict={**TWO_FEATURES["predict"], "answer": "dict"},
        **{"$defs": {"record": record}},
    )
    text = client.get("/").text
    assert text.count("<script") == 1
    assert "<img" not in text
    assert "50495227" not in re.sub(r"&#\d+;", "", text)
    assert data_of(text)["features"][0][0] == name
    assert f">{html.escape(name, quote=False)}</label>" in text.replace("&#34;", '"').replace(
        "&#39;", "'"
    )


@pytest.mark.parametrize(
    ("feature", "value", "control"),
    [
        pytest.param({"type": "number"}, 1.5, "number", id="a number"),
        pytest.param({"type": ["integer", "null"]}, None, "number", id="an integer or null"),
        pytest.param({"type": "boolean"}, True, "check", id="a boolean"),
        pytest.param({"type": ["boolean", "null"]}, True, "choice", id="a boolean or null"),
        pytest.param({"type": "string"}, "short", "text", id="a short text"),
        pytest.param({"type": "string"}, "long " * 20, "long", id="a long text"),
        pytest.param({"type": "string", "enum": ["a"]}, "a", "choice", id="listed values"),
        pytest.param({"type": "string", "x-known": ["a"]}, "a", "choice", id="known values"),
        pytest.param({"type": "number", "x-known": [1, 2]}, 1, "choice", id="known numbers"),
        pytest.param(
            {"type": "string", "format": "date-time"},
            "2024-01-31T12:00:00",
            "datetime-local",
            id="a moment",
        ),
        pytest.param(
            {"type": "string", "format": "date-time"},
            "2024-01-31T12:00:00+02:00",
            "text",
            id="a moment with an offset, for which browsers have nothing",
        ),
        pytest.param(
            {"type": "string", "format": "date-time"},
            "2024-01-31T12:00:00Z",
            "text",
            id="a moment in UTC",
        ),
        pytest.param({"type": "string", "format": "date"}, "2024-01-31", "date", id="a date"),
        pytest.param({"type": "string", "format": "time"}, "12:00:00", "time", id="a time"),
        pytest.param({"type": "array"}, [1], "json", id="an array"),
        pytest.param({"type": ["number", "string"]}, 1, "json", id="a number or a text"),
        pytest.param({}, 1, "json", id="anything"),
    ],
)
def test_the_control_for_a_feature(feature, value, control):
    (field,) = fields(contract_of(feature, value))
    assert field.control == control


def test_what_nothing_means_in_a_field():
    number, or_null = {"type": "number"}, {"type": ["number", "null"]}
    assert fields(contract_of(number, 1))[0].empty == ""
    assert fields(contract_of(or_null, 1))[0].empty == "null"
    assert fields(contract_of(or_null, 1, required=False))[0].empty == "left out"


@pytest.mark.parametrize(
    ("low", "high", "step", "hint"),
    [
        pytest.param(1, 54, 1, "1 to 54 in the notebook", id="whole numbers"),
        pytest.param(0, 90000, 100, "0 to 90000 in the notebook", id="many whole numbers"),
        pytest.param(0.0, 1.0, 0.01, "0 to 1 in the notebook", id="fractions"),
        pytest.param(-0.002, 0.002, 1e-05, "-0.002 to 0.002 in the notebook", id="small ones"),
        pytest.param(3, 3, None, "3 in the notebook", id="always the same"),
        pytest.param([0, 1], [2, 3], None, "", id="by column"),
    ],
)
def test_the_range_and_its_slider(low, high, step, hint):
    (field,) = fields(contract_of({"type": "number", "x-seen": {"min": low, "max": high}}, 1))
    assert field.step == (step and pytest.approx(step))
    assert field.hint == hint


@pytest.mark.parametrize(
    ("answers", "predict", "expected"),
    [
        pytest.param([2.5, 1.0], {}, {"prediction": {"numbers": [1.0, 2.5]}}, id="numbers"),
        pytest.param([1, 0, 1], {}, {"prediction": {"counts": {"1": 2, "0": 1}}}, id="labels"),
        pytest.param([True], {}, {"prediction": {"counts": {"true": 1}}}, id="a boolean"),
        pytest.param(
            [{"a": "x", "b": [1]}], {"answer": "dict"}, {"a": {"counts": {"x": 1}}}, id="dicts"
        ),
        pytest.param(
            [{"no": 0.7, "yes": 0.3}],
            {"classes": ["no", "yes"]},
            {"prediction": {"counts": {"no": 1}}},
            id="probabilities by class",
        ),
        pytest.param([None, [1]], {}, {}, id="nothing to draw"),
    ],
)
def test_what_the_notebook_answered(tmp_path, answers, predict, expected):
    file = tmp_path / "calls.json"
    file.write_text(json.dumps([{"records": [], "answers": answers, "many": True}]))
    said = {**TWO_FEATURES, "predict": {**TWO_FEATURES["predict"], **predict}}
    assert notebook_answers(Contract.from_dict(said), file) == expected


def test_of_many_answers_some_are_taken_the_least_and_the_most_among_them(tmp_path):
    file = tmp_path / "calls.json"
    answers = [number + 0.5 for number in range(1000)]
    file.write_text(json.dumps([{"records": [], "answers": answers, "many": True}]))
    numbers = notebook_answers(Contract.from_dict(TWO_FEATURES), file)["prediction"]["numbers"]
    assert len(numbers) == 200
    assert (numbers[0], numbers[-1]) == (0.5, 999.5)


def test_recorded_calls_may_be_taken_out_of_a_service(tmp_path):
    assert notebook_answers(Contract.from_dict(TWO_FEATURES), tmp_path / "none.json") == {}
