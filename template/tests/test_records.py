"""Each kind of feature that a contract can have: what it takes and what it refuses."""

import json
from dataclasses import replace

import msgspec
import pytest

from service.contract import Contract
from service.outcomes import Outcome, Refused
from service.records.reader import Reading, RecordReader, decode
from service.records.schema_type import record_type
from tests.conftest import TWO_FEATURES

NESTED = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "zip": {"type": "integer"}},
    "required": ["city"],
}
INT8 = {"type": "integer", "x-dtype": "int8"}
UINT64 = {"type": "integer", "x-dtype": "uint64"}
FLOAT32 = {"type": ["number", "null"], "x-dtype": "float32"}
WHEN = {"type": ["string", "null"], "format": "date-time"}
DAY = {"type": "string", "format": "date", "x-python": "datetime.date"}
HOUR = {"type": "string", "format": "time", "x-python": "datetime.time"}
NUMPY = {"type": "integer", "x-python": "numpy.int8"}
COLOUR = {"type": ["string", "null"], "x-dtype": "category", "x-categories": ["red", "blue"]}
SIZE = {"type": "number", "x-dtype": "category", "x-categories": [0.5, 1.5]}
SCORES = {"type": "array", "items": {"type": "number"}}
STAMP = {"type": "string", "format": "date-time", "x-python": "pandas.Timestamp"}
BERLIN = {"type": "string", "format": "date-time", "x-dtype": "datetime64[ns, Europe/Berlin]"}


def _read(schema, value, name="x"):
    two = replace(
        Contract.from_dict(TWO_FEATURES), features={name: schema}, required=frozenset({name})
    )
    (record,) = RecordReader(two, 10).read(decode(json.dumps({name: value}).encode())).records
    return record[name]


@pytest.mark.parametrize(
    ("schema", "value", "read"),
    [
        pytest.param({"type": "integer"}, 12.0, 12, id="an integral float is an integer"),
        pytest.param({"type": "number"}, 12, 12, id="an integer is a number"),
        pytest.param({"type": "integer"}, 10**30, 10**30, id="an integer without a dtype"),
        pytest.param(UINT64, 2**64 - 1, 2**64 - 1, id="the largest uint64"),
        pytest.param(INT8, -128, -128, id="the smallest int8"),
        pytest.param(FLOAT32, None, None, id="null where it is allowed"),
        pytest.param(WHEN, "2024-01-31T12:00:00", "2024-01-31T12:00:00", id="a moment"),
        pytest.param(WHEN, "2024-01-31T12:00:00Z", "2024-01-31T12:00:00Z", id="a moment in UTC"),
        pytest.param(WHEN, "2024-01-31", "2024-01-31", id="a day"),
        pytest.param(
            BERLIN,
            "2024-01-31T12:00:00+02:00",
            "2024-01-31T12:00:00+02:00",
            id="an offset where the notebook has some",
        ),
        pytest.param(WHEN, None, None, id="no moment"),
        pytest.param(COLOUR, "red", "red", id="a category"),
        pytest.param(COLOUR, None, None, id="no category"),
        pytest.param(SIZE, 0.5, 0.5, id="a category that is a number"),
        pytest.param({"enum": ["a", 1]}, 1, 1, id="one of a mixed list"),
        pytest.param(SCORES, [1, 2.5], [1, 2.5], id="an array"),
        pytest.param({"type": "array"}, [1, "a"], [1, "a"], id="an array of anything"),
        pytest.param({"type": "object"}, {"a": [1]}, {"a": [1]}, id="an object of anything"),
        pytest.param(NESTED, {"city": "Ulm", "b": 1}, {"city": "Ulm"}, id="unknown inside"),
        pytest.param(NESTED, {"city": "Ulm", "zip": 1.0}, {"city": "Ulm", "zip": 1}, id="nested"),
        pytest.param({}, {"a": [None]}, {"a": [None]}, id="anything"),
    ],
)
def test_takes(schema, value, read):
    found = _read(schema, value)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("schema", "value", "message"),
    [
        pytest.param(
            {"type": "integer"}, "abc", 'expected an integer, got a string ("abc")', id="string"
        ),
        pytest.param({"type": "integer"}, 1.5, "expected an integer, got a number (1.5)", id="1.5"),
        pytest.param(
            {"type": "integer"}, True, "expected an integer, got a boolean (true)", id="bool"
        ),
        pytest.param({"type": "number"}, None, "expected a number, got null", id="null"),
        pytest.param({"type": "string"}, ["a"], "expected a string, got an array", id="array"),
        pytest.param(
            {"type": "boolean"},
            "x" * 99,
            f'expected a boolean, got a string ("{"x" * 39}…)',
            id="a long value is shortened",
        ),
        pytest.param(
            INT8, 300, "expected an integer from -128 to 127, got an integer (300)", id="int8"
        ),
        pytest.param(UINT64, -1, "expected an integer from 0 to 18446744073709551615", id="uint64"),
        pytest.param(
            FLOAT32, 1e300, "expected a number from -3.4028234663852886e+38", id="float32"
        ),
        pytest.param({"type": "number"}, 10**400, "expected a number from -1.797", id="no float"),
        pytest.param(
            WHEN,
            "2024-02-31",
            "expected a date and time such as 2024-01-31T12:00:00 or null, "
            'got a string ("2024-02-31")',
            id="no such day",
        ),
        pytest.param(
            {**WHEN, "x-dtype": "datetime64[ns]"},
            "2024-01-31T12:00:00+02:00",
            "expected a date and time such as 2024-01-31T12:00:00 without an offset, "
            "as the notebook has it, or null, got",
            id="another offset than UTC",
        ),
        pytest.param(
            {**STAMP, "x-seen": {"min": "2024-01-01T00:00:00", "max": "2024-12-31T00:00:00"}},
            "2024-01-31 12:00-0530",
            "expected a date and time such as 2024-01-31T12:00:00 without an offset",
            id="another offset for a moment of Python's",
        ),
        pytest.param(DAY, "2024-1-31", "expected a date such as 2024-01-31", id="no date"),
        pytest.param(HOUR, "25:00", "expected a time such as 12:00:00", id="no time"),
        pytest.param(NUMPY, 128, "expected an integer from -128 to 127", id="a NumPy integer"),
    ],
)
def test_refuses(schema, value, message):
    with pytest.raises(Refused) as caught:
        _read(schema, value)
    assert caught.value.refusal.outcome is Outcome.INVALID
    assert str(caught.value).startswith(f"feature x: {message}")


@pytest.mark.parametrize(
    ("schema", "value", "field", "message"),
    [
        pytest.param(NESTED, {}, "x.city", "missing feature: x.city", id="missing inside"),
        pytest.param(
            SCORES,
            [1, "b"],
            "x[1]",
            'feature x[1]: expected a number, got a string ("b")',
            id="item",
        ),
    ],
)
def test_says_where_inside(schema, value, field, message):
    with pytest.raises(Refused) as caught:
        _read(schema, value)
    assert caught.value.refusal.faults == [{"field": field, "message": message}]


@pytest.mark.parametrize("name", ["é", 'a "b" \\c', "class", "with space", "日本", ""])
def test_any_name_will_do(name):
    assert _read({"type": "integer"}, 1, name) == 1


def test_every_fault_of_every_record_is_told():
    reader = RecordReader(Contract.from_dict(TWO_FEATURES), 10)
    with pytest.raises(Refused) as caught:
        reader.read([{"age": 1}, {"name": 2}, 3])
    assert caught.value.refusal.faults == [
        {"record": 1, "field": "age", "message": "missing feature: age"},
        {
            "record": 1,
            "field": "name",
            "message": "feature name: expected a string or null, got an integer (2)",
        },
        {"record": 2, "message": "expected an object (a record), got an integer (3)"},
    ]


def test_a_contract_without_features_takes_any_object():
    nothing = replace(Contract.from_dict(TWO_FEATURES), features={}, required=frozenset())
    assert RecordReader(nothing, 10).read({"a": 1}) == Reading([{}], False, ["a"])


def test_the_type_takes_a_record_without_its_optional_features():
    two = Contract.from_dict(TWO_FEATURES)
    quick = record_type({"properties": two.features, "required": two.required})
    assert msgspec.convert({"age": 1, "more": 2}, quick) == {"age": 1}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "Ada"}, quick)


@pytest.mark.parametrize("value", [[], [1.0], [1.0, 2.0, 3.0]])
def test_a_row_of_another_length_is_refused(value):
    row = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
    assert _read(row, [1.0, 2]) == [1.0, 2]
    with pytest.raises(Refused, match=r"feature x: expected an array of 2 values"):
        _read(row, value)
