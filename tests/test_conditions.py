"""What tests say of the rows of a table, and whether one more row may decide them otherwise."""

import ast

import pytest

from nb2service.slicing.operations.conditions import Kind, kind_of_test


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
        ("df.age.iloc[0] > 60", "rows"),
        ("(df.age > 0).all() or df.age.isnull().any()", "rows"),
    ],
)
def test_kinds_of_tests(test: str, kind: Kind) -> None:
    assert kind_of_test(ast.parse(test, mode="eval").body, holds_rows) == kind
