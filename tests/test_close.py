"""Which cells call predict, which names it needs, and what is wrong with either."""

import pytest

from nb2service.closure.close import (
    cells_that_call,
    check_calls,
    check_names,
    likely_imports,
    missing_names,
    never_called,
    rebound_later,
)
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark, mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import Scope, parse
from support import MakeNotebook

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a']"
CALL = "predict({'a': 1})"


def look(make_notebook: MakeNotebook, *cells: str) -> tuple[Scope, Mark]:
    notebook = read(make_notebook(*cells))
    scope = parse(notebook)
    return scope, mark(notebook, scope)


@pytest.mark.parametrize(
    ("cells", "callers"),
    [
        pytest.param([PREDICT, CALL], [2], id="below the mark"),
        pytest.param([f"{PREDICT}\n{CALL}"], [1], id="in the marked cell"),
        pytest.param([PREDICT, CALL, "x = 1", f"{CALL}\n{CALL}"], [2, 4], id="in two cells"),
        pytest.param([PREDICT, "list(map(predict, rows))"], [2], id="handed to map"),
        pytest.param([PREDICT, "def ask(p):\n    return predict(p)", "ask(1)"], [3], id="a helper"),
        pytest.param([PREDICT, "score = predict", "score(1)"], [3], id="another name for it"),
        pytest.param([PREDICT, "ask = lambda p: predict(p)", "ask(1)"], [3], id="a lambda"),
        pytest.param(
            [PREDICT, "class A:\n    def ask(self):\n        return predict(1)", "A().ask()"],
            [3],
            id="a method",
        ),
        pytest.param(["print(predict)", PREDICT, CALL], [3], id="not above the mark"),
        pytest.param(
            [PREDICT, CALL, "def predict(x):\n    return x", "predict(2)"],
            [2],
            id="not after another function took the name",
        ),
        pytest.param([PREDICT, "def ask(p):\n    return predict(p)"], [], id="a helper alone"),
        pytest.param([PREDICT, "model.predict(1)"], [], id="a method of that name is another"),
    ],
)
def test_cells_that_call(make_notebook: MakeNotebook, cells: list[str], callers: list[int]) -> None:
    assert cells_that_call(*look(make_notebook, *cells)) == callers


def test_check_calls_gives_the_cells_that_call(make_notebook: MakeNotebook) -> None:
    assert check_calls(*look(make_notebook, PREDICT, CALL)) == [2]


@pytest.mark.parametrize(("table", "shown"), [("df", "df[:20]"), ("X_val", "X_val[:20]")])
def test_the_call_to_add_names_a_table_that_the_notebook_has(
    make_notebook: MakeNotebook, table: str, shown: str
) -> None:
    cells = (f"{table} = [[1]]", "#| predict\ndef predict(df):\n    return 1")
    with pytest.raises(Nb2serviceError) as refusal:
        check_calls(*look(make_notebook, *cells))
    assert str(refusal.value).endswith(f"predict({shown})")


@pytest.mark.parametrize(
    ("function", "call"),
    [
        pytest.param(
            "def predict(p):\n    return p['age'] + p['fare'] * p['age']",
            'predict({"age": …, "fare": …})',
            id="a dict, with the keys that it reads",
        ),
        pytest.param("def predict(p):\n    return 1", 'predict({"feature": …})', id="no key read"),
        pytest.param("def predict(a: int):\n    return a", "predict(a=…)", id="a plain value"),
        pytest.param("def predict(df):\n    return 1", "predict(X_test[:20])", id="called df"),
        pytest.param(
            "def predict(rows: pd.DataFrame):\n    return 1",
            "predict(X_test[:20])",
            id="annotated as a DataFrame",
        ),
        pytest.param(
            "def predict(a, b=1, *, c):\n    return a", "predict(a=…, b=…, c=…)", id="arguments"
        ),
    ],
)
def test_what_to_add_when_nothing_calls_it(
    make_notebook: MakeNotebook, function: str, call: str
) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        check_calls(*look(make_notebook, "import pandas as pd", f"#| predict\n{function}"))
    assert str(refusal.value).startswith("nb.ipynb, cell 2: predict is never called")
    assert str(refusal.value).endswith(f"\n    {call}")


def test_never_called_names_the_marked_cell(make_notebook: MakeNotebook) -> None:
    error = never_called(*look(make_notebook, "x = 1", PREDICT))
    assert (error.place, error.fact[:23]) == ("nb.ipynb, cell 2", "predict is never called")


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(["k = 1", "#| predict\ndef predict(p):\n    return p + k"], id="above"),
        pytest.param(["#| predict\ndef predict(p):\n    return p + k", "k = 1"], id="below"),
        pytest.param(["#| predict\ndef predict(p):\n    return len(p)"], id="a builtin"),
        pytest.param(["#| predict\ndef predict(p):\n    return predict(p)"], id="itself"),
        pytest.param(
            ["from lib import *", "#| predict\ndef predict(p):\n    return clean(p)"],
            id="perhaps from a star import",
        ),
        pytest.param(
            ["exec('k = 1')", "#| predict\ndef predict(p):\n    return k"], id="perhaps from exec"
        ),
        pytest.param(
            ["%run other.py", "#| predict\ndef predict(p):\n    return k"], id="perhaps from %run"
        ),
        pytest.param(
            ["total = lost", "#| predict\ndef predict(p):\n    return total"],
            id="what a value was made of is no name that predict needs",
        ),
    ],
)
def test_names_accepts(make_notebook: MakeNotebook, cells: list[str]) -> None:
    assert check_names(*look(make_notebook, *cells)) is None


@pytest.mark.parametrize(
    ("cells", "place", "told"),
    [
        pytest.param(
            ["#| predict\ndef predict(p):\n    x = p\n    return x * weight"],
            "nb.ipynb, cell 1, line 4",
            "`weight` is used, but no cell gives it a value",
            id="in predict",
        ),
        pytest.param(
            [
                "def one(p):\n    return two(p)",
                "def two(p):\n\n    return p * weight",
                "#| predict\ndef predict(p):\n    return one(p)",
            ],
            "nb.ipynb, cell 2, line 3",
            "`weight` is used",
            id="in a helper's helper",
        ),
        pytest.param(
            [
                "class A:\n    def m(self):\n        return weight",
                "#| predict\ndef predict(p):\n    return A().m()",
            ],
            "nb.ipynb, cell 1, line 3",
            "`weight` is used",
            id="in a method",
        ),
        pytest.param(
            ["clean = lambda s: strip(s)", "#| predict\ndef predict(p):\n    return clean(p)"],
            "nb.ipynb, cell 1, line 1",
            "`strip` is used",
            id="in a lambda",
        ),
        pytest.param(
            ["#| predict\n@timed\ndef predict(p):\n    return p"],
            "nb.ipynb, cell 1, line 2",
            "`timed` is used",
            id="a decorator",
        ),
        pytest.param(
            ["#| predict\ndef predict(p):\n    get_ipython()\n    return p"],
            "nb.ipynb, cell 1, line 3",
            "`get_ipython` is used, which exists in Jupyter only",
            id="what only Jupyter has",
        ),
    ],
)
def test_names_refuses(
    make_notebook: MakeNotebook, cells: list[str], place: str, told: str
) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        check_names(*look(make_notebook, *cells))
    assert refusal.value.place == place
    assert told in str(refusal.value)


@pytest.mark.parametrize(
    ("cells", "imports"),
    [
        pytest.param(
            ["import a\nimport b", "#| predict\ndef predict(p):\n    return a.f(p)"],
            ["import a"],
            id="what predict names",
        ),
        pytest.param(
            [
                "import a",
                "def f(p):\n    return a.g(p)",
                "#| predict\ndef predict(p):\n return f(p)",
            ],
            ["import a"],
            id="what a helper names",
        ),
        pytest.param(
            [
                "from lib import Model\nimport other",
                "model = Model().fit(1)",
                "#| predict\ndef predict(p):\n    return model.predict(p)",
            ],
            ["from lib import Model"],
            id="what makes a value",
        ),
        pytest.param([PREDICT], [], id="nothing"),
    ],
)
def test_likely_imports(make_notebook: MakeNotebook, cells: list[str], imports: list[str]) -> None:
    found = likely_imports(*look(make_notebook, *cells))
    assert [statement.source for statement in found] == imports


@pytest.mark.parametrize(
    ("below", "notes"),
    [
        pytest.param(["k = 2"], 1, id="another value below the last call"),
        pytest.param(["import k"], 1, id="an import below takes the name"),
        pytest.param(["print(k)"], 0, id="only read below"),
        pytest.param(["other = 2"], 0, id="another name"),
        pytest.param([], 0, id="nothing below"),
    ],
)
def test_rebound_later(make_notebook: MakeNotebook, below: list[str], notes: int) -> None:
    scope, _ = look(make_notebook, "k = 1", PREDICT, CALL, *below)
    found = rebound_later(scope, ["k", "unbound"], last_cell=3)
    assert len(found) == notes
    for note in found:
        assert note.startswith("`k` is taken as it was at the last call (cell 3); cell 4")


def test_a_name_imported_again_later_is_no_news(make_notebook: MakeNotebook) -> None:
    scope, _ = look(make_notebook, "import numpy as np", PREDICT, CALL, "import numpy as np")
    assert rebound_later(scope, ["np"], last_cell=3) == ()


def test_cells_that_are_ignored_do_not_hide_the_last_ones(make_notebook: MakeNotebook) -> None:
    # Cells keep their numbers, so the last one's is larger than their count.
    scope, marked = look(
        make_notebook,
        "#| ignore\nx = 1",
        "#| predict\ndef predict(payload):\n    return late",
        "late = 1\npredict({'a': 1})",
    )
    assert list(missing_names(scope, marked)) == []
