"""Which of the cells that fail matter to what is served."""

from dataclasses import replace

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.look import look
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import Scope, parse
from nb2service.running.failures import (
    Cause,
    Failure,
    cause,
    needed,
    needed_at,
    needed_by,
    notes,
)
from support import MakeNotebook

TABLES = (
    "import numpy as np\nimport pandas as pd\ntrain = pd.read_csv('a')\ntest = pd.read_csv('b')"
)
PREDICT = "#| predict\ndef predict(a):\n    return a + w"


def found(
    make_notebook: MakeNotebook, cells: list[str], *failed: tuple[int, int | None]
) -> Cause | None:
    """The cause, if these cells fail in these lines; a negative number goes on below its line."""
    notebook = read(make_notebook(*cells, PREDICT, "predict(1)"))
    scope = parse(notebook)
    failures = [
        Failure(notebook.cells[abs(number) - 1], line, "KeyError", "'x'", went_on=number < 0)
        for number, line in failed
    ]
    marked = mark(notebook, scope)
    return cause(scope, failures, needed(scope, marked, len(notebook.cells)))


@pytest.mark.parametrize(
    ("cells", "failed"),
    [
        pytest.param(["w = 1", "y = 2"], (2, 1), id="another name"),
        pytest.param(["y = 1", "w = 2"], (1, 1), id="another name, before"),
        pytest.param(["w = 1\nplot(w)"], (1, 2), id="below the binding in its cell"),
        pytest.param(["w = 1", "w.plot()"], (2, 1), id="a method that changes nothing"),
        pytest.param(["w = 1", "print(w)\nw.corr()"], (2, 2), id="a look at it"),
        pytest.param(["w = old", "w = 2"], (1, 1), id="bound anew below"),
        pytest.param(["w = {}", "w['a'] = 1", "w = {}"], (2, 1), id="changed, then bound anew"),
        pytest.param(["df = 1\nw = df", "df['p'] = 2"], (2, 1), id="changed after it was used"),
        pytest.param(
            ["def w():\n    pass", "def f():\n    w.fit()"], (2, 1), id="in a function's body"
        ),
        pytest.param(
            ["import w", "import seaborn\nimport w"], (-2, 1), id="an import, and it went on"
        ),
        pytest.param(["with a:\n    w = 1\n    plot()"], (1, 3), id="a with, below the binding"),
    ],
)
def test_harmless(make_notebook: MakeNotebook, cells: list[str], failed: tuple[int, int]) -> None:
    assert found(make_notebook, cells, failed) is None


@pytest.mark.parametrize(
    ("cells", "failed", "name"),
    [
        pytest.param(["w = 1"], (1, 1), "w", id="its binding"),
        pytest.param(["import x\nw = 1"], (1, 1), "w", id="not reached"),
        pytest.param(["import x\nw = 1"], (1, None), "w", id="nobody knows the line"),
        pytest.param(["w = 1", "w = 2"], (2, 1), "w", id="an older value is there"),
        pytest.param(["w = 1", "w += 2"], (2, 1), "w", id="augmented"),
        pytest.param(["w = {}", "w['a'] = 1"], (2, 1), "w", id="an item of it"),
        pytest.param(["w = M()", "w.fit(X)"], (2, 1), "w", id="fitted"),
        pytest.param(["w = M()", "h = w.a.fit(X)"], (2, 1), "w", id="a part of it fitted"),
        pytest.param(["w = D()", "w.drop('a', inplace=True)"], (2, 1), "w", id="in place"),
        pytest.param(["df = 1", "df = df + 1", "w = df"], (2, 1), "df", id="what it was made from"),
        pytest.param(
            ["w = M()\nX = 1", "X['a'] = 2", "w.fit(X)"], (2, 1), "X", id="what it was fitted on"
        ),
        pytest.param(
            ["k = 1", "def w(a):\n    return k", "k = 2"], (3, 1), "k", id="what its body needs"
        ),
        pytest.param(
            ["with a:\n    plot()\n    w = 1"], (1, 2), "w", id="a with, above the binding"
        ),
        pytest.param(
            ["for i in x:\n    w = 1\n    plot()"], (1, 3), "w", id="a loop, not at its end"
        ),
        pytest.param(["import a\nfrom b import w"], (-1, 2), "w", id="an import, and it went on"),
        pytest.param(["from lib import *"], (-1, 1), "w", id="a star import"),
    ],
)
def test_needed(
    make_notebook: MakeNotebook, cells: list[str], failed: tuple[int, int | None], name: str
) -> None:
    cause = found(make_notebook, cells, failed)
    assert cause is not None
    assert cause.name == name


CHANGES = {
    "a loop over tables": "for t in [train, test]:\n    t['x'] = t['y']",
    "a list of tables": "both = [train, test]\nfor t in both:\n    t['x'] = 1",
    "an alias": "df = train\ndf['x'] = df['y']",
    "a view": "v = train.values\nv[0] = other",
    "a function that changes what it is given": (
        "def clean(t):\n    t['x'] = t['y']\nclean(train)"
    ),
    "a function that changes a global": ("def clean():\n    train['x'] = train['y']\nclean()"),
    "a function of a library that nobody knows": "import mine\nmine.clean(train)",
    "map": "def clean(t):\n    t['x'] = 1\nlist(map(clean, [train]))",
    "out": "np.clip(train, 0, other, out=train)",
    "a text that is run": "exec(\"train['x'] = train['y']\")",
}
LOOKS = {
    "a copy of a table": "t = train.copy()\nt['x'] = t['y']",
    "a loop over copies": "for t in [train.copy()]:\n    t['x'] = 1",
    "a plot": "import seaborn as sns\nsns.heatmap(train.corr())",
    "a function that looks": "def show(t):\n    print(t['x'].mean())\nshow(train)",
    "the other table": "test['x'] = test['y']",
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_table_that_a_failed_cell_may_have_changed(
    make_notebook: MakeNotebook, what: str
) -> None:
    failed = (2, CHANGES[what].count("\n") + 1)
    cause = found(make_notebook, [TABLES, CHANGES[what], "w = train.mean()"], failed)
    assert cause is not None
    assert cause.failure.cell.number == 2


@pytest.mark.parametrize("what", LOOKS)
def test_a_table_that_a_failed_cell_only_looked_at(make_notebook: MakeNotebook, what: str) -> None:
    failed = (2, LOOKS[what].count("\n") + 1)
    assert found(make_notebook, [TABLES, LOOKS[what], "w = train.mean()"], failed) is None


def test_the_marked_function_is_not_reached(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("w = 1", f"import x\n{PREDICT}", "predict(1)"))
    scope = parse(notebook)
    failure = Failure(notebook.cells[1], 1, "KeyError", "")
    assert cause(scope, [failure], needed(scope, mark(notebook, scope), 3)) == Cause(
        failure, "predict"
    )


def test_the_first_of_a_row_of_failures_is_the_cause(make_notebook: MakeNotebook) -> None:
    cells = ["df = read()", "X = df.x", "w = M()", "w.fit(X)"]
    cause = found(make_notebook, cells, (4, 1), (2, 1), (1, 1))
    assert cause is not None
    assert (cause.failure.cell.number, cause.name) == (1, "df")


def test_what_a_call_needs(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("t = read()", "predict(t)"))
    scope: Scope = parse(notebook)
    failures = [Failure(notebook.cells[i], 1, "NameError", "") for i in (0, 1)]
    assert cause(scope, failures, needed_by(scope, failures[1])) == Cause(failures[0], "t")
    assert cause(scope, failures, needed_at(scope, ["other"], 2)) is None
    assert cause(scope, [], needed_at(scope, ["t"], 2)) is None


@pytest.mark.parametrize(
    ("shown", "cells", "expected"),
    [
        pytest.param("KeyError", ["w = 1", "w = w['x']"], None, id="it was there before"),
        pytest.param("KeyError", ["w = {}", "w['a'] = w['x']"], None, id="it was not changed"),
        pytest.param("KeyError", ["v = 1", "w = v['x']"], "w", id="it was never there"),
        pytest.param("NameError", ["w = 1", "w = w['x']"], "w", id="another error"),
        pytest.param("", ["w = 1", "w = w['x']"], "w", id="none was saved"),
    ],
)
def test_an_error_that_the_saved_notebook_shows(
    make_notebook: MakeNotebook, shown: str, cells: list[str], expected: str | None
) -> None:
    notebook = read(make_notebook(*cells, PREDICT))
    scope = parse(notebook)
    failure = Failure(replace(notebook.cells[1], error=shown), 1, "KeyError", "'x'")
    cause_found = cause(scope, [failure], needed(scope, mark(notebook, scope), 3))
    assert (cause_found and cause_found.name) == expected
    assert ("as the saved notebook shows" in notes([failure], notebook)[0]) == failure.known


def test_a_thousand_failures_are_few_lines(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook(*[f"x{i} = 1 / 0" for i in range(30)]))
    told = notes(
        [Failure(cell, 1, "ZeroDivisionError", "by zero.") for cell in notebook.cells], notebook
    )
    assert told[0] == (
        "Cell 1, line 1 failed (ZeroDivisionError: by zero); nothing that is served depends on it."
    )
    assert len(told) == 4
    assert told[3].startswith("Cells 4, 5, 6")
    assert "24, …" not in told[3]
    assert "…" in told[3]


def test_a_failure_that_was_meant_is_not_told(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("# tag: raises-exception\n1 / 0"))
    assert notes([Failure(notebook.cells[0], 1, "ZeroDivisionError", "")], notebook) == []


def test_the_kernel_s_name_for_a_cell_is_not_told(make_notebook: MakeNotebook) -> None:
    notebook = read(make_notebook("x = = 1"))
    failure = Failure(notebook.cells[0], 1, "SyntaxError", "invalid syntax (372344.py, line 1)")
    assert failure.fact == "SyntaxError: invalid syntax"


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("print 'x'", id="it binds nothing"),
        pytest.param("%%time\nprint w", id="it looks at what is needed"),
        pytest.param("y = = 1\ny.fit(w)", id="it binds what nothing needs"),
        pytest.param("w = 0 0\nk = 3", id="what is bound anew below"),
    ],
)
def test_a_cell_that_is_not_python_may_be_of_no_use(
    make_notebook: MakeNotebook, broken: str
) -> None:
    looked = look(make_notebook(broken, "w = 1", PREDICT, "predict(1)", "w = = 2"))
    assert [cell.number for cell in looked.cells] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("cells", "number"),
    [
        pytest.param(["w = = 1", PREDICT, "predict(1)"], 1, id="its only binding"),
        pytest.param(["w = 1", "w += 1 1", PREDICT, "predict(1)"], 2, id="an older value is there"),
        pytest.param(["w = 1", "print 'x'\nw.fit(X)", PREDICT, "predict(1)"], 2, id="a fit"),
        pytest.param(["k = 1", "k = = 2", "w = k", PREDICT, "predict(1)"], 2, id="what made it"),
        pytest.param(["import w w", PREDICT, "predict(1)"], 1, id="a name that nothing else has"),
        pytest.param(["w = 1", PREDICT + " +", "predict(1)"], 2, id="the marked cell"),
        pytest.param(["w = 1", "def predict(a) return a"], 2, id="the only predict, not marked"),
        pytest.param(["w = 1", PREDICT, "print predict(1)"], 3, id="the only call"),
    ],
)
def test_a_cell_that_is_not_python_may_be_needed(
    make_notebook: MakeNotebook, cells: list[str], number: int
) -> None:
    with pytest.raises(Nb2serviceError, match="syntax error") as refusal:
        look(make_notebook(*cells))
    assert refusal.value.place.startswith(f"nb.ipynb, cell {number}, line ")


def test_the_name_that_the_failed_statement_binds_is_told(make_notebook: MakeNotebook) -> None:
    table = f"{TABLES}\narea = train[['a', 'b']]"
    loop = "for c in ['a', 'b']:\n    area = area.assign(**{c: getattr(area[c], how)()})"
    fit = "w = area['a'].sum() + train['b'].sum()"
    told = found(make_notebook, [table, loop, fit], (2, 2))
    assert told is not None
    assert told.name == "area"
