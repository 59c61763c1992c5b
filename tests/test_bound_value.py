# ruff: noqa: E501  a table of cells
"""Whether what the answer was bound to still is the answer when the marked cell has run."""

from pathlib import Path
from typing import Any

import pytest

from support import ipython, kernel_side

SPEC = {
    "reducers": {},
    "id": 0,
    "line": 1,
    "nth": 0,
    "versions": ["y"],
    "copies": [],
    "tables": [],
    "places": [],
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("cell", "text", "alike"),
    [
        pytest.param("y = [1.0, 2.0]", "y", True, id="nothing happened"),
        pytest.param("y = [1.0, 2.0]\ny = tuple(y)\ny = list(y)", "y", True, id="made anew, the same"),
        pytest.param("y = np.array([1.0, 2.0])\nq = y\nq[0] = 9", "y", False, id="changed by an alias"),
        pytest.param("y = [1.0, 2.0]\ny.append(3.0)", "y", False, id="more rows"),
        pytest.param("y = [1.0, 2.0]\ny = 3", "y", False, id="no rows any more"),
        pytest.param("y = [1.0, 2.0]\ndel y", "y", False, id="deleted"),
        pytest.param("y = pd.Series([2.0, 1.0])\ny = y.sort_values()", "y", True, id="only sorted"),
        pytest.param("y = pd.Series([2.0, 1.0])\ny = y.sort_values().values", "y", False, id="sorted without labels"),
        pytest.param("y = pd.DataFrame({'a': [1.0]})\ny['b'] = 2", "y", False, id="a column more"),
        pytest.param("y = [1.0, 2.0]\nt = pd.DataFrame({'p': y})", "t['p']", True, id="a column"),
        pytest.param("y = [1.0, 2.0]\nt = pd.DataFrame({'p': y})\nt.p = t.p + 1", "t['p']", False, id="a column that was changed"),
        pytest.param("y = [1.0, 2.0]\nt = pd.DataFrame({'p': y}).rename(columns=str.upper)", "t['p']", False, id="a column that is gone"),
    ],
)  # fmt: skip
def test_bound_value(tmp_path: Path, cell: str, text: str, alike: bool) -> None:
    with kernel_side() as package, ipython(tmp_path) as shell, shell.builtin_trap:
        shell.run_cell("import numpy as np, pandas as pd", silent=True).raise_error()
        package.requests.track([{**SPEC, "answer": "y", "compound": False}])
        shell.run_cell(cell, silent=True).raise_error()
        found: dict[str, Any] = package.requests.REQUESTS["bound_value"](0, "y", None, text)
    assert found["alike"] is alike
