"""A table made in one go is the table that is made column by column."""

import datetime
import string

import pandas
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from support import service_modules

with service_modules() as service:
    from service.records.frames import FramePlan, plan_for
    from service.records.tables import FeatureError, build_frame, build_rows

FEATURES = {
    "float64": (st.floats() | st.integers(-(2**60), 2**60), {"x-dtype": "float64"}),
    "float32": (st.floats(width=32), {"x-dtype": "float32"}),
    "int64": (st.integers(-(2**63), 2**63 - 1), {"x-dtype": "int64"}),
    "int8": (st.integers(-130, 127), {"x-dtype": "int8"}),
    "uint16": (st.integers(0, 65535), {"x-dtype": "uint16"}),
    "bool": (st.booleans(), {"x-dtype": "bool"}),
    "str": (st.text(string.printable, max_size=3) | st.none(), {"x-dtype": "str"}),
    "string": (st.text(max_size=2) | st.none(), {"x-dtype": "string"}),
    "Int64": (st.integers(0, 9) | st.none(), {"x-dtype": "Int64"}),
    "boolean": (st.booleans() | st.none(), {"x-dtype": "boolean"}),
    "category": (
        st.sampled_from(["a", "b", None]),
        {"x-dtype": "category", "x-categories": ["a", "b"]},
    ),
    "object": (st.text(max_size=2) | st.none(), {"x-dtype": "object"}),
    "moment": (
        st.datetimes(datetime.datetime(1700, 1, 1), datetime.datetime(2200, 1, 1)).map(str),
        {"x-dtype": "datetime64[us]", "format": "date-time"},
    ),
    "number": (st.floats(), {"x-dtype": "float64", "x-label": 7}),
}


@st.composite
def questions(draw):
    """Some features, and records that have them, nulls and gaps among them."""
    kinds = draw(st.lists(st.sampled_from(list(FEATURES)), min_size=1, max_size=6))
    features = {f"{kind}_{at}": FEATURES[kind][1] for at, kind in enumerate(kinds)}
    odd = st.one_of(st.none(), st.just("1.5"), st.just(10**400))
    values = {
        name: draw(st.sampled_from([FEATURES[kind][0]] * 6 + [FEATURES[kind][0] | odd]))
        for name, kind in zip(features, kinds, strict=True)
    }
    records = draw(st.lists(st.fixed_dictionaries(values), min_size=1, max_size=4))
    if draw(st.integers(0, 5)) == 0:
        records[0].pop(next(iter(features)))
    return features, [dict(draw(st.permutations(list(record.items())))) for record in records]


def outcome(build, features, records):
    try:
        return build(features, records)
    except FeatureError as error:
        return error.feature, error.record, str(error)


@settings(max_examples=300, deadline=None)
@given(asked=questions())
@pytest.mark.filterwarnings("ignore:overflow encountered in cast")
@pytest.mark.filterwarnings("ignore:Constructing a Categorical")  # such a value is refused before
def test_both_ways_give_the_same_table_or_the_same_fault(asked):
    features, records = asked
    plain = outcome(build_frame, features, records)
    quick = outcome(lambda f, r: FramePlan(f).build(r), features, records)
    if isinstance(plain, tuple):
        assert quick == plain
        return
    pandas.testing.assert_frame_equal(quick, plain)
    assert type(quick.columns) is type(plain.columns)
    assert type(quick.index) is type(plain.index)
    mine, theirs = quick.to_numpy(), plain.to_numpy()
    assert mine.dtype == theirs.dtype
    assert mine.flags.f_contiguous == theirs.flags.f_contiguous
    assert mine.flags.c_contiguous == theirs.flags.c_contiguous
    assert mine.flags.writeable == theirs.flags.writeable


def test_what_predict_does_to_a_table_stays_with_it():
    plan = plan_for(FEATURES_OF_TWO)
    first = plan.build([{"a": 1.0, "b": 2.0}])
    first.columns.name = "changed"
    first["c"] = 3
    first.loc[0, "a"] = 9.0
    second = plan_for(FEATURES_OF_TWO).build([{"a": 1.0, "b": 2.0}])
    assert second.columns.name is None
    assert second.to_dict("records") == [{"a": 1.0, "b": 2.0}]


FEATURES_OF_TWO = {"a": {"x-dtype": "float64"}, "b": {"x-dtype": "float64"}}


def test_a_table_is_writable():
    table = plan_for(FEATURES_OF_TWO).build([{"a": 1.0, "b": 2.0}])
    table["a"] += 1
    table.iloc[0, 1] = 5.0
    assert table.to_numpy().tolist() == [[2.0, 5.0]]


def test_of_a_row_of_several_fields_the_one_that_does_not_fit_is_named():
    with pytest.raises(
        FeatureError, match="feature rooms: expected a value that fits int8"
    ) as told:
        build_rows([[1, 2], [3, 400]], "numpy.ndarray", "int8", "area", "rooms")
    assert (told.value.feature, told.value.record) == ("rooms", 1)
