"""What the service refuses, and in which words."""

import json
import socket

import pytest

from service.outcomes import MOST_FAULTS
from service.settings import Settings

SAMPLES: dict[str, object] = {
    "null": None,
    "boolean": True,
    "integer": 7,
    "number": 1.5,
    "string": "text that is no such thing",
    "array": [],
    "object": {},
}


def _wrong_values(schema):
    """Return one value of each JSON type that the feature does not take."""
    kinds = schema.get("type", list(SAMPLES))
    taken = {kinds} if isinstance(kinds, str) else set(kinds)
    if "number" in taken:
        taken.add("integer")
    return [value for kind, value in SAMPLES.items() if kind not in taken]


def test_each_missing_feature_is_named(client, contract, record):
    for name in contract.required:
        response = client.post("/predict", json={k: v for k, v in record.items() if k != name})
        message = f"missing feature: {name}"
        assert response.status_code == 400, name
        assert response.json == {"error": message, "errors": [{"field": name, "message": message}]}


def test_all_missing_features_are_named_at_once(client, contract):
    found = client.post("/predict", json={}).json.get("errors", [])
    expected = [name for name in contract.features if name in contract.required]
    assert [fault["field"] for fault in found[:MOST_FAULTS]] == expected[:MOST_FAULTS]


def test_values_of_a_wrong_type_are_refused(client, contract, record):
    for name, schema in contract.features.items():
        for value in _wrong_values(schema):
            response = client.post("/predict", json={**record, name: value})
            assert response.status_code == 400, (name, value)
            assert response.json["errors"][0]["field"] == name
            assert response.json["error"].startswith(f"feature {name}: expected "), response.json


def test_a_value_that_predict_does_not_know_is_named_with_those_it_does(client, contract, records):
    for name, schema in contract.features.items():
        known = schema.get("x-known")
        if schema.get("x-unknown") != "refused":
            continue
        value = "no such value" if isinstance(known[0], str) else max(known) + 1
        record = next(r for r in records if r.get(name) is not None)
        response = client.post("/predict", json={**record, name: value})
        assert response.status_code == 400, (name, response.json)
        assert response.json["errors"][0]["field"] == name
        assert response.json["error"].startswith("unknown value "), response.json
        assert f" for feature '{name}'; known: " in response.json["error"]


def test_a_fault_in_an_array_names_its_record(client, record):
    response = client.post("/predict", json=[record, 5])
    assert response.status_code == 400
    assert [fault["record"] for fault in response.json["errors"]] == [1]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        pytest.param(b"", "the body is empty", id="empty"),
        pytest.param(b'{"a": 1', "malformed JSON: it ends too early (byte 7)", id="cut off"),
        pytest.param(b'{"a": 1,}', "malformed JSON: trailing comma in object (byte 8)", id="comma"),
        pytest.param(b'{"a": NaN}', "malformed JSON: invalid character (byte 6)", id="NaN"),
        pytest.param(
            b'[{"a": 1}, {"a": {"b": 1e999}}]',
            "feature [1].a.b: the number is too large for any number type",
            id="too large",
        ),
        pytest.param(
            b'{"a": ' + b"9" * 5000 + b"}",
            "feature a: the number is too large for any number type",
            id="too many digits",
        ),
        pytest.param(
            b'{"a": "x\\ud800"}',
            "feature a: the text holds half a character (a lone surrogate)",
            id="half a character",
        ),
        pytest.param(
            b'{"\\ud800": 1}',
            "the name of a field holds half a character: '\\ud800'",
            id="half a character in a name",
        ),
        pytest.param(b'{"a": "\xff"}', "malformed JSON: it is not UTF-8", id="latin-1"),
        pytest.param(b"[" * 200_000, "malformed JSON: it is nested too deeply", id="deep"),
        pytest.param(b"null", "expected a JSON object (one record) or an array", id="null"),
        pytest.param(b'"x"', "expected a JSON object (one record) or an array", id="a string"),
        pytest.param(b"[]", "the array is empty; send at least one record", id="no record"),
    ],
)
def test_a_body_that_is_no_record(client, body, sentence):
    response = client.post("/predict", data=body, content_type="application/json")
    assert response.status_code == 400
    assert response.json["error"].startswith(sentence)


@pytest.mark.parametrize(
    ("headers", "got"),
    [
        pytest.param({}, "got no content type", id="no content type"),
        pytest.param({"Content-Type": "text/csv"}, "got content type text/csv", id="CSV"),
        pytest.param(
            {"Content-Type": "application/json", "Content-Encoding": "gzip"}, "got gzip", id="gzip"
        ),
    ],
)
def test_anything_but_plain_json_is_415(client, headers, got):
    response = client.post("/predict", data=b"{}", headers=headers)
    assert response.status_code == 415
    assert got in response.json["error"]


def test_a_slip_in_an_optional_field_is_not_ignored(serve):
    client = serve(lambda record: record.get("name"))
    response = client.post("/predict", json=[{"age": 1}, {"age": 1, "nam": "x"}])
    message = 'unknown field "nam"; did you mean name?'
    assert response.status_code == 400
    fault = {"record": 1, "field": "nam", "message": message}
    assert response.json == {"error": message, "errors": [fault]}
    # With the field there, another one that is like it was not meant to be it.
    assert client.post("/predict", json={"age": 1, "name": "y", "nam": "x"}).status_code == 200


def test_unknown_fields_are_named_in_a_header_or_refused(serve):
    asked = [{"age": 1}, {"age": 2, "größe\r\nX: y": 3}]
    answered = serve(lambda record: 1).post("/predict", json=asked)
    assert answered.status_code == 200
    assert json.loads(answered.headers["X-Unknown-Fields"]) == ["größe\r\nX: y"]
    assert "X" not in answered.headers
    strict = serve(lambda record: 1, Settings(strict_fields=True))
    refused = strict.post("/predict", json=asked)
    assert refused.status_code == 400
    assert refused.json["errors"][0]["record"] == 1
    assert refused.json["error"].startswith("unknown field ")
    assert "X-Unknown-Fields" not in strict.post("/predict", json=asked[0]).headers


def test_a_thousand_unknown_values_cost_and_tell_no_more_than_a_hundred(serve):
    known = [f"city {at}" for at in range(2000)]
    schema = {"type": "string", "x-dtype": "category", "x-categories": known}
    client = serve(lambda record: 1, **{"$defs": {"record": {"properties": {"city": schema}}}})
    response = client.post("/predict", json=[{"city": f"town {at}"} for at in range(1000)])
    assert response.status_code == 400
    assert len(response.json["errors"]) == MOST_FAULTS + 1
    assert "not listed" in response.json["errors"][-1]["message"]


def test_other_names_for_json_are_taken(client, record):
    for kind in ("application/json; charset=utf-8", "application/vnd.api+json"):
        response = client.post("/predict", data=json.dumps(record), content_type=kind)
        assert response.status_code == 200, kind


def test_no_such_path(client):
    response = client.get("/nope")
    assert response.status_code == 404
    assert "POST /predict" in response.json["error"]


def test_no_such_method(client):
    response = client.get("/predict")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    assert response.json == {"error": "/predict takes POST, not GET"}


def test_a_chunked_body_is_read_up_to_the_limit_and_not_cut(server, record):
    text = json.dumps(record).encode()
    padded = text + b" " * (server.body_limit - len(text))
    assert server.post(iter([padded]))[0] == 200
    status, refusal = server.post(iter([padded, b" "]))
    assert status == 413
    assert str(server.body_limit) in refusal["error"]


@pytest.mark.parametrize("size", [b"ZZ", b"-5", b"", b"1 2"])
def test_a_chunk_of_no_size_is_the_client_s_fault(server, size):
    head = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n" + size + b"\r\n{}\r\n")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(100).startswith(b"HTTP/1.1 400 ")


def test_a_client_that_sends_too_much_can_read_the_refusal(server):
    body = b" " * (server.body_limit + 5_000_000)
    head = f"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as client:
        client.sendall(head.encode() + b"Content-Type: application/json\r\n\r\n" + body)
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_a_body_with_a_length_above_the_limit(serve):
    client = serve(lambda record: 1, Settings(max_body_bytes=12))
    assert client.post("/predict", json={"age": 123}).status_code == 200
    assert client.post("/predict", json={"age": 1234}).status_code == 413


def test_more_records_than_allowed(serve):
    client = serve(lambda record: 1, Settings(max_records=2))
    assert client.post("/predict", json=[{"age": 1}] * 2).status_code == 200
    response = client.post("/predict", json=[{"age": 1}] * 3)
    assert response.status_code == 413
    assert "MAX_RECORDS" in response.json["error"]
