"""The tracker never gets in the way of a cell."""

from pathlib import Path

import pytest

from support import ipython, kernel_side


def test_what_cannot_be_copied_is_no_error(tmp_path: Path) -> None:
    cell = (
        "import numpy as np\n"
        "class Shy:\n    def __deepcopy__(self, memo):\n        raise RuntimeError\n"
        "    def __getattr__(self, name):\n        raise RuntimeError\n"
        "shy = Shy()\nX = [[1], [2]]\n"
    )
    names = ["np", "shy", "X", "missing"]
    spec = {
        "id": 0,
        "line": 1,
        "nth": 0,
        "versions": names,
        "copies": names,
        "tables": names,
        "answer": None,
        "reducers": {},
    }
    with kernel_side() as package, ipython(tmp_path) as shell, shell.builtin_trap:
        shell.run_cell(cell, silent=True).raise_error()
        package.requests.track([{**spec, "places": [[1, 4, 1, 7, "keep"]], "compound": False}])
        shell.run_cell("y = shy", silent=True).raise_error()
        (event,) = package.requests.events()["events"]
    assert event["done"]
    assert event["versions"]["X"]["rows"] == 2
    assert event["used"]["X"]["kind"] == "list"


@pytest.mark.parametrize(("turns", "overflows"), [(3, False), (5000, True)])
def test_loops_are_followed_only_so_far(tmp_path: Path, turns: int, overflows: bool) -> None:
    spec = {
        "id": 7,
        "line": 1,
        "nth": 0,
        "versions": ["t"],
        "copies": [],
        "tables": [],
        "answer": None,
        "reducers": {},
    }
    with kernel_side() as package, ipython(tmp_path) as shell, shell.builtin_trap:
        package.requests.track([{**spec, "places": [], "compound": True}])
        shell.run_cell(f"for i in range({turns}):\n    t = i", silent=True).raise_error()
        report = package.requests.events()
    assert report["overflow"] == ([7] if overflows else [])
    assert len(report["events"]) <= 1001  # the loop itself, and its turns
    assert all(event["done"] for event in report["events"])
    assert [event["loop"] for event in report["events"][1:4]] == [{"i": 0}, {"i": 1}, {"i": 2}]


def test_an_error_of_the_cell_stays_its_own(tmp_path: Path) -> None:
    spec = {
        "id": 0,
        "line": 2,
        "nth": 0,
        "versions": ["x"],
        "copies": [],
        "tables": [],
        "answer": None,
        "reducers": {},
    }
    with kernel_side() as package, ipython(tmp_path) as shell, shell.builtin_trap:
        package.requests.track([{**spec, "places": [], "compound": False}])
        done = shell.run_cell("a = 1\nx = a / 0", silent=True)
        report = package.requests.events()
    assert isinstance(done.error_in_exec, ZeroDivisionError)
    assert [event["done"] for event in report["events"]] == [False]
