"""Syntax errors whose cause is known."""

import ast

import pytest

from nb2service.notebook.syntax import likely_names, syntax_remedy


@pytest.mark.parametrize(
    ("line", "says"),
    [
        pytest.param("print 'x'", "Python 2", id="print"),
        pytest.param("print x", "Python 2", id="print a name"),
        pytest.param("exec 'x'", "Python 2", id="exec"),
        pytest.param("raise ValueError, 'x'", "Python 2", id="raise"),
        pytest.param(">>> x = 1", "pasted output", id="a prompt"),
        pytest.param("Traceback (most recent call last):", "pasted output", id="a traceback"),
        pytest.param("<<<<<<< HEAD", "pasted output", id="a merge"),
        pytest.param("pip install pandas", "write !pip install pandas", id="a command"),
        pytest.param("x =  # your code", "blanks", id="a blank"),
        pytest.param("def f(:", "Mend the cell", id="anything else"),
    ],
)
def test_syntax_remedy(line: str, says: str) -> None:
    with pytest.raises(SyntaxError) as error:
        ast.parse(line)
    assert says in syntax_remedy(str(error.value.msg), line)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        pytest.param("x = 1", {"x"}, id="a value"),
        pytest.param("a, b = f(1), 2", {"a", "b"}, id="two values"),
        pytest.param("total += x", {"total"}, id="an augmented value"),
        pytest.param("df['k'] = 1", {"df"}, id="a column"),
        pytest.param("m.w = 1", {"m"}, id="an attribute"),
        pytest.param("x == 1", set(), id="a comparison"),
        pytest.param("model.fit(X, y)", {"model"}, id="a fit"),
        pytest.param("print 'x'", set(), id="a print"),
        pytest.param("import numpy as np, os", {"np", "os"}, id="imports"),
        pytest.param("from a.b import c as d", {"d"}, id="a name of a module"),
        pytest.param("for i, x in rows:", {"i", "x"}, id="a loop"),
        pytest.param("with open(p) as f:", {"f"}, id="a file"),
        pytest.param("def f(a):\n    b = 1\nc = 2", {"f", "c"}, id="a function, not its body"),
        pytest.param("if x:\n    y = 1", {"y"}, id="a branch"),
    ],
)
def test_likely_names(line: str, names: set[str]) -> None:
    assert likely_names(line) == names
