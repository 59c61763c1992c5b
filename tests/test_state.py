# ruff: noqa: E501  a table of one-line programs
"""Trained state as parameters: which parameters are bound, and to what."""

import re
from pathlib import Path
from typing import Any

import pytest

from nb2service import pipeline
from nb2service.closure.state import bound_parameters, other_state, served_calls
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook, write_notebook


def plain(*names: str, value: float = 1.0) -> dict[str, Any]:
    return {"form": "plain", "type": "float", "names": list(names), "plain": value}


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
            ["late = read_csv()[0]", "#| predict\ndef predict(x, other):\n    pass", "predict(1, late)"],
            [{"x": plain(), "other": array(1, "late")}],
            {},
            id="one row of a table is asked about",
        ),
        pytest.param(
            ["#| predict\ndef predict(area, rooms):\n    pass", "area, rooms = 50, 2\npredict(area, rooms)"],
            [{"area": plain(), "rooms": plain("rooms")}],
            {},
            id="what is typed is asked about, whatever its name",
        ),
        pytest.param(
            ["df = read_csv()\narea, rooms = df.iloc[0]", "#| predict\ndef predict(area, rooms):\n    pass", "predict(area, rooms)"],
            [{"area": plain("area"), "rooms": plain("rooms")}],
            {},
            id="cells of a row are asked about",
        ),
        pytest.param(
            ["w = fit()", "#| predict\ndef predict(x, w):\n    pass", "predict(1, w)\nw = fit()\npredict(1, w)"],
            [{"x": plain(), "w": plain("w")}, {"x": plain(), "w": plain("w", value=2.0)}],
            {},
            id="what differs between calls is never state",
        ),
        pytest.param(
            ["w, b = fit()", "#| predict\ndef predict(w, b, x):\n    pass", "x = 3\npredict(w, b, x)"],
            [{"w": plain("w"), "b": plain("b"), "x": plain("x")}],
            {"w": "w", "b": "b"},
            id="state may come first",
        ),
        pytest.param(
            ["X = read_csv()", "#| predict\ndef predict(X, x):\n    pass", "x = X[0]\npredict(X, x)"],
            [{"X": array(2, "X"), "x": array(1, "x")}],
            {"X": "X"},
            id="a table to compare a row with may come first",
        ),
        pytest.param(
            ["m = read_csv().mean()", "#| predict\ndef predict(x, m):\n    pass", "predict(1, m)"],
            [{"x": plain(), "m": plain("m")}],
            {"m": "m"},
            id="a mean of a table",
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


def frame(*names: str, rows: int = 2) -> dict[str, Any]:
    return {"form": "frame", "type": "pandas.DataFrame", "names": list(names), "plain": [{}] * rows}


@pytest.mark.parametrize(
    ("cells", "call", "told"),
    [
        pytest.param(
            ["config = json.load()", "#| predict\ndef predict(x, config):\n    pass", "predict(1, config)"],
            {"x": plain(), "config": plain("config")},
            ["whether `config` is asked about", "    #| predict: x -> prediction\n    #| predict: x, config -> prediction"],
            id="what was read from a file",
        ),
        pytest.param(
            ["a, b = fit()", "#| predict\ndef predict(a, b):\n    pass", "predict(a, b)"],
            {"a": plain("a"), "b": plain("b")},
            ["`a`, `b` were computed, so that nothing would be left to ask predict about", "    #| predict: a -> prediction\n    #| predict: a, b -> prediction"],
            id="no parameter would be left",
        ),
        pytest.param(
            ["limit = 0.3", "#| predict\ndef predict(df, limit):\n    pass", "predict(df, limit)"],
            {"df": frame("df"), "limit": plain("limit")},
            ["predict takes a table and `limit` beside it", "    #| predict: df -> prediction"],
            id="a table and a value that was typed",
        ),
        pytest.param(
            ["#| predict\ndef predict(df, limit):\n    pass", "predict(df, 0.3)"],
            {"df": frame("df"), "limit": plain()},
            ["Keep `limit` in a global name, pass that name, and say so in the mark."],
            id="a table and a value without a name",
        ),
        pytest.param(
            ["m = M()", "#| predict\ndef predict(m):\n    pass", "predict(m)"],
            {"m": other("m")},
            ["nothing would be left to ask predict about: for 'm' it is called with a sklearn.Model"],
            id="nothing but what JSON cannot carry",
        ),
    ],
)  # fmt: skip
def test_in_doubt(
    make_notebook: MakeNotebook, cells: list[str], call: dict[str, Any], told: list[str]
) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        bound(make_notebook(*cells), call)
    assert [words for words in told if words not in str(refusal.value)] == []


@pytest.mark.generation
@pytest.mark.parametrize("case", ["file", "computed", "table"])
def test_the_arrows_of_the_message_work(tmp_path: Path, case: str) -> None:
    """Each line that a message offers is pasted in place of the mark, and gives a proven model."""
    read, function, call = {
        "file": ("k = json.loads('3')", "def predict(x, k):\n    return x * k", "predict(2, k)"),
        "computed": (
            "a, b = np.polyfit([1, 2, 3], [2, 4, 6.5], 1)",
            "def predict(a, b):\n    return float(a * b)",
            "predict(a, b)",
        ),
        "table": (
            "df = pd.DataFrame({'a': [1.0, 2.0]})\nlimit = 1.5",
            "def predict(df, limit):\n    return (df['a'] > limit).tolist()",
            "predict(df, limit)",
        ),
    }[case]
    imports = "import json\nimport numpy as np\nimport pandas as pd\n"
    cells = [f"{imports}{read}", f"#| predict\n{function}", call]
    with pytest.raises(Nb2serviceError) as refusal:
        extracted(tmp_path / "doubt", *cells)
    lines = re.findall(r"#\| predict: .*", str(refusal.value))
    assert len(lines) == (1 if case == "table" else 2)
    for number, line in enumerate(lines):
        proof = extracted(tmp_path / str(number), cells[0], f"{line}\n{function}", call).proof
        assert proof.count("recorded") == (1, 1)


def extracted(folder: Path, *cells: str) -> pipeline.Outcome:
    notebook = write_notebook(folder / "nb.ipynb", *cells)
    return pipeline.extract(notebook, "", folder / "made", lambda *_: None)


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
