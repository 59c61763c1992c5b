"""What a marked cell goes on to make of its answer."""

import pytest

from nb2service.look import look
from nb2service.marking.goes_on import goes_on
from support import MakeNotebook

BEFORE = """
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.metrics import accuracy_score as score
X = y_test = model = None
def f(value):
    return value + 1
"""


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        pytest.param("y = model.predict(X)\nfinal = np.expm1(y)", "final", id="another scale"),
        pytest.param("p = model.predict(X)\ny = (p - p.mean()) / p.std()", "y", id="standardized"),
        pytest.param("p = model.predict(X)\na = f(p)\nb = a > 3", "b", id="the last of several"),
        pytest.param(
            "p = model.predict(X)\nt = pd.DataFrame({'price': p.round(-2)})", "t", id="in a table"
        ),
        pytest.param("p = model.predict(X)\nt = pd.DataFrame({'price': p})", "", id="as it is"),
        pytest.param("p = model.predict(X)\nfor v in p:\n    print(v)", "", id="shown in a loop"),
        pytest.param("p = model.predict(X)\nacc = score(y_test, p)", "", id="judged"),
        pytest.param(
            "p = model.predict(X)\nmse = ((p - y_test) ** 2).mean()", "", id="judged by hand"
        ),
        pytest.param("p = model.predict(X)\nm = p.mean()", "", id="one value of all"),
        pytest.param("p = model.predict(X)\np = p + 1", "", id="under its own name"),
        pytest.param("p = model.predict(X)\nplt.plot(p)\nn = 3", "", id="something else"),
        pytest.param("print(model.predict(X))\nn = 3", "", id="no name"),
    ],
)
def test_goes_on(make_notebook: MakeNotebook, cell: str, name: str) -> None:
    looked = look(make_notebook(BEFORE, f"#| predict\n{cell}"))
    said = " ".join(goes_on(looked.scope, looked.mark))
    assert said == "" if not name else f"goes on to make `{name}` of" in said
    assert not name or said.endswith(f"#| predict: -> {name}")


def test_what_a_loop_builds_is_told_without_a_mark(make_notebook: MakeNotebook) -> None:
    cell = "p = model.predict(X)\nfound = []\nfor v in p:\n    found.append(f(v))"
    looked = look(make_notebook(BEFORE, f"#| predict\n{cell}"))
    (said,) = goes_on(looked.scope, looked.mark)
    assert "goes on to make `found` of `p`" in said
    assert said.endswith("make it in one expression, and put its name into the mark")
