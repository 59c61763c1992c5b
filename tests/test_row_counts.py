"""Which functions of the notebook may give fewer rows than they are given."""

import ast

import pytest

from nb2service.slicing.operations.row_counts import may_leave_out

OTHERS = "def keep(d):\n    d['b'] = 1\n    return d\n\ndef cut(d):\n    return d.dropna()\n"


def functions_of(code: str) -> dict[str, ast.FunctionDef]:
    return {n.name: n for n in ast.parse(code).body if isinstance(n, ast.FunctionDef)}


@pytest.mark.parametrize(
    ("body", "leaves_out"),
    [
        pytest.param("d['a'] = d['a'] + 1\nreturn d", False, id="a column"),
        pytest.param("return d[['a', 'b']]", False, id="columns"),
        pytest.param("d.loc[d.a > 1, 'a'] = 1\nreturn d", False, id="set by a condition"),
        pytest.param("return keep(d)", False, id="another function that keeps them"),
        pytest.param("return d.assign(n=len(d))", False, id="builtins"),
        pytest.param("return d[d.a > 1]", True, id="a condition"),
        pytest.param("mask = d.a > 1\nreturn d[mask]", True, id="a mask"),
        pytest.param("return d.loc[lambda x: x.a > 1]", True, id="loc by a function"),
        pytest.param("return d[~d.a.isna()]", True, id="not"),
        pytest.param("return d.dropna()", True, id="gaps"),
        pytest.param("return d[:10]", True, id="the first"),
        pytest.param("return cut(d)", True, id="another function"),
        pytest.param("return unknown(d)", True, id="nobody knows"),
        pytest.param("return d.merge(other)", True, id="a join"),
    ],
)
def test_functions_that_may_leave_out_rows(body: str, leaves_out: bool) -> None:
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    functions = functions_of(f"{OTHERS}def f(d):\n{indented}\n")
    assert may_leave_out(functions["f"], functions.get) is leaves_out
