"""Where statements may stop the notebook: in branches, loops and functions."""

import ast

import pytest

from nb2service.slicing.compile.stop_forms import UnfollowedError
from nb2service.slicing.compile.stop_places import StopPlaces

FUNCTIONS = ast.parse(
    """
def require(condition, message="bad"):
    if not condition:
        raise ValueError(message)

def each(table, columns=("a", "b"), *, strict=False):
    'Look at each column.'
    for column in columns:
        if column == "b":
            continue
        worst = table[column].max()
        if strict and worst > 9:
            print(worst)
            raise ValueError("too much")

def early(table):
    if table is None:
        return
    assert len(table), "empty"

def outer(table):
    t = table.dropna()
    require(t.a.all(), "gaps")

def again(table):
    assert table.a.all()
    again(table.iloc[1:])

def tries(table):
    try:
        assert table.a.all()
    except AssertionError:
        print("never mind")

def changes(table):
    table["a"] = 0
    require(table["a"].all())

def shows(table):
    print(table)
"""
).body
KNOWN = {f.name: f for f in FUNCTIONS if isinstance(f, ast.FunctionDef)}


def listed(node: ast.expr) -> list[ast.expr] | None:
    return list(node.elts) if isinstance(node, ast.Tuple | ast.List) else None


METHODS = ast.parse(
    """
def check(self, table):
    if table.a.isna().any():
        raise ValueError("missing")

def show(self, table):
    print(table)
"""
).body


def methods(name: str) -> list[ast.FunctionDef]:
    return [m for m in METHODS if isinstance(m, ast.FunctionDef) and m.name == name]


def places(code: str) -> list[str]:
    found = StopPlaces(KNOWN.get, listed, methods).of(ast.parse(code).body)
    return [" & ".join(ast.unparse(test) for test in (*one.passed, *one.tests)) for one in found]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("x = df.a.max()", []),
        ("shows(df)", []),
        ("assert df.a.all() and df.b.all()", ["not df.a.all()", "not df.b.all()"]),
        ("if df.a.any():\n    print(1)\n    raise ValueError", ["df.a.any()"]),
        ("if a and b:\n    sys.exit(1)\nelse:\n    assert c", ["a & b", "not (a and b) & not c"]),
        ("if a:\n    if b:\n        raise ValueError", ["a & b"]),
        (
            "for c in ('a', 'b'):\n    assert df[c].all()",
            ["not df['a'].all()", "not df['b'].all()"],
        ),
        (
            "for t in [train, test]:\n    assert t.a.all()",
            ["not train.a.all()", "not test.a.all()"],
        ),
        ("with open(f):\n    assert a", ["not a"]),
        ("require(df.a.all())", ["not df.a.all()"]),
        ("require(message='x', condition=df.a.all())", ["not df.a.all()"]),
        ("t = df.pipe(early)", ["not df is None & not len(df)"]),
        ("outer(df)", ["not df.dropna().a.all()"]),
        (
            "each(df, strict=True)",
            [
                "not 'a' == 'b' & True & df['a'].max() > 9",
                "not 'b' == 'b' & True & df['b'].max() > 9",
            ],
        ),
    ],
)
def test_followed(code: str, expected: list[str]) -> None:
    assert places(code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "while x:\n    assert df.a.all()",
        "for c in columns_of(df):\n    assert df[c].all()",
        "x = [require(v) for v in df.a]",
        "df['b'] = df['a'].apply(require)",
        "require(*checks)",
        "again(df)",
        "changes(df)",
        "tries(df)",
    ],
)
def test_not_followed(code: str) -> None:
    with pytest.raises(UnfollowedError):
        places(code)


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("rules.check(df)", id="a method of a class"),
        pytest.param("if a:\n    rules.check(df)", id="a method in a branch"),
        pytest.param("np.testing.assert_array_less(df.a, 10)", id="a check of a library"),
        pytest.param("assert_allclose(df.a, 1)", id="one by its own name"),
    ],
)
def test_checks_that_are_not_written_out_are_not_followed(code: str) -> None:
    with pytest.raises(UnfollowedError):
        places(code)


def test_a_method_that_cannot_stop_is_none() -> None:
    assert places("rules.show(df)\nx = rules.check(df)") == []
