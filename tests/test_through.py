"""A marked cell that predicts through a function of another cell."""

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.look import look
from nb2service.marking.goes_on import goes_on
from support import MakeNotebook

BEFORE = """
model = sc = np = X = y_test = df = score = None
def recommend(N, P):
    return model.predict([[N, P]])[0]
def by_way(row):
    return recommend(row["N"], row["P"])
def evaluate(X_train):
    model.fit(X_train)
    return model.predict(X_train)
def main():
    print(model.predict(X))
def judge(p):
    return p > 3
"""


@pytest.mark.parametrize(
    ("cell", "function", "answer"),
    [
        pytest.param("recommend(90, 42)", "recommend", None, id="a call"),
        pytest.param("crop = recommend(90, 42)", "recommend", "crop", id="a name"),
        pytest.param("print(recommend(90, 42))", "recommend", None, id="printed"),
        pytest.param("print(f'{recommend(90, 42)} fits')", "recommend", None, id="in a text"),
        pytest.param("by_way({'N': 1, 'P': 2})", "by_way", None, id="through two functions"),
        pytest.param("recommend(1, 2)\nrecommend(3, 4)", "recommend", None, id="twice"),
        pytest.param("evaluate(X)\nrecommend(1, 2)", "recommend", None, id="beside training"),
    ],
)
def test_the_function_is_served(
    make_notebook: MakeNotebook, cell: str, function: str, answer: str | None
) -> None:
    looked = look(make_notebook(BEFORE, f"#| predict\n{cell}", "recommend(3, 4)"))
    marked = looked.mark
    assert (marked.function, marked.cell.number, marked.answer) == (function, 1, None)
    assert (marked.answer_name, looked.callers) == (answer, [2])
    assert marked.how == "cell 2, which calls it and has the first line #| predict"


@pytest.mark.parametrize(
    ("arrow", "function"),
    [
        pytest.param("-> a", "recommend", id="a name"),
        pytest.param("-> by_way({'N': 1, 'P': 2})", "by_way", id="a call"),
    ],
)
def test_the_arrow_chooses(make_notebook: MakeNotebook, arrow: str, function: str) -> None:
    cell = f"#| predict: {arrow}\na = recommend(1, 2)\nby_way({{'N': 1, 'P': 2}})"
    assert look(make_notebook(BEFORE, cell)).mark.function == function


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        pytest.param(
            "a = recommend(1, 2)\nby_way({'N': 1})",
            ["cell 2", "through 2 functions", "-> a", "-> by_way({'N': 1})"],
            id="two functions",
        ),
        pytest.param(
            "y = np.expm1(recommend(1, 2))",
            ["cell 2, line 2", "`np.expm1(recommend(1, 2))` makes another answer", "into cell 1"],
            id="a function around it",
        ),
        pytest.param(
            "y = recommend(1, 2)\ny = np.expm1(y)",
            ["cell 2, line 3", "makes another answer of what recommend"],
            id="made anew",
        ),
        pytest.param("main()", ["main predicts, but is given nothing"], id="given nothing"),
        pytest.param("evaluate(X)", ["calls no predict"], id="it trains"),
        pytest.param("judge(4)", ["calls no predict"], id="it predicts nothing"),
    ],
)
def test_refuses(make_notebook: MakeNotebook, cell: str, says: list[str]) -> None:
    with pytest.raises(Nb2serviceError) as raised:
        look(make_notebook(BEFORE, f"#| predict\n{cell}"))
    for part in says:
        assert part in str(raised.value)


def test_what_the_cell_goes_on_to_make_is_told(make_notebook: MakeNotebook) -> None:
    cell = "#| predict\np = recommend(1, 2)\nprice = round(p * 3)"
    looked = look(make_notebook(BEFORE, cell))
    (said,) = goes_on(looked.scope, looked.mark)
    assert said == (
        "cell 2 goes on to make `price` of `p`; what is served is what recommend returns. "
        "To serve the other: let recommend return it."
    )
