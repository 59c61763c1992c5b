"""Which global names a statement binds, needs at once, and needs when its functions are called."""

import pytest

from nb2service.notebook.names import names_of
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook


@pytest.mark.parametrize(
    ("code", "binds", "eager", "lazy"),
    [
        pytest.param("x = y", {"x"}, {"y"}, set(), id="assignment"),
        pytest.param("a, (b, *c) = d", {"a", "b", "c"}, {"d"}, set(), id="unpacking"),
        pytest.param("x: int = y", {"x"}, {"y", "int"}, set(), id="annotated assignment"),
        pytest.param("df['x'] = f(df)", set(), {"df", "f"}, set(), id="an item binds nothing"),
        pytest.param("import a.b", {"a"}, set(), set(), id="dotted import"),
        pytest.param("from a import b as c", {"c"}, set(), set(), id="renamed import"),
        pytest.param("def f(a, b=k): return a + g(b)", {"f"}, {"k"}, {"g"}, id="function"),
        pytest.param(
            "@deco\ndef f(p: T) -> R: pass", {"f"}, {"deco", "T", "R"}, set(), id="decorator"
        ),
        pytest.param("f = lambda s: clean(s)", {"f"}, set(), {"clean"}, id="lambda"),
        pytest.param("y = [g(i) for i in xs]", {"y"}, {"g", "xs"}, set(), id="comprehension"),
        pytest.param(
            "def f():\n return [g(i) for i in xs]", {"f"}, set(), {"g", "xs"}, id="in a function"
        ),
        pytest.param(
            "class A(B):\n c = d\n def m(self): return e", {"A"}, {"B", "d"}, {"e"}, id="class"
        ),
        pytest.param("def f():\n global n\n n = 1", {"f", "n"}, set(), set(), id="global"),
        pytest.param(
            "def f():\n def g(): return x\n x = 1\n return g", {"f"}, set(), set(), id="closure"
        ),
        pytest.param(
            "d = df.query('a > @low')", {"d"}, {"df", "low"}, set(), id="in a query of pandas"
        ),
        pytest.param(
            "def f(df, b=1): return df.eval('c = a * @k + @b')",
            {"f"},
            set(),
            {"k"},
            id="in a query within a function, beside a parameter",
        ),
        pytest.param("if (n := f()) > 1: pass", {"n"}, {"f"}, set(), id="walrus"),
        pytest.param("for i in xs: last = i", {"i", "last"}, {"xs", "i"}, set(), id="loop"),
        pytest.param(
            "with open(p) as h: t = h.read()", {"h", "t"}, {"open", "p", "h"}, set(), id="with"
        ),
        pytest.param(
            "try:\n import a\nexcept ImportError:\n a = None",
            {"a"},
            {"ImportError"},
            set(),
            id="try",
        ),
    ],
)
def test_names(code: str, binds: set[str], eager: set[str], lazy: set[str]) -> None:
    assert names_of(code) == (binds, eager, lazy)


def test_the_last_binding_before_a_cell_counts(make_notebook: MakeNotebook) -> None:
    scope = parse(read(make_notebook("x = 1", "x = 2", "x = 3")))
    found = scope.binding("x", last_cell=2)
    assert found is not None
    assert found.source == "x = 2"
    assert scope.binding("y", last_cell=3) is None


def test_a_source_has_its_comments_and_decorators(make_notebook: MakeNotebook) -> None:
    scope = parse(
        read(make_notebook("a = 1\n\n# why\n# so\n@deco\ndef f():\n    return 1  # one\n"))
    )
    assert scope.statements[1].source == "# why\n# so\n@deco\ndef f():\n    return 1  # one"


def test_statements_on_one_line_are_told_apart(make_notebook: MakeNotebook) -> None:
    scope = parse(read(make_notebook("a = 1; b = 2")))
    assert [s.source for s in scope.statements] == ["a = 1", "b = 2"]


def test_a_cell_that_is_no_python_is_kept_as_a_guess(make_notebook: MakeNotebook) -> None:
    path = make_notebook("import numpy as np", "import numpy as np\nx = 1\nprint 'hello'", "y = 2")
    scope = parse(read(path))
    assert [(b.cell.number, b.line) for b in scope.broken] == [(2, 3)]
    assert [s.binds for s in scope.statements] == [{"np"}, {"x"}, {"y"}]
    assert "nb.ipynb, cell 2, line 3: syntax error" in str(scope.broken[0].error(scope.notebook))


@pytest.mark.parametrize(
    ("code", "eager"),
    [
        pytest.param("x += 1", {"x"}, id="at the top"),
        pytest.param("for i in xs:\n    total += i", {"i", "xs", "total"}, id="in a loop"),
        pytest.param("def f():\n    x = 0\n    x += 1", set(), id="in a function"),
        pytest.param("d['a'] += y", {"d", "y"}, id="an item"),
    ],
)
def test_what_is_added_to_is_needed(
    make_notebook: MakeNotebook, code: str, eager: set[str]
) -> None:
    (statement,) = parse(read(make_notebook(code))).statements
    assert statement.eager == eager
