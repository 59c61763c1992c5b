"""`pd.factorize` as an operation."""

import ast

import pandas as pd

from nb2service.slicing.operations.factorize import values_in_order
from nb2service.slicing.operations.registry import capture_of
from nb2service.slicing.operations.values import PerRow, Refused
from nb2service.slicing.reasons import Reason
from slicing_support import value_of
from support import MakeNotebook, chosen_path

CODE = "pd.factorize(df['c'])"
SEEN = {CODE: {"kind": "other", "type": "pandas.CategoricalDtype"}}


def test_codes_are_those_of_the_notebook_s_values() -> None:
    value = value_of(f"{CODE}[0]", seen=SEEN)
    assert isinstance(value, PerRow)
    assert ast.unparse(value.node) == "df['c'].astype(__constant_0__).cat.codes.to_numpy()"


def test_of_one_record_they_would_be_its_own() -> None:
    value = value_of(CODE, seen=SEEN, single=True)
    assert isinstance(value, Refused)
    assert value.reason is Reason.CATEGORIES_OF_RECORD


def test_the_values_are_captured_in_their_order() -> None:
    assert capture_of(ast.parse(CODE, mode="eval").body) == values_in_order
    assert capture_of(ast.parse("pd.factorize(c, sort=True)", mode="eval").body) is None
    found = values_in_order(pd.factorize(pd.Series(["b", "a", "b"])), None, (), {})
    assert list(found.categories) == ["b", "a"]


def test_a_path_goes_through_it(make_notebook: MakeNotebook) -> None:
    table = (
        "import pandas as pd\nfrom sklearn.linear_model import LinearRegression\n"
        "df = pd.DataFrame({'c': ['b', 'a', 'c'] * 5, 'y': range(15)})"
    )
    codes = (
        "df['code'], values = pd.factorize(df['c'])\n"
        "model = LinearRegression().fit(df[['code']], df['y'])"
    )
    path = make_notebook(table, codes, "#| predict\ny = model.predict(df[['code']])")
    with chosen_path(path) as (choice, _, _):
        assert choice.function.input.text == "df@1"
        assert 'as_categories(df["c"], c_categories).cat.codes' in choice.function.source
