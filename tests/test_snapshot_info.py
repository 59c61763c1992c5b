"""What the tracker tells of a value."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from support import kernel_side

FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"], 3: [True, False]})


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(FRAME, {"kind": "frame", "rows": 2, "columns": ["a", "b", 3]}, id="frame"),
        pytest.param(FRAME["a"], {"kind": "series", "rows": 2}, id="series"),
        pytest.param(FRAME.columns, {"kind": "other", "items": ["a", "b", 3]}, id="index"),
        pytest.param(np.zeros((4, 2)), {"kind": "array", "rows": 4, "width": 2}, id="array"),
        pytest.param(np.zeros(4), {"kind": "array", "rows": 4, "width": None}, id="column"),
        pytest.param(np.array(1), {"kind": "other", "rows": None}, id="no array"),
        pytest.param(sparse.eye(3, format="csr"), {"kind": "sparse", "width": 3}, id="sparse"),
        pytest.param(["a", 1], {"kind": "list", "rows": 2, "items": ["a", 1]}, id="list"),
        pytest.param([], {"kind": "other", "items": []}, id="empty list"),
        pytest.param({"b", "a"}, {"kind": "other", "items": ["a", "b"]}, id="set"),
        pytest.param({"a": [], (1,): 2}, {"kind": "other", "keys": ["a"]}, id="dict"),
    ],
)
def test_what_is_told_of_a_value(value: Any, expected: dict[str, Any]) -> None:
    with kernel_side() as package:
        told = package.tracking.snapshot_info.info(value)
    assert told | expected == told


@pytest.mark.parametrize("value", [[[1]], list(range(2001)), "ab"], ids=["nested", "long", "text"])
def test_what_is_no_list_of_names(value: Any) -> None:
    with kernel_side() as package:
        assert "items" not in package.tracking.snapshot_info.info(value)
