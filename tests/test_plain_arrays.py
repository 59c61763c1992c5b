"""An array becomes the very plain values that its items become one by one."""

import numpy
import pytest

from support import service_modules

with service_modules() as service:
    from service.records.to_json import to_plain

ARRAYS = [
    pytest.param(numpy.array([1.5, -0.0, 1e-320]), id="floats"),
    pytest.param(numpy.array([1.5, numpy.nan, numpy.inf, -numpy.inf]), id="floats that JSON lacks"),
    pytest.param(numpy.array([[0.1, 2], [3, 4]], dtype="float32"), id="single ones in rows"),
    pytest.param(numpy.array([0.1], dtype="float16"), id="half ones"),
    pytest.param(numpy.array([0.1, numpy.nan], dtype="longdouble"), id="long ones"),
    pytest.param(numpy.array([2**63, 0], dtype="uint64"), id="large whole numbers"),
    pytest.param(numpy.array([True, False]), id="bools"),
    pytest.param(numpy.array([], dtype="float64"), id="none"),
    pytest.param(numpy.array(2.5), id="a number alone"),
    pytest.param(numpy.array(numpy.nan), id="nothing alone"),
    pytest.param(numpy.array(["a", "b"]), id="texts"),
    pytest.param(numpy.array([1, None, "a", 0.5, numpy.nan], dtype=object), id="objects"),
]


@pytest.mark.parametrize("array", ARRAYS)
def test_all_at_once_is_one_by_one(array: numpy.ndarray) -> None:
    def each(part):
        return (
            [each(one) for one in part]
            if getattr(part, "ndim", 0)
            else to_plain(part[()] if isinstance(part, numpy.ndarray) else part)
        )

    found, wanted = to_plain(array), each(array)
    assert found == wanted
    assert repr(found) == repr(wanted)  # -0.0 and the types, too
