"""Syntax errors whose cause is known."""

import ast

import pytest

from nb2service.notebook.syntax import syntax_remedy


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
