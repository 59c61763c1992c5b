"""Which line of a cell failed, told by IPython of several versions."""

import pytest

from nb2service.notebook.magics import to_python
from nb2service.running.tracebacks import failed_line, last_line_to_skip, without_wrapper

CELL = "a = 1\nb = 2\nc = a / 0\nd = 4"


@pytest.mark.parametrize(
    ("traceback", "line"),
    [
        pytest.param(
            "Cell In[3], line 2\n      1 a\n----> 2 b\n\nCell In[1], line 1, in f()",
            2,
            id="IPython 8.7",
        ),
        pytest.param("Cell In [3], line 2\n      1 a\n----> 2 b", 2, id="IPython 8.5"),
        pytest.param(
            "Input In [3], in <cell line: 2>()\n      1 a\n----> 2 b", 2, id="IPython 8.0"
        ),
        pytest.param("Input In [3], in <module>\n      1 a\n----> 2 b", 2, id="IPython 7.34"),
        pytest.param("<ipython-input-3-abc> in <module>\n      1 a\n----> 2 b", 2, id="IPython 7"),
        pytest.param(
            "File lib.py:9\n--> 9 x\n\n<ipython-input-3-abc> in <module>\n      1 a\n----> 3 b",
            3,
            id="chained",
        ),
        pytest.param("\x1b[36mCell In[3], line \x1b[32m3\x1b[0m", 3, id="colours"),
        pytest.param("  Cell In[3], line 4\n    x = = 1", 4, id="a syntax error"),
        pytest.param("Cell In[3], line 40", None, id="a line that is not there"),
        pytest.param("KeyError: 1", None, id="no line"),
    ],
)
def test_failed_line(traceback: str, line: int | None) -> None:
    assert failed_line(CELL, "KeyError", "1", traceback) == line


def test_blank_lines_above_count() -> None:
    assert failed_line(f"\n\n{CELL}", "KeyError", "1", "Cell In[3], line 2") == 4


@pytest.mark.parametrize(
    ("source", "error", "text", "line"),
    [
        ("x = 1\n%foo 3", "UsageError", "Line magic function `%foo` not found.", 2),
        ("%%foo\nx", "UsageError", "Cell magic `%%foo` not found.", 1),
        ("import sys\nsys.exit(1)", "SystemExit", "1", 2),
        ("x = 1", "SystemExit", "1", None),
    ],
)
def test_errors_without_a_traceback(source: str, error: str, text: str, line: int | None) -> None:
    assert failed_line(source, error, text, "") == line


@pytest.mark.parametrize(
    ("source", "line", "last"),
    [
        pytest.param("%load_ext black\nx = 1", 1, 1, id="a magic"),
        pytest.param("get_ipython().magic('matplotlib inline')", 1, 1, id="a magic as a call"),
        pytest.param("import seaborn\nx = 1", 1, 1, id="an import"),
        pytest.param(
            "a = 1\nfrom x import (\n    b,\n)\nc = 2", 2, 4, id="an import of many lines"
        ),
        pytest.param("%run other.py\nx = 1", 1, None, id="a magic that binds names"),
        pytest.param("%%bash\nx", 1, None, id="a cell magic"),
        pytest.param("x = f()\ny = 1", 1, None, id="any other statement"),
        pytest.param("if x:\n    %foo\n", 2, None, id="a magic in a block"),
        pytest.param("import a; b = 1", 1, None, id="an import beside something"),
        pytest.param("x = 1", None, None, id="nobody knows the line"),
    ],
)
def test_where_a_cell_goes_on(source: str, line: int | None, last: int | None) -> None:
    assert last_line_to_skip(source, to_python(source), line) == last


@pytest.mark.parametrize(
    ("source", "run"),
    [
        ("%%time\nx = 1", "#\nx = 1"),
        ("\n%%capture \nx = 1", "#\n#\nx = 1"),
        ("\n\nx = 1", "#\n\nx = 1"),
        ("\n%%html\nx", "\n%%html\nx"),
        ("%%capture out\nx = 1", "%%capture out\nx = 1"),
        ("%%timeit\nx = 1", "%%timeit\nx = 1"),
        ("%time x = 1", "%time x = 1"),
    ],
)
def test_wrappers(source: str, run: str) -> None:
    assert without_wrapper(source) == run
