"""What the operations know of calls: what they do to rows, and which columns they read."""

import ast
import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.preprocessing import StandardScaler

from nb2service.slicing.operations.binning import bins_made
from nb2service.slicing.operations.categories import categories_made
from nb2service.slicing.operations.columns import columns_left
from nb2service.slicing.operations.dates import guessed_format
from nb2service.slicing.operations.dummies import categories_seen
from nb2service.slicing.operations.estimators import estimator_fitted
from nb2service.slicing.operations.registry import capture_of
from nb2service.slicing.operations.values import Constant, PerRow, Record, Refused
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import ColumnDemand
from slicing_support import needed, value_of

SEEN: dict[str, Any] = {"kind": "other", "type": "float"}
FRAME = pd.DataFrame({"a": [1, 2], "b": ["x", "y"]})


def shown(node: ast.expr) -> str:
    """The expression with `$` for each constant."""
    return re.sub(r"__constant_\d+__", "$", ast.unparse(node))


def as_seen(code: str, **info: Any) -> dict[str, Any]:
    return {"seen": {code: {**SEEN, **info}}}


CUT = "pd.cut(df['a'], 4, labels=False)"
EACH = "df.apply(le.fit_transform)"
DUMMIES = "pd.get_dummies(df['c'], drop_first=True)"


@pytest.mark.parametrize(
    ("code", "known", "expected"),
    [
        pytest.param("df['a'] + 1", {}, "df['a'] + 1", id="arithmetic"),
        pytest.param("np.log(df['a'])", {}, "np.log(df['a'])", id="a call nobody claims"),
        pytest.param("df.mean(axis=1)", {}, "df.mean(axis=1)", id="along the row"),
        pytest.param("df['a'].str.count('x')", {}, "df['a'].str.count('x')", id="of each text"),
        pytest.param("df - df.mean()", as_seen("df.mean()"), "df - $", id="an aggregate"),
        pytest.param(
            "sc.fit_transform(X)",
            as_seen("sc.fit_transform(X)"),
            "sc.transform(X)",
            id="a scaler that stays as it is",
        ),
        pytest.param(
            "sc.fit_transform(X)",
            {**as_seen("sc.fit_transform(X)"), "ends": {"sc"}},
            "$.transform(X)",
            id="a scaler that is fitted again later",
        ),
        pytest.param(
            EACH,
            as_seen(EACH, keys=["a"]),
            "df.apply(lambda column: $[column.name].transform(column))",
            id="an encoder for each column",
        ),
        pytest.param(
            DUMMIES,
            as_seen(DUMMIES),
            "pd.get_dummies(df['c'].astype($), drop_first=True)",
            id="dummies",
        ),
        pytest.param(
            "pd.get_dummies(df)",
            {**as_seen("pd.get_dummies(df)"), "aligned": True},
            "pd.get_dummies(df)",
            id="dummies that get the columns of training later",
        ),
        pytest.param(
            "df['c'].astype('category')",
            as_seen("df['c'].astype('category')"),
            "df['c'].astype($)",
            id="a category",
        ),
        pytest.param(
            "pd.Categorical(df['c'])",
            as_seen("pd.Categorical(df['c'])"),
            "pd.Categorical(df['c'].astype($))",
            id="a categorical",
        ),
        pytest.param(
            CUT,
            as_seen(CUT),
            "__within_bins__(pd.cut(df['a'], $, labels=False), df['a'])",
            id="bins",
        ),
        pytest.param(
            "pd.qcut(df['a'], 4)",
            as_seen("pd.qcut(df['a'], 4)"),
            "__within_bins__(pd.cut(df['a'], $, include_lowest=True), df['a'])",
            id="quantiles",
        ),
        pytest.param(
            "pd.to_datetime(df['d'], dayfirst=True)",
            as_seen("pd.to_datetime(df['d'], dayfirst=True)", items=["%d/%m/%Y"]),
            "pd.to_datetime(df['d'], format='%d/%m/%Y')",
            id="dates",
        ),
        pytest.param(
            "pd.to_datetime(df['d'])",
            as_seen("pd.to_datetime(df['d'])", items=["%Y-%m-%d"]),
            "pd.to_datetime(df['d'])",
            id="dates that begin with the year",
        ),
        pytest.param("xgb.DMatrix(X, label=y)", {}, "xgb.DMatrix(X)", id="rows without labels"),
        pytest.param(
            "sm.add_constant(X)", {}, "sm.add_constant(X, has_constant='add')", id="a constant"
        ),
        pytest.param("df.pop('a')", {}, "df['a']", id="a column that is taken away"),
        pytest.param(
            "df.select_dtypes('number')",
            as_seen("df.select_dtypes('number')", items=["a", "b"]),
            "df[['a', 'b']]",
            id="columns by their type",
        ),
        pytest.param("df.loc[:, ['a']]", {}, "df.loc[:, ['a']]", id="all rows of some columns"),
        pytest.param("df[cols]", {"before": {"cols": {"items": ["a"]}}}, "df[cols]", id="a list"),
    ],
)
def test_rows_one_by_one(code: str, known: dict[str, Any], expected: str) -> None:
    value = value_of(code, **known)
    assert isinstance(value, PerRow)
    assert (shown(value.node), value.selection) == (expected, "")


@pytest.mark.parametrize(
    ("code", "known", "selection", "expected"),
    [
        pytest.param("df.sample(9)", {}, "position", "df", id="a sample"),
        pytest.param("df.head()", {}, "position", "df", id="the first"),
        pytest.param("df[:10]", {}, "position", "df", id="a slice"),
        pytest.param("df.iloc[[1, 5]]", {}, "position", "df", id="places"),
        pytest.param("np.random.permutation(X)", {}, "position", "X", id="mixed up"),
        pytest.param("df.drop([5, 17])", {}, "position", "df", id="labels dropped"),
        pytest.param("df.drop(df.index[:5])", {}, "position", "df", id="the first dropped"),
        pytest.param("df[df.index > 7]", {}, "position", "df", id="labels compared"),
        pytest.param("df.drop_duplicates()", {}, "position", "df", id="duplicates"),
        pytest.param("df[df['y'] > 0]", {"labels": {"y"}}, "position", "df", id="by the label"),
        pytest.param("df.sort_values('a')[:9]", {}, "trimmed", "df", id="sorted and cut"),
        pytest.param("df.nlargest(9, 'a')", {}, "trimmed", "df", id="the largest"),
    ],
)
def test_rows_that_are_picked(
    code: str, known: dict[str, Any], selection: str, expected: str
) -> None:
    value = value_of(code, **known)
    assert isinstance(value, PerRow)
    assert (shown(value.node), value.selection) == (expected, selection)


@pytest.mark.parametrize(
    ("code", "known", "kept"),
    [
        pytest.param("df[df['a'] > 0]", {}, "df[df['a'] > 0]", id="a condition"),
        pytest.param("df.loc[df['a'] > 0]", {}, "df.loc[df['a'] > 0]", id="loc"),
        pytest.param("df.loc[df['a'] > 0, ['a']]", {}, "df.loc[df['a'] > 0, ['a']]", id="columns"),
        pytest.param("df.loc[lambda d: d.a > 0]", {}, "df.loc[lambda d: d.a > 0]", id="a function"),
        pytest.param("df[df['a'].isin([1])]", {}, "df[df['a'].isin([1])]", id="isin"),
        pytest.param("df.query('a > 0')", {}, "df.query('a > 0')", id="a query"),
        pytest.param("df.dropna(subset=['a'])", {}, "df.dropna(subset=['a'])", id="gaps"),
        pytest.param(
            "df.drop(df[df['a'] > 0].index)", {}, "df.drop(df[df['a'] > 0].index)", id="dropped"
        ),
        pytest.param(
            "df[df['a'] < df['a'].mean()]",
            as_seen("df['a'].mean()"),
            "df[df['a'] < $]",
            id="a condition on a mean",
        ),
    ],
)
def test_filters_must_keep_all_rows(code: str, known: dict[str, Any], kept: str) -> None:
    value = value_of(code, **known)
    assert isinstance(value, PerRow)
    text = shown(value.node)
    assert text.startswith(f"__all_rows__({kept}, df, ")
    assert text[:-2].endswith(" (cell 3)")


def test_one_row_is_taken_out_and_made_a_table_again() -> None:
    known = {"before": {"X": {"kind": "array"}}}
    assert isinstance(value_of("X[0]", **known), Record)
    back = value_of("X[0].reshape(1, -1)", **known)
    assert back == PerRow(back.node, "position")  # type: ignore[union-attr]
    assert isinstance(value_of("[X[0]]", **known), PerRow)


@pytest.mark.parametrize(
    "code", ["1 + 2", "other['a'].mean()", "len(df)", "df.shape[0]", "model.coef_"]
)
def test_what_is_the_same_for_every_request(code: str) -> None:
    assert isinstance(value_of(code), Constant)


@pytest.mark.parametrize(
    ("code", "known", "reason"),
    [
        pytest.param("df['a'].rank()", {}, Reason.ACROSS, id="rank"),
        pytest.param("df.groupby('c').transform('mean')", {}, Reason.ACROSS, id="groups"),
        pytest.param("df.fillna(method='ffill')", {}, Reason.FILLED_BY_NEIGHBOURS, id="fill"),
        pytest.param("df.a.mean()", {}, Reason.VALUE_NOT_SEEN, id="a mean that was not seen"),
        pytest.param(
            "df.groupby('c').y.mean()", {"labels": {"y"}}, Reason.LABEL_OF_OTHERS, id="labels"
        ),
        pytest.param("train_test_split(df)", {}, Reason.SPLIT_WHOLE, id="a split"),
        pytest.param("pd.concat([df, X])", {}, Reason.STACKED, id="rows of two tables"),
        pytest.param("np.vstack([df, X])", {}, Reason.STACKED, id="rows of two arrays"),
        pytest.param("sc.fit_transform(X)", {}, Reason.FIT_NOT_SEEN, id="a fit not seen"),
        pytest.param("sc.fit_transform(X)", {"single": True}, Reason.FITS_RECORD, id="one record"),
        pytest.param("pd.qcut(df['a'], 4)", {}, Reason.BINS_OF_ALL, id="bins not seen"),
        pytest.param(
            CUT, {**as_seen(CUT), "single": True}, Reason.BINS_OF_RECORD, id="bins of one"
        ),
        pytest.param("pd.get_dummies(df)", {}, Reason.CATEGORIES_NOT_SEEN, id="dummies not seen"),
        pytest.param(
            DUMMIES,
            {**as_seen(DUMMIES), "single": True},
            Reason.DUMMIES_OF_RECORD,
            id="dummies of one",
        ),
        pytest.param(
            "df['c'].astype('category')",
            {**as_seen("df['c'].astype('category')"), "single": True},
            Reason.CATEGORIES_OF_RECORD,
            id="categories of one",
        ),
        pytest.param(EACH, {}, Reason.FITS_EACH_COLUMN, id="each column"),
        pytest.param(
            "df.select_dtypes('number')",
            as_seen("df.select_dtypes('number')"),
            Reason.SELECTS_NO_NAMES,
            id="columns without plain names",
        ),
        pytest.param("df.loc[:, df.a]", {}, Reason.COLUMNS_BY_ROWS, id="by rows"),
        pytest.param("df.query('a > @low')", {}, Reason.BY_CONTENT, id="a query with names"),
        pytest.param("df.loc[[True, False]]", {}, Reason.BY_CONTENT, id="a mask that is written"),
        pytest.param(
            "df.loc[mask]",
            {"before": {"mask": {"kind": "array", "dtype": "b"}}},
            Reason.BY_CONTENT,
            id="a mask from elsewhere",
        ),
    ],
)
def test_what_is_refused(code: str, known: dict[str, Any], reason: Reason) -> None:
    value = value_of(code, **known)
    assert isinstance(value, Refused)
    assert value.reason is reason


def test_a_refusal_names_the_step_where_it_began() -> None:
    first = Refused(Reason.ACROSS, None, ("rank",))
    assert value_of("other + 1", blocked={"other": first}) is first


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("df.mean()", "keep"),
        ("df.mode()[0]", "keep"),
        ("df.columns", "keep"),
        ("[c for c in df]", "keep"),
        ("df.apply(le.fit_transform)", "each"),
        ("sc.fit_transform(X)", estimator_fitted),
        ("pd.get_dummies(df)", categories_seen),
        ("c.astype('category')", categories_made),
        ("c.astype(int)", None),
        ("pd.Categorical(c, ordered=True)", None),
        ("pd.cut(a, 4)", bins_made),
        ("pd.to_datetime(d)", guessed_format),
        ("pd.to_datetime(d, format='%d')", None),
        ("df.select_dtypes('number')", columns_left),
        ("df.dropna(axis=1)", columns_left),
        ("df.dropna()", None),
        ("df.fillna(0)", None),
    ],
)
def test_what_the_kernel_captures(code: str, expected: object) -> None:
    assert capture_of(ast.parse(code, mode="eval").body) == expected


def test_what_reducers_keep() -> None:
    kept = categories_seen(None, None, (FRAME,), {})
    assert {name: list(kind.categories) for name, kind in kept.items()} == {"b": ["x", "y"]}
    kept = categories_seen(None, None, (FRAME,), {"columns": ["a"]})
    assert {name: list(kind.categories) for name, kind in kept.items()} == {"a": [1, 2]}
    assert list(categories_seen(None, None, (FRAME["b"],), {}).categories) == ["x", "y"]
    made = FRAME["b"].astype("category")
    assert list(categories_made(made, None, (), {}).categories) == ["x", "y"]
    values = pd.Series([0.0, 1.0, 2.0])
    assert len(bins_made(None, pd.cut, (values, 2), {})) == 3
    assert bins_made(None, pd.cut, (values, [0, 1]), {}) is None
    dates = pd.Series([None, "24/03/2021"])
    assert guessed_format(None, None, (dates,), {"dayfirst": True}) == ["%d/%m/%Y"]
    assert guessed_format(None, None, (pd.Series([None]),), {}) is None
    assert columns_left(FRAME[["b"]], None, (), {}) == ["b"]
    scaler = StandardScaler()
    assert estimator_fitted(None, scaler.fit_transform, (np.eye(2),), {}) is scaler


A_AND_B = {"df": {"kind": "frame", "columns": ["a", "b", "c"]}}
D_AND_E = {**A_AND_B, "d": {"kind": "frame", "columns": ["d", "e"]}}


@pytest.mark.parametrize(
    ("code", "want", "tables", "text", "needs"),
    [
        pytest.param("df.fillna(0)", {"a"}, A_AND_B, "df.fillna(0)", {"df": ["a"]}, id="kept"),
        pytest.param(
            "df.drop(columns=['c'])",
            {"a"},
            A_AND_B,
            "df.drop(columns=['c'])",
            {"df": ["a"]},
            id="dropped",
        ),
        pytest.param(
            "df.drop('c', axis=1)",
            None,
            A_AND_B,
            "df.drop('c', axis=1)",
            {"df": ["a", "b"]},
            id="all but the dropped",
        ),
        pytest.param("df.drop(3)", {"a"}, A_AND_B, "df.drop(3)", {"df": ["a"]}, id="rows dropped"),
        pytest.param(
            "df.rename(columns={'a': 'z'})",
            {"z"},
            A_AND_B,
            "df.rename(columns={'a': 'z'})",
            {"df": ["a"]},
            id="renamed",
        ),
        pytest.param(
            "df.assign(y=df['b'] * 2, z=df['c'])",
            {"a", "y"},
            A_AND_B,
            "df.assign(y=df['b'] * 2)",
            {"df": ["a", "b"]},
            id="assigned",
        ),
        pytest.param(
            "df.set_index('c')", {"a"}, A_AND_B, "df.set_index('c')", {"df": ["a", "c"]}, id="index"
        ),
        pytest.param(
            "df.reindex(columns=['a', 'q'])",
            None,
            A_AND_B,
            "df.reindex(columns=['a', 'q'])",
            {"df": ["a", "q"]},
            id="reindexed",
        ),
        pytest.param(
            "pd.concat([df, d], axis=1)",
            {"a", "e"},
            D_AND_E,
            "pd.concat([df, d], axis=1)",
            {"df": ["a"], "d": ["e"]},
            id="side by side",
        ),
        pytest.param(
            "pd.concat([df, d], axis=1)", {"a"}, D_AND_E, "df", {"df": ["a"]}, id="one side only"
        ),
        pytest.param(
            "df.join(d)",
            {"a", "e"},
            D_AND_E,
            "df.join(d)",
            {"df": ["a"], "d": ["e"]},
            id="joined",
        ),
        pytest.param(
            "df.merge(d, left_on='c', right_on='d')",
            {"a", "e"},
            D_AND_E,
            "df.merge(d, left_on='c', right_on='d')",
            {"df": ["a", "c"], "d": ["d", "e"]},
            id="merged",
        ),
        pytest.param(
            "pd.DataFrame(df.values, columns=['x', 'y', 'z'])",
            {"y"},
            A_AND_B,
            "pd.DataFrame(df[['b']].values, columns=['y'])",
            {"df": ["b"]},
            id="a table of an array",
        ),
        pytest.param(
            "df.iloc[:, 1:3]", None, A_AND_B, "df[['b', 'c']]", {"df": ["b", "c"]}, id="by place"
        ),
        pytest.param(
            "df.loc[df['b'] > 0, ['a']]",
            None,
            A_AND_B,
            "df.loc[df['b'] > 0, ['a']]",
            {"df": ["a", "b"]},
            id="some rows of a column",
        ),
        pytest.param(
            "df.loc[df['b'] > 0, :]",
            {"a"},
            A_AND_B,
            "df.loc[df['b'] > 0, :]",
            {"df": ["a", "b"]},
            id="some rows",
        ),
        pytest.param("df.b + 1", None, A_AND_B, "df.b + 1", {"df": ["b"]}, id="an attribute"),
        pytest.param("len(df)", None, A_AND_B, "len(df)", {"df": []}, id="how many"),
        pytest.param(
            "f(df)", {"a"}, A_AND_B, "f(df)", {"df": ["a", "b", "c"]}, id="nobody knows what"
        ),
    ],
)
def test_which_columns_are_needed(
    code: str, want: set[Any] | None, tables: dict[str, Any], text: str, needs: dict[str, list[Any]]
) -> None:
    demand = None if want is None else ColumnDemand(frozenset(want), whole=True)
    assert needed(code, demand, tables) == (text, needs)
