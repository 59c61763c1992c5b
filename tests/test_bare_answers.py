"""Which answer a bare cell gives."""

from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.look import look
from nb2service.marking.answers import Answer
from support import MakeNotebook

BEFORE = (
    "X = X_train = X_test = names = sc = y_test = model = other = models = None\n"
    "score = mse = plt = np = t = plot = f = mine = None"
)


def answer_of(path: Path) -> Answer:
    found = look(path).mark.answer
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        pytest.param("y = model.predict(X)", "y", id="a name"),
        pytest.param("y = model.predict(X)[:, 1]", "y", id="a name for a part"),
        pytest.param("model.predict(X)", "model.predict(X)", id="a call"),
        pytest.param("model.predict(X)[:10]", "model.predict(X)[:10]", id="some rows"),
        pytest.param(
            "print(score(y_test, model.predict(X)))", "model.predict(X)", id="in a metric"
        ),
        pytest.param("plt.plot(X, model.predict(X))", "model.predict(X)", id="in a plot"),
        pytest.param(
            "rmse = np.sqrt(mse(y_test, model.predict(X)))", "model.predict(X)", id="below"
        ),
        pytest.param(
            "t['y'] = model.predict(X).round()", "model.predict(X).round()", id="a column"
        ),
        pytest.param("names[model.predict(X)]", "names[model.predict(X)]", id="looked up"),
        pytest.param("y = sc.inverse_transform(model.predict(X))", "y", id="scaled back"),
        pytest.param("y = model.predict(X)\ny = y > 0.5", "y", id="made anew from itself"),
        pytest.param("y = model.predict(X)\nn = len(y)\ny = 3", "y", id="the name taken later"),
        pytest.param(
            "[names[i] for i in model.predict(X)]",
            "[names[i] for i in model.predict(X)]",
            id="each",
        ),
        pytest.param(
            'print(f"{model.predict(X)[0]:.2f} EUR")',
            "f'{model.predict(X)[0]:.2f} EUR'",
            id="a text",
        ),
        pytest.param(
            'print("p", model.predict([[1]])[0])',
            "print('p', model.predict([[1]])[0])",
            id="printed",
        ),
        pytest.param(
            "a = model.predict(X_train)\nb = model.predict(X_test)", "b", id="test, not training"
        ),
        pytest.param(
            "b = model.predict(X_test)\na = model.predict(X_train)", "b", id="in any order"
        ),
        pytest.param(
            "def show(p):\n    print(p)\ny = model.predict(X)", "y", id="a helper in the cell"
        ),
        pytest.param("if True:\n    y = model.predict_proba(X)", "y", id="in a branch"),
        pytest.param("y = f(model.predict(X))", "y", id="a name for what a function makes of it"),
        pytest.param("y = t.f(model.predict(X), 3)", "y", id="a function of a module"),
        pytest.param("y = t.vectorize(f)(model.predict(X))", "y", id="a function that was made"),
        pytest.param("y = t.Series(model.predict(X)).rank(pct=True)", "y", id="a method behind it"),
        pytest.param("y = t.where(X > 3, model.predict(X), 0)", "y", id="a mask around it"),
        pytest.param("y = t.select([X > 3], [model.predict(X)])", "y", id="in a list of choices"),
        pytest.param("y = f(p=model.predict(X))", "y", id="by a keyword"),
        pytest.param("y = a = f(model.predict(X))", "y", id="two names"),
        pytest.param("y: list = f(model.predict(X))", "y", id="with an annotation"),
        pytest.param("f(model.predict(X))", "f(model.predict(X))", id="a call of a call"),
        pytest.param("print(f(model.predict(X)))", "f(model.predict(X))", id="printed, of a call"),
        pytest.param("y = (model.predict(X) + other.predict(X)) / 2", "y", id="two models in one"),
        pytest.param(
            "y = t.mean([model.predict(X), other.predict(X)], axis=0)", "y", id="in a list"
        ),
        pytest.param(
            "a = model.predict(X)\nb = other.predict(X)\ny = 0.4 * a + 0.6 * b", "y", id="a blend"
        ),
        pytest.param(
            "a = model.predict(X)\nb = other.predict(X)\ny = np.mean([a, b], axis=0)\nz = y > 3",
            "z",
            id="the last that is made of both",
        ),
        pytest.param(
            "a = model.predict(X)\ny = other.predict(np.c_[a, a])", "y", id="a model of answers"
        ),
        pytest.param(
            "a = model.predict(X)\nb = other.predict(X)\ny = np.where(a, b, 0)\nn = y.mean()",
            "y",
            id="two parts",
        ),
        pytest.param(
            "y = np.mean([m.predict(X) for m in models], axis=0)", "y", id="a mean of models"
        ),
        pytest.param("y = 0\nfor m in models:\n    y += m.predict(X)", "y", id="a sum in a loop"),
        pytest.param(
            "p = 0\nfor m in models:\n    p = p + m.predict(X) / 3", "p", id="made anew in a loop"
        ),
        pytest.param(
            "a = []\nfor m in models:\n    a.append(m.predict(X))\ny = np.mean(a, axis=0)",
            "y",
            id="a list of a loop",
        ),
        pytest.param("y = sum(m.predict(X) for m in models) / 3", "y", id="a sum of models"),
        pytest.param(
            "a = [m.predict(X) for m in models]\ny = np.mean(a, axis=0)", "y", id="of a list"
        ),
        pytest.param("Z = model.transform(X)", "Z", id="an embedding"),
        pytest.param("i = model.kneighbors(X)[1]", "i", id="neighbours"),
        pytest.param(
            "t = model.get_prediction(X).summary_frame()", "t", id="a prediction with its bounds"
        ),
        pytest.param(
            "Z = sc.transform(X)\ny = model.predict(Z)", "y", id="transformed, then predicted"
        ),
        pytest.param(
            "y = t({'a': model.predict(X).round()})", "model.predict(X).round()", id="beside"
        ),
        pytest.param("t.append(f(model.predict(X)))", "f(model.predict(X))", id="appended"),
        pytest.param(
            "t.DataFrame(model.predict(X)).to_csv()", "t.DataFrame(model.predict(X))", id="written"
        ),
        pytest.param("a = (model.predict(X) == y_test).mean()", "model.predict(X)", id="compared"),
        pytest.param(
            "a = mine(y_test, model.predict(X))", "model.predict(X)", id="judged by a label"
        ),
    ],
)
def test_accepts(make_notebook: MakeNotebook, cell: str, text: str) -> None:
    assert answer_of(make_notebook(BEFORE, f"#| predict\n{cell}")).text == text


@pytest.mark.parametrize(
    ("arrow", "text"),
    [
        pytest.param("X -> b", "b", id="a name"),
        pytest.param("X@1 -> a", "a", id="with a version"),
        pytest.param(
            "X -> other.predict(X)", "other.predict(X)", id="a call that a name is bound to"
        ),
        pytest.param("-> b", "b", id="no input"),
    ],
)
def test_the_arrow_chooses(make_notebook: MakeNotebook, arrow: str, text: str) -> None:
    cell = f"#| predict: {arrow}\na = model.predict(X)\nb = other.predict(X)"
    assert answer_of(make_notebook(BEFORE, cell)).text == text


@pytest.mark.parametrize(
    ("later", "line"),
    [
        pytest.param("t.exp(y, out=y)", 3, id="out"),
        pytest.param("for i in range(3):\n    y[i] = 0", 3, id="a loop that sets"),
        pytest.param("floor(y, 3)", 3, id="a function that sets"),
        pytest.param("outer(3, v=y)", 3, id="a function that hands it on"),
        pytest.param("y.sort()", 3, id="a method"),
        pytest.param("y.replace(1, 2, inplace=True)", 3, id="inplace"),
        pytest.param("y += 1", 3, id="augmented"),
        pytest.param("t.putmask(y, y < 0, 0)", 3, id="a function of NumPy"),
        pytest.param("a = t.exp(y)\ny = a", 4, id="by way of another name"),
        pytest.param("y = [f(v) for v in y]", 3, id="a list made of it"),
        pytest.param("print(y)\nseen(y)\na = y.mean()", 2, id="only looked at"),
        pytest.param("a = y.copy()\na[0] = 1", 2, id="a copy that is changed"),
    ],
)
def test_the_last_version(make_notebook: MakeNotebook, later: str, line: int) -> None:
    helpers = (
        "def floor(v, low):\n    v[v < low] = low\ndef outer(low, v):\n    floor(v, low)\n"
        "def seen(v):\n    w = v * 2\n    return w"
    )
    found = answer_of(make_notebook(BEFORE, helpers, f"#| predict\ny = model.predict(X)\n{later}"))
    assert (found.text, found.statement.line) == ("y", line)


def test_the_arrow_names_an_expression(make_notebook: MakeNotebook) -> None:
    cell = "#| predict: X -> other.predict(X)\nprint(model.predict(X), other.predict(X))"
    assert answer_of(make_notebook(BEFORE, cell)).text == "other.predict(X)"


@pytest.mark.parametrize(
    ("arrow", "told"),
    [
        pytest.param(
            "X_tset -> y", "begins at `X_tset`, which no cell up to the mark binds", id="a typo"
        ),
        pytest.param("json -> y", "begins at `json`, which is no table", id="a module"),
        pytest.param("f -> y", "begins at `f`, which is no table", id="a function"),
        pytest.param("X@2 -> y", "begins at `X@2`, and cell 2 does not mention X", id="a cell"),
    ],
)
def test_where_an_arrow_cannot_begin(make_notebook: MakeNotebook, arrow: str, told: str) -> None:
    cell = f"#| predict: {arrow}\ny = model.predict(X)"
    path = make_notebook(BEFORE, "import json\ndef f(x):\n    return x", cell)
    with pytest.raises(Nb2serviceError) as refusal:
        look(path)
    assert told in str(refusal.value)


def test_a_label_names_the_only_answer(make_notebook: MakeNotebook) -> None:
    marked = look(make_notebook(BEFORE, "#| predict: X -> price\nmodel.predict(X)")).mark
    assert marked.answer is not None
    assert (marked.answer.text, marked.answer_name) == ("model.predict(X)", "price")


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        pytest.param(
            "a = model.predict(X)\nb = other.predict(X)",
            ["gives 2 answers: model.predict, other.predict", "#| predict: -> a", "predict: -> b"],
            id="two models",
        ),
        pytest.param(
            "a = model.predict(X)\nb = model.predict_proba(X)",
            ["gives 2 answers", "-> a", "-> b"],
            id="two methods",
        ),
        pytest.param(
            "a = model.predict(X)\nb = other.predict(X)\nc = np.corrcoef(a, b)",
            ["gives 2 answers", "-> a", "-> b"],
            id="compared",
        ),
        pytest.param(
            "a = [m.predict(X) for m in models]",
            ["m.predict stands in a comprehension, so it is many answers"],
            id="a list of answers",
        ),
        pytest.param(
            "a = []\nfor m in models:\n    a.append(m.predict(X))\nb = np.mean(a)",
            ["line 3", "so `a` is many answers", "np.mean(a, axis=0)", "#| predict: -> a"],
            id="a list of a loop",
        ),
        pytest.param(
            "for m in models:\n    print(m.predict(X))",
            ["line 2", "m.predict stands in a loop", "#| predict: -> m.predict(X)"],
            id="a loop",
        ),
        pytest.param(
            "for d in range(3):\n    m = model.fit(X)\n    a = m.predict(X)",
            ["m.predict stands in a loop", "Train the model to serve in a cell of its own"],
            id="a loop that trains",
        ),
        pytest.param(
            "for a, p in zip(X, model.predict(X[:10])):\n    print(a, p)",
            [
                "line 2: model.predict is asked in the head of a loop",
                "y_pred = model.predict(X[:10])",
            ],
            id="the head of a loop",
        ),
        pytest.param(
            "y = model.fit_predict(X)",
            ["calls no predict", "add a cell with `model.predict(…)`"],
            id="fit_predict",
        ),
        pytest.param(
            "distances, indices = model.kneighbors(X)",
            ["gives 2 answers: model.kneighbors", "-> distances", "-> indices"],
            id="a pair",
        ),
        pytest.param(
            "model = t.DBSCAN()\ny = model.fit_predict(X)",
            ["DBSCAN answers only the rows that it is fitted on", "KMeans"],
            id="a model of its own rows",
        ),
        pytest.param(
            "yhat = np.dot(X, names)\nprint(yhat)",
            ["calls no predict", "if `yhat` is the answer: #| predict: -> yhat"],
            id="arithmetic",
        ),
        pytest.param("plot(X)", ["defines no function and calls no predict"], id="only a plot"),
    ],
)
def test_refuses(make_notebook: MakeNotebook, cell: str, told: list[str]) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        answer_of(make_notebook(BEFORE, f"#| predict\n{cell}"))
    assert [words for words in told if words not in str(refusal.value)] == []


@pytest.mark.parametrize(
    "line", ["#| predict: X, sc -> y", "#| predict: X -> ", "#| predict: X@seven -> y"]
)
def test_unreadable_marks(make_notebook: MakeNotebook, line: str) -> None:
    with pytest.raises(Nb2serviceError, match="cannot read the mark"):
        look(make_notebook(BEFORE, f"{line}\ny = model.predict(X)"))
