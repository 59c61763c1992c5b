"""Values of the standard library as JSON."""

import datetime
import decimal
import enum
from collections import OrderedDict, deque, namedtuple
from dataclasses import dataclass

import pytest

from service.records.to_json import to_plain

Pair = namedtuple("Pair", "left right")


@dataclass
class Score:
    value: float


class Colour(enum.Enum):
    RED = "red"


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        pytest.param(float("nan"), None, id="NaN"),
        pytest.param(float("-inf"), None, id="infinity"),
        pytest.param(2**70, 2**70, id="a large integer"),
        pytest.param((1, (2,)), [1, [2]], id="tuples"),
        pytest.param(Pair(1, 2), [1, 2], id="named tuple"),
        pytest.param(Score(1.5), {"value": 1.5}, id="dataclass"),
        pytest.param(Colour.RED, "red", id="enum"),
        pytest.param(
            {Colour.RED: 1, 2: 3, None: 4, True: 5},
            {"red": 1, "2": 3, "null": 4, "true": 5},
            id="keys",
        ),
        pytest.param(OrderedDict(a=deque([1])), {"a": [1]}, id="mapping and sequence"),
        pytest.param({3, 1, 2}, [1, 2, 3], id="set"),
        pytest.param({"b", 1}, ["b", 1], id="set that does not compare"),
        pytest.param({"a": 1}.values(), [1], id="values of a dict"),
        pytest.param(decimal.Decimal("1.5"), 1.5, id="decimal"),
        pytest.param(decimal.Decimal("NaN"), None, id="decimal NaN"),
        pytest.param(datetime.date(2024, 1, 31), "2024-01-31", id="date"),
        pytest.param(datetime.datetime(2024, 1, 31, 12), "2024-01-31T12:00:00", id="datetime"),
        pytest.param(datetime.timedelta(minutes=1.5), 90.0, id="duration in seconds"),
    ],
)
def test_becomes(value, plain):
    assert to_plain(value) == plain


@pytest.mark.parametrize("value", [b"bytes", 1j, object(), Score, iter([1]), {(1, 2): 3}], ids=repr)
def test_has_no_json_form(value):
    with pytest.raises(TypeError, match=r"instead$"):
        to_plain(value)
