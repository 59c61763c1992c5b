"""IPython's additions become Python, line by line."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2service.notebook.magics import to_python


@pytest.mark.parametrize(
    ("source", "python"),
    [
        pytest.param("x = 1\ny = 2", "x = 1\ny = 2", id="plain Python stays as it is"),
        pytest.param("%%time\nx = 1", "\nx = 1", id="a cell magic around Python is blanked"),
        pytest.param("\n%%capture out\nx = 1", "\n\nx = 1", id="also below blank lines"),
        pytest.param("\n%%service a\nx = 1", "\n\nx = 1", id="our own cell magic"),
        pytest.param(
            "%load_ext nb2service\nx = 1\n%service a=b", "\nx = 1\n", id="our own line magics"
        ),
        pytest.param("if x:\n    %service", "if x:\n    pass", id="our own magic in a block"),
        pytest.param('s = """\n%service"""', 's = """\n%service"""', id="our magic in a text"),
        pytest.param("%%bash\nls\npwd", "\n\n", id="another language binds nothing"),
        pytest.param("%time x = f()", "x = f()", id="a timed statement still binds its name"),
        pytest.param("%timeit -n1 -r 3 f(1)", "f(1)", id="a measured call"),
        pytest.param("if x:\n    %prun -q f(1)", "if x:\n    f(1)", id="a profiled call"),
        pytest.param("s = 'why?'", "s = 'why?'", id="a question mark in a string"),
        pytest.param("x = 5 % 3\ny = not True", "x = 5 % 3\ny = not True", id="operators"),
    ],
)
def test_translation(source: str, python: str) -> None:
    assert to_python(source) == python


@pytest.mark.parametrize(
    "source",
    [
        "%matplotlib inline\nx = 1",
        "!pip install xgboost\nx = 1",
        "df?\nx = 1",
        "files = !ls\nx = 1",
        "\n\n%load_ext autoreload\n%autoreload 2\nx = 1",
        "await f()\nx = 1",
        "%prun -s cumulative f(1)\nx = 1",
        "%timeit -n1\nx = 1",
        "%time\nx = 1",
    ],
)
def test_magics_become_parsable_and_keep_their_lines(source: str) -> None:
    python = to_python(source)
    tree = ast.parse(python)
    assert tree.body[-1].lineno == source.count("\n") + 1
    assert ast.unparse(tree.body[-1]) == "x = 1"


@given(
    st.lists(
        st.sampled_from(["x = 1", "", "%time y = 2", "%matplotlib inline", "# note"]), min_size=1
    )
)
def test_every_line_keeps_its_number(lines: list[str]) -> None:
    python = to_python("\n".join([*lines, "last = 0"])).splitlines()
    assert python[len(lines)] == "last = 0"
