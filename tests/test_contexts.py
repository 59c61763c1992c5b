"""A `with` around the prediction that sets something for its time."""

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.look import look
from support import MakeNotebook

PREDICT = "#| predict\ndef predict(a):\n    return a"
IMPORTS = (
    "import numpy as np\nimport sklearn\nimport decimal\nfrom sklearn import config_context\n"
    "import pandas as pd"
)


@pytest.mark.parametrize(
    ("context", "sets"),
    [
        ("sklearn.config_context(transform_output='pandas')", "sklearn.config"),
        ("config_context(assume_finite=True)", "sklearn.config"),
        ("np.errstate(divide='raise')", "numpy.errstate"),
        ("np.errstate(all=how)", "numpy.errstate"),
        ("decimal.localcontext()", "decimal"),
        ("pd.option_context('mode.copy_on_write', True)", "pandas.options"),
    ],
)
def test_a_call_within_is_refused(make_notebook: MakeNotebook, context: str, sets: str) -> None:
    path = make_notebook(IMPORTS, PREDICT, f"x = 1\nwith {context} as c:\n    print(predict(1))")
    with pytest.raises(Nb2serviceError) as caught:
        look(path)
    assert f"cell 3, line 2: predict is called within `with {context}`" in str(caught.value)
    assert f"which sets {sets}" in str(caught.value)
    assert f"Put `with {context}` into predict." in str(caught.value)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param("with np.errstate(all='ignore'):\n    predict(1)", id="what is not shown"),
        pytest.param("with open('x') as f:\n    predict(1)", id="a file"),
        pytest.param("with decimal.localcontext():\n    x = 1\npredict(1)", id="beside it"),
        pytest.param("with decimal.localcontext():\n    predict\npredict(1)", id="only its name"),
    ],
)
def test_another_with_is_none(make_notebook: MakeNotebook, call: str) -> None:
    assert look(make_notebook(IMPORTS, PREDICT, call)).callers == [3]


def test_it_may_stand_in_the_function(make_notebook: MakeNotebook) -> None:
    inside = "#| predict\ndef predict(a):\n    with decimal.localcontext():\n        return a"
    assert look(make_notebook(IMPORTS, inside, "predict(1)")).callers == [3]


def test_a_bare_cell_within_is_refused(make_notebook: MakeNotebook) -> None:
    cell = "#| predict\nwith np.errstate(divide='raise'):\n    y_pred = model.predict(X)"
    with pytest.raises(
        Nb2serviceError, match=r"the marked cell predicts within `with np\.errstate"
    ):
        look(make_notebook(IMPORTS, "X = 1\nmodel = 2", cell))


def test_a_bare_cell_within_a_harmless_one_is_served(make_notebook: MakeNotebook) -> None:
    cell = "#| predict\nwith np.errstate(all='ignore'):\n    y_pred = model.predict(X)"
    assert look(make_notebook(IMPORTS, "X = 1\nmodel = 2", cell)).mark.answer is not None
