"""What tests say of the rows of a table, and whether one more row may decide them otherwise."""

import ast

import pytest

from nb2service.slicing.operations.conditions import Kind, decided, for_some_rows, kind_of_test


def holds_rows(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Name) and n.id == "df" for n in ast.walk(node))


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        ("(df.age > 0).all()", "every"),
        ("not df.age.isnull().any()", "every"),
        ("df.age.isnull().sum() == 0", "every"),
        ("df.age.max() < 120 and df.age.min() >= 0", "every"),
        ("set(df.town) <= {'Alm', 'Bree'}", "every"),
        ("all(age > 0 for age in df.age)", "every"),
        ("set(df.town.unique()) == {'Alm', 'Bree'}", "every"),
        ("sorted(df.town.unique()) == ['Alm', 'Bree']", "every"),
        ("df.isnull().any().any()", "some"),
        ("df.age.isnull().sum() > 0", "some"),
        ("df.isnull().sum().sum()", "some"),
        ("df.age.max() > 100", "some"),
        ("not (df.age > 0).all()", "some"),
        ("len(df) > 10", "learnt"),
        ("df.shape[1] == 5", "learnt"),
        ("'age' in df.columns", "learnt"),
        ("df.age.dtype == 'object'", "learnt"),
        ("df.town.nunique() < 10", "learnt"),
        ("df.age.mean() > 3", "learnt"),
        ("isinstance(df, list)", "learnt"),
        ("limit > 3", "learnt"),
        ("len(df.town.unique()) < 10", "learnt"),
        ("df.index.is_unique and not df.duplicated().any()", "learnt"),
        ("pd.api.types.is_numeric_dtype(df.age)", "learnt"),
        ("accuracy_score(labels, model.predict(df)) > 0.8", "learnt"),
        ("df.age.iloc[0] > 60", "rows"),
        ("(df.age > 0).all() or df.age.isnull().any()", "rows"),
    ],
)
def test_kinds_of_tests(test: str, kind: Kind) -> None:
    assert kind_of_test(ast.parse(test, mode="eval").body, holds_rows) == kind


@pytest.mark.parametrize(
    ("test", "holds"),
    [
        ("'age' in df.columns", True),
        ("not 'age' in df.columns", False),
        ("'garden' not in df.columns", True),
        ("3 > 2 and 'a' in ('a', 'b')", True),
        ("'a' == 'b'", False),
        ("'age' in other.columns", None),
        ("limit > 3", None),
        ("df.age.max() > 3", None),
    ],
)
def test_what_no_row_decides(test: str, holds: bool | None) -> None:
    node = ast.parse(test, mode="eval").body
    assert decided(node, lambda name: ["age", "town"] if name == "df" else None) is holds


def test_which_values_there_are_is_asked_of_some_rows() -> None:
    test = ast.parse("not set(df.town) == {'Alm'} and sorted(df.zone) == zones", mode="eval").body
    asked = "not set(df.town) <= {'Alm'} and set(df.zone) <= set(zones)"
    assert ast.unparse(for_some_rows(test)) == asked
