"""An array that is read straight from its bytes is read as its parsed document is."""

import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nb2service import places
from support import service_modules

with service_modules() as service:
    from service.contract import Contract
    from service.outcomes import Refused
    from service.records.reader import RecordReader, decode

TOY = Contract.from_dict(
    json.loads((places.template() / "model" / "contract.json").read_text(encoding="utf-8"))
)
KINDS = {
    "integer": {"type": "integer"},
    "int8": {"type": "integer", "x-dtype": "int8"},
    "number": {"type": "number"},
    "float32": {"type": ["number", "null"], "x-dtype": "float32"},
    "boolean": {"type": "boolean"},
    "text": {"type": ["string", "null"]},
    "choice": {"enum": ["a", "b:c", None]},
    "moment": {"type": "string", "format": "date-time"},
    "array": {"type": "array", "items": {"type": "number"}},
    "object": {"type": "object", "properties": {"k": {"type": "integer"}}, "required": ["k"]},
    "anything": {},
}
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from([0, -0.0, 1.0, 1e300, 2**53 + 1, 2**63, 2**64, 10**30, -(2**63) - 1]),
    st.integers(-200, 200),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["a", "b:c", "2024-01-31T12:00:00", "", '":', "é"]),
    st.lists(st.integers() | st.floats(-5, 5), max_size=2),
    st.fixed_dictionaries({"k": st.integers(0, 9)}, optional={"z": st.none()}),
)
MOSTLY = {
    "integer": st.integers(-200, 200),
    "int8": st.integers(-128, 127),
    "number": st.floats(-1e9, 1e9) | st.integers(-9, 9),
    "float32": st.floats(-9, 9) | st.none(),
    "boolean": st.booleans(),
    "text": st.sampled_from(["a", "b", None]),
    "choice": st.sampled_from(["a", None]),
}


@st.composite
def questions(draw):
    """A contract's features, which of them are required, and an array of records as bytes."""
    kinds = draw(st.lists(st.sampled_from(list(KINDS)), min_size=1, max_size=4, unique=True))
    kinds = draw(st.sampled_from([kinds, [k for k in kinds if k in MOSTLY] or ["integer"]]))
    required = draw(st.sets(st.sampled_from(kinds)))
    values = {kind: MOSTLY.get(kind, VALUES) for kind in kinds}
    if draw(st.integers(0, 3)) == 0:
        values |= {draw(st.sampled_from(kinds)): VALUES}
    odd = st.dictionaries(st.sampled_from(["unknown", "a:b", "Integer"]), VALUES, max_size=1)
    records = []
    for _ in range(draw(st.integers(0, 4))):
        record = draw(st.fixed_dictionaries(values))
        if draw(st.integers(0, 3)) == 0:
            record.pop(draw(st.sampled_from(kinds)), None)
        if draw(st.integers(0, 4)) == 0:
            record |= draw(odd)
        records.append(record)
    spaced = draw(st.sampled_from([None, 1]))
    body = json.dumps(records, indent=spaced, ensure_ascii=draw(st.booleans()))
    return {kind: KINDS[kind] for kind in kinds}, frozenset(required), body.encode()


def outcome(ask):
    try:
        return repr(ask())
    except Refused as refused:
        return repr(refused.refusal)


ONE = {"integer": KINDS["integer"]}
NUMBER = {"number": KINDS["number"]}


@settings(max_examples=400, deadline=None)
@given(questions())
@example((ONE, frozenset(ONE), b'[{"integer": 1, "integer": 2}]'))
@example((ONE, frozenset(), b'[{"integer": 1, "unknown" : 2}]'))
@example((ONE, frozenset(ONE), b'[{"integer": 1.0}]'))
@example((NUMBER, frozenset(NUMBER), b'[{"number": 18446744073709551616}]'))
@example((NUMBER, frozenset(NUMBER), b'[{"number": 1}, {"number": 1.0}, {"number": -0}]'))
@example((NUMBER, frozenset(NUMBER), b'[{"number": 1e999}]'))
def test_bytes_are_read_as_the_document_is(question):
    features, required, body = question
    contract = replace(TOY, features=features, required=required)
    for strict in (False, True):
        reader = RecordReader(contract, 3, strict=strict)
        by_document = outcome(lambda reader=reader: reader.read(decode(body)))
        assert outcome(lambda reader=reader: reader.read(body)) == by_document


@pytest.mark.parametrize(
    ("body", "at_once"),
    [
        pytest.param(b'[{"integer": 1}, {"integer": 2}]', True, id="right"),
        pytest.param(b'[{"integer": 1, "other": 2}]', False, id="an unknown field"),
        pytest.param(b'[{"integer": 1, "integer": 2}]', False, id="a field twice"),
        pytest.param(b'[{"integer": "1"}]', False, id="wrong"),
        pytest.param(b'{"integer": 1}', False, id="one record"),
    ],
)
def test_what_is_right_is_read_once(body, at_once, monkeypatch):
    reader = RecordReader(replace(TOY, features=ONE, required=frozenset(ONE)), 3)
    looked = []
    monkeypatch.setattr(reader, "_checked", lambda records, _: looked.append(records) or records)
    reader.read(body)
    assert bool(looked) is not at_once
