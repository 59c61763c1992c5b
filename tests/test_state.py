# ruff: noqa: E501  a table of one-line programs
"""Trained state as parameters: which parameters are bound, and to what."""

from pathlib import Path
from typing import Any

import pytest

from nb2service.closure.state import bound_parameters, other_state, served_calls
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook


def plain(*names: str) -> dict[str, Any]:
    return {"form": "plain", "type": "float", "names": list(names)}


def array(ndim: int, *names: str) -> dict[str, Any]:
    return {"form": "array", "ndim": ndim, "type": "numpy.ndarray", "names": list(names)}


def other(*names: str) -> dict[str, Any]:
    return {"form": "other", "type": "sklearn.Model", "names": list(names)}


def bound(notebook: Path, *calls: dict[str, Any]) -> dict[str, str]:
    read_notebook = read(notebook)
    scope = parse(read_notebook)
    marked = mark(read_notebook, scope)
    node: Any = marked.definition.node
    parameters = [{"name": argument.arg} for argument in node.args.args]
    return bound_parameters(scope, marked, parameters, [{"arguments": call} for call in calls])


@pytest.mark.parametrize(
    ("cells", "calls", "expected"),
    [
        pytest.param(
            ["df, dv, model = load()", "#| predict\ndef predict(df, dv, model):\n    pass", "predict(df, dv, model)"],
            [{"df": plain("df"), "dv": other("dv"), "model": other("model")}],
            {"dv": "dv", "model": "model"},
            id="what JSON cannot carry",
        ),
        pytest.param(
            ["w, b = fit()", "#| predict\ndef predict(area, w, b):\n    pass", "predict(50, w, b)"],
            [{"area": plain(), "w": plain("w"), "b": plain("b")}],
            {"w": "w", "b": "b"},
            id="weights under their own names",
        ),
        pytest.param(
            ["w = fit()\nw_late = gone", "#| predict\ndef predict(area, w):\n    pass", "predict(5, w)", "predict(5, w_late)"],
            [{"area": plain(), "w": plain("w")}],
            {"w": "w"},
            id="also where a call that failed names another",
        ),
        pytest.param(
            ["rooms = 3", "#| predict\ndef predict(area, rooms):\n    pass", "predict(50, rooms)\npredict(50, 4)"],
            [{"area": plain(), "rooms": plain("rooms")}],
            {},
            id="a literal in one call makes it request data",
        ),
        pytest.param(
            ["X = load()", "#| predict\ndef predict(X):\n    pass", "predict(X)"],
            [{"X": plain("X")}],
            {},
            id="what is asked about is never bound",
        ),
        pytest.param(
            ["m_a, m_b = fit()", "#| predict\ndef predict(x, model):\n    pass", "predict(1, m_a)\npredict(1, m_b)"],
            [{"x": plain(), "model": other("m_a")}, {"x": plain(), "model": other("m_b")}],
            {"model": "m_b"},
            id="of several models the last",
        ),
        pytest.param(
            ["train = rows()", "#| predict\ndef predict(x, x_train, k):\n    pass", "for i in range(3): predict(i, train, 10)"],
            [{"x": plain("i"), "x_train": array(2, "train"), "k": plain()}],
            {"x_train": "train"},
            id="training rows under any name",
        ),
        pytest.param(
            ["a, b = rows()", "#| predict\ndef predict(x, other):\n    pass", "predict(1, a)\npredict(1, b)"],
            [{"x": plain(), "other": array(2, "a")}, {"x": plain(), "other": array(2, "b")}],
            {},
            id="two tables are asked about",
        ),
        pytest.param(
            ["late = row()", "#| predict\ndef predict(x, other):\n    pass", "predict(1, late)"],
            [{"x": plain(), "other": array(1, "late")}],
            {},
            id="one row under another name is asked about",
        ),
        pytest.param(
            ["k = 3", "#| predict: x -> y\ndef predict(x, scale):\n    pass", "predict(1, k)"],
            [{"x": plain(), "scale": plain("k")}],
            {"scale": "k"},
            id="the arrow decides",
        ),
    ],
)  # fmt: skip
def test_bound(
    make_notebook: MakeNotebook, cells: list[str], calls: list[Any], expected: dict[str, str]
) -> None:
    assert bound(make_notebook(*cells), *calls) == expected


def test_state_that_nothing_holds_is_refused(make_notebook: MakeNotebook) -> None:
    cells = ["#| predict\ndef predict(x, model):\n    pass", "predict(1, Model())"]
    with pytest.raises(Exception, match=r"called with a sklearn\.Model for 'model'"):
        bound(make_notebook(*cells), {"x": plain(), "model": other()})


def test_an_arrow_that_names_no_parameter_is_refused(make_notebook: MakeNotebook) -> None:
    cells = ["#| predict: z -> y\ndef predict(x, k):\n    pass", "predict(1, 2)"]
    with pytest.raises(Exception, match=r"names `z`, which is no parameter of predict.*: x, k\."):
        bound(make_notebook(*cells), {"x": plain(), "k": plain()})


def test_calls_with_other_state_are_left_out_and_counted() -> None:
    calls = [{"arguments": {"x": 1, "model": 7}}, {"arguments": {"x": 2, "model": 8}}]
    assert served_calls(calls, [1], {"model": "m"}) == [{"arguments": {"x": 2}}]
    assert other_state(2, 2, {"model": "m"}) == ()
    assert (
        "1 of 2 recorded calls passed other values than `m`" in other_state(2, 1, {"model": "m"})[0]
    )
