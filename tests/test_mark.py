"""Finding the marked cell."""

import json

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark, mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook

FUNCTION = "def predict(payload):\n    return 1"


def find(make_notebook: MakeNotebook, *cells: str) -> Mark:
    notebook = read(make_notebook(*cells))
    return mark(notebook, parse(notebook))


@pytest.mark.parametrize(
    ("cell", "answer_name"),
    [
        pytest.param(f"#| predict\n{FUNCTION}", None, id="the line"),
        pytest.param(f"# | predict\n{FUNCTION}", None, id="the line with a space"),
        pytest.param(f"\n#| predict\n{FUNCTION}", None, id="below a blank line"),
        pytest.param(f"%%time\n#| predict\n{FUNCTION}", None, id="below a cell magic"),
        pytest.param(f"%%service a\n{FUNCTION}", None, id="our cell magic"),
        pytest.param(f"%%service\n#| predict: -> y\n{FUNCTION}", "y", id="it, and an arrow"),
        pytest.param(f"# tag: predict\n{FUNCTION}", None, id="the tag"),
        pytest.param(f"#| predict: payload -> score\n{FUNCTION}", "score", id="a named answer"),
        pytest.param(f"#| predict: -> score\n{FUNCTION}", "score", id="a named answer alone"),
        pytest.param(f"#| label: model\n#| predict\n{FUNCTION}", None, id="below other directives"),
        pytest.param(f"# %% predict\n{FUNCTION}", None, id="the title of a cell"),
        pytest.param(f"#%% predict: x -> y\n{FUNCTION}", "y", id="the title, with an arrow"),
        pytest.param(f"# predict\n{FUNCTION}", None, id="a comment"),
        pytest.param(f"#predict: x -> y\n{FUNCTION}", "y", id="a comment with an arrow"),
        pytest.param(f"#| export\n{FUNCTION}", None, id="nbdev 2"),
        pytest.param(f"#|exporti core\n{FUNCTION}", None, id="nbdev 2, into a module"),
        pytest.param(f"# export\n{FUNCTION}", None, id="nbdev 1"),
        pytest.param(f"# nuclio: start-code\n{FUNCTION}", None, id="nuclio"),
        pytest.param(f"# POST /predict\n{FUNCTION}", None, id="the kernel gateway"),
        pytest.param(FUNCTION, None, id="no mark, one def predict"),
    ],
)
def test_accepts(make_notebook: MakeNotebook, cell: str, answer_name: str | None) -> None:
    found = find(make_notebook, "x = 1", cell)
    assert (found.cell.number, found.function, found.answer_name) == (2, "predict", answer_name)


def test_the_line_goes_before_the_tag(make_notebook: MakeNotebook) -> None:
    found = find(make_notebook, f"# tag: predict\n#| predict\n{FUNCTION}")
    assert found.how == "its first line #| predict"


@pytest.mark.parametrize("how", ["tag", "line"])
def test_a_mark_on_a_text_is_named_as_such(make_notebook: MakeNotebook, how: str) -> None:
    path = make_notebook("x = 1", FUNCTION.replace("predict", "price"))
    stored = json.loads(path.read_text())
    text = {"cell_type": "markdown", "id": "t", "metadata": {}, "source": "## Predict"}
    if how == "tag":
        text["metadata"] = {"tags": ["predict"]}
    else:
        text["source"] = "#| predict"
    stored["cells"].insert(1, text)
    path.write_text(json.dumps(stored))
    notebook = read(path)
    scope = parse(notebook)
    with pytest.raises(Nb2serviceError) as raised:
        mark(notebook, scope)
    assert "the text below cell 1 is marked, which is no code" in str(raised.value)


@pytest.mark.parametrize(
    ("line", "inputs"),
    [
        ("#| predict: area, bedrooms -> price", ("area", "bedrooms")),
        ("#| predict: X_test -> proba", ("X_test",)),
        ("#| predict -> proba", ()),
        ("#| predict", ()),
    ],
)
def test_the_names_left_of_the_arrow(
    make_notebook: MakeNotebook, line: str, inputs: tuple[str, ...]
) -> None:
    assert find(make_notebook, f"{line}\n{FUNCTION}").inputs == inputs


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        pytest.param(
            [f"# predict\n{FUNCTION}", "#| export\ndef predict_all(x):\n    return x"],
            1,
            id="ours before nbdev",
        ),
        pytest.param(
            [f"# predict\n{FUNCTION}", f"# tag: predict\n{FUNCTION}", "# predict\ny = 1"],
            2,
            id="the tag before a comment",
        ),
        pytest.param(
            [
                "#| export\nimport os",
                "#| export\ndef predict_one(x):\n    return x",
                "def f():\n  pass",
            ],
            2,
            id="of the exported cells, the one with a function like predict",
        ),
        pytest.param(
            [FUNCTION, "# nuclio: code-start\nx = 1", FUNCTION, "# nuclio: code-end", FUNCTION],
            3,
            id="between nuclio's markers",
        ),
        pytest.param(
            [
                "# mlrun:start-code",
                "def score(x):\n    return x\n# mlrun:end-code\ndef classify(): 1",
            ],
            2,
            id="mlrun's markers inside a cell",
        ),
        pytest.param(
            [f"{FUNCTION}", "# POST /predict\nprint(predict(REQUEST))", "# GET /x\nREQUEST"],
            1,
            id="a gateway's handler is not run, its function is served",
        ),
        pytest.param(
            ["#| ignore\ndef predict(x:", f"# tag: ignore\n{FUNCTION}", FUNCTION],
            3,
            id="what is ignored is not looked at",
        ),
        pytest.param(
            [f"# nuclio: ignore\n{FUNCTION}", f"# tag: mlrun-ignore\n{FUNCTION}", FUNCTION],
            3,
            id="what nuclio ignores",
        ),
    ],
)
def test_which_mark_counts(make_notebook: MakeNotebook, cells: list[str], number: int) -> None:
    assert find(make_notebook, *cells).cell.number == number


def test_an_ignored_cell_keeps_its_number(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("#| ignore\nx = 1", "y = 1"))
    assert [cell.number for cell in notebook.cells] == [2]
    assert [cell.number for cell in notebook.ignored] == [1]


def test_a_gateway_s_handler_runs_if_the_notebook_makes_a_request(
    make_notebook: MakeNotebook,
) -> None:
    handler = "# POST /predict\nprint(predict(REQUEST))"
    assert [cell.number for cell in read(make_notebook("REQUEST = '{}'", handler)).cells] == [1, 2]
    assert [cell.number for cell in read(make_notebook("REQUEST == 1", handler)).cells] == [1]


def test_a_single_function_needs_no_name(make_notebook: MakeNotebook) -> None:
    assert find(make_notebook, "#| predict\ndef score(df):\n    return 1").function == "score"


def test_predict_is_preferred_among_several(make_notebook: MakeNotebook) -> None:
    cell = f"#| predict\ndef helper():\n    pass\n\n{FUNCTION}"
    assert find(make_notebook, cell).function == "predict"


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        pytest.param(
            ["y = model.predict(X)", "def score(a):\n    return 1", "z = 1"],
            [
                "no cell is marked",
                "cell 1: y = model.predict(X)",
                "cell 2: def score(…)",
                "#| predict",
            ],
            id="no mark, candidates are listed",
        ),
        pytest.param(["x = 1"], ["no cell here calls predict"], id="no mark, no candidate"),
        pytest.param(
            [f"#| predict\n{FUNCTION}", "x = 1", f"#| predict\n{FUNCTION}"],
            ["2 cells are marked: 1, 3", "leave the mark on one"],
            id="two marks",
        ),
        pytest.param(
            [f"#| predict\n{FUNCTION}", f"# tag: predict\n{FUNCTION}"],
            ["1, 2 (cell 1 by its first line #| predict, cell 2 by its tag predict)"],
            id="the line and the tag in different cells",
        ),
        pytest.param(
            [f"# predict\n{FUNCTION}", f"# predict\n{FUNCTION}"],
            ["2 cells are marked: 1, 2", "put `#| predict` on the first line of one of them"],
            id="two comments",
        ),
        pytest.param(
            [f"#| export\n{FUNCTION}", f"# POST /predict\n{FUNCTION}"],
            ["cell 1 by its first line #| export, cell 2 by its first line # POST /predict"],
            id="two tools",
        ),
        pytest.param(
            [FUNCTION, FUNCTION], ["no cell is marked", "cell 1: def predict"], id="two def predict"
        ),
        pytest.param(
            [f"# tag: ignore\n#| predict\n{FUNCTION}"],
            ["cell 1", "marked both `predict` and `ignore`"],
            id="marked and ignored",
        ),
        pytest.param(
            ["#| predict\nasync def predict(x):\n    return x"],
            ["cell 1, line 2", "predict is an async function", "asyncio.run"],
            id="an async function",
        ),
        pytest.param(
            ["y = model.predict(X)", "#| predict\nprint(1)"],
            ["cell 2", "defines no function and calls no predict", "cell 1: y"],
            id="neither a function nor a prediction",
        ),
        pytest.param(
            ["#| predict\ndef a():\n    pass\ndef b():\n    pass"],
            ["defines 2 functions: a, b"],
            id="two functions",
        ),
        pytest.param(
            [f"#| predict the churn\n{FUNCTION}"], ["cannot read the mark"], id="an unreadable mark"
        ),
    ],
)
def test_refuses(make_notebook: MakeNotebook, cells: list[str], told: list[str]) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        find(make_notebook, *cells)
    assert all(text in str(refusal.value) for text in told), refusal.value


def test_predictions_and_predictors_are_no_marks(make_notebook: MakeNotebook) -> None:
    with pytest.raises(Nb2serviceError, match="no cell is marked"):
        find(make_notebook, f"#| predictions\n{FUNCTION}", f"x = 1\n#| predict\n{FUNCTION}")
