"""Finding the marked cell."""

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.mark import Mark, mark
from nb2service.read import read
from nb2service.statements import parse
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
        pytest.param(f"# tag: predict\n{FUNCTION}", None, id="the tag"),
        pytest.param(f"#| predict: payload -> score\n{FUNCTION}", "score", id="a named answer"),
        pytest.param(f"#| predict: -> score\n{FUNCTION}", "score", id="a named answer alone"),
    ],
)
def test_accepts(make_notebook: MakeNotebook, cell: str, answer_name: str | None) -> None:
    found = find(make_notebook, "x = 1", cell)
    assert (found.cell.number, found.function, found.answer_name) == (2, "predict", answer_name)


def test_the_line_goes_before_the_tag(make_notebook: MakeNotebook) -> None:
    found = find(make_notebook, f"# tag: predict\n{FUNCTION}", f"#| predict\n{FUNCTION}")
    assert found.cell.number == 2


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
            ["2 cells are marked: 1, 3"],
            id="two marks",
        ),
        pytest.param(
            ["#| predict\ny = model.predict(X)"],
            ["cell 1", "defines no function", "return model.predict(X)"],
            id="a bare cell",
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
