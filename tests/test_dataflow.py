"""The one dataflow: what each statement may bind, change and set, and what a value comes from."""

import textwrap

import pytest

from nb2service.notebook.dataflow.effects import Effects
from nb2service.notebook.dataflow.graph import Graph, graph
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from support import MakeNotebook

GIVEN = """\
import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler
df = pd.read_csv("data.csv")
other = pd.read_csv("other.csv")
"""


def graph_of(make_notebook: MakeNotebook, *cells: str) -> Graph:
    return graph(parse(read(make_notebook(*(textwrap.dedent(c) for c in cells)))))


def last_effects(make_notebook: MakeNotebook, code: str) -> Effects:
    return graph_of(make_notebook, GIVEN, code).effects[-1]


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        pytest.param("df['a'] = 1", {"df"}, id="an item"),
        pytest.param("df.loc[df.a > 1, 'a'] = 1", {"df"}, id="an item of loc"),
        pytest.param("df.columns = ['a']", {"df"}, id="an attribute"),
        pytest.param("del df['a']", {"df"}, id="an item that is deleted"),
        pytest.param("df += 1", {"df"}, id="augmented"),
        pytest.param("df.fillna(0, inplace=True)", {"df"}, id="inplace"),
        pytest.param("flag = input()\ndf.fillna(0, inplace=flag)", {"df"}, id="inplace, perhaps"),
        pytest.param("df.pop('a')", {"df"}, id="a method that changes"),
        pytest.param("df.frobnicate()", {"df"}, id="a method that nobody knows"),
        pytest.param("b = df\nb['a'] = 1", {"df", "b"}, id="an alias"),
        pytest.param("v = df.values\nv[0] = 1", {"df", "v"}, id="values"),
        pytest.param("v = df['a']\nv[0] = 1", {"df", "v"}, id="a column"),
        pytest.param("v = df.iloc[:5]\nv['b'] = 1", {"df", "v"}, id="a slice"),
        pytest.param("v = np.asarray(df)\nv[0] = 1", {"df", "v"}, id="asarray"),
        pytest.param("v = df.T.to_numpy().ravel()\nv[0] = 1", {"df", "v"}, id="a chain of views"),
        pytest.param(
            "for t in [df, other]:\n    t['a'] = 1", {"df", "other", "t"}, id="loop over a list"
        ),
        pytest.param(
            "both = [df, other]\nfor i, t in enumerate(both):\n    t['a'] = 1",
            {"df", "other", "t", "both"},
            id="loop over a named list",
        ),
        pytest.param(
            "d = {'x': df}\nfor k, t in d.items():\n    t['a'] = 1",
            {"df", "t", "d", "k"},
            id="a dict",
        ),
        pytest.param("d = dict(x=df)\nd['x']['a'] = 1", {"df", "d"}, id="a value of a dict"),
        pytest.param("[t.pop('a') for t in (df, other)]", {"df", "other"}, id="a comprehension"),
        pytest.param("t, u = df, other\nt['a'] = 1", {"df", "t"}, id="unpacking tells them apart"),
        pytest.param("t = df if len(df) else other\nt['a'] = 1", {"df", "other", "t"}, id="either"),
        pytest.param(
            "def clean(d):\n    d['a'] = 1\nclean(df)", {"df"}, id="a function that changes"
        ),
        pytest.param(
            "def clean(n, d):\n    d['a'] = n\nclean(d=df, n=1)", {"df"}, id="given by name"
        ),
        pytest.param(
            "def outer(d):\n    inner(d)\ndef inner(d):\n    d['a'] = 1\nouter(df)",
            {"df"},
            id="through another one, defined below",
        ),
        pytest.param(
            "def each(*tables):\n    for t in tables:\n        t['a'] = 1\neach(df, other)",
            {"df", "other"},
            id="args",
        ),
        pytest.param(
            "def each(**tables):\n    tables['x']['a'] = 1\neach(x=df)", {"df"}, id="keywords"
        ),
        pytest.param("def clean():\n    df['a'] = 1\nclean()", {"df"}, id="a global"),
        pytest.param(
            "def same(d):\n    return d\ne = same(df)\ne['a'] = 1", {"df", "e"}, id="it returns it"
        ),
        pytest.param(
            "def both(d):\n    return [d, 1]\nbox = both(df)\nbox[0]['a'] = 1",
            {"df", "box"},
            id="it returns it in a list",
        ),
        pytest.param(
            "def put(d, box):\n    box['t'] = d\nbox = {}\nput(df, box)\nbox['t']['a'] = 1",
            {"df", "box"},
            id="it puts it into another argument",
        ),
        pytest.param("f = lambda d: d.update(a=1)\nf(df)", {"df"}, id="a lambda"),
        pytest.param("def clean(d):\n    d['a'] = 1\nlist(map(clean, [df]))", {"df"}, id="map"),
        pytest.param(
            "def clean(d):\n    d['a'] = 1\n    return d\ndf.pipe(clean)", {"df"}, id="pipe"
        ),
        pytest.param(
            "from functools import partial\ndef clean(n, d):\n    d['a'] = n\n"
            "f = partial(clean, 1)\nf(df)",
            {"df", "f"},
            id="partial",
        ),
        pytest.param(
            "def count(d, n):\n    if n:\n        count(d, n - 1)\n    d['a'] = n\ncount(df, 3)",
            {"df"},
            id="recursion",
        ),
        pytest.param(
            "class Box:\n    def __init__(self, d):\n        self.d = d\n    def go(self):\n"
            "        self.d['a'] = 1\nbox = Box(df)\nbox.go()",
            {"df", "box"},
            id="an instance",
        ),
        pytest.param("np.clip(df, 0, 1, out=df)", {"df"}, id="out"),
        pytest.param("np.random.shuffle(df)", {"df"}, id="shuffle"),
        pytest.param("np.add.at(df, 0, 1)", {"df"}, id="ufunc.at"),
        pytest.param("np.nan_to_num(df, copy=False)", {"df"}, id="copy=False"),
        pytest.param(
            "s = StandardScaler(copy=False)\ns.fit(df)\ns.transform(df)",
            {"df"},
            id="made to overwrite",
        ),
        pytest.param("import mine\nmine.clean(df)", {"df"}, id="a library that nobody knows"),
        pytest.param(
            "from mine import clean\nclean(df)", {"df"}, id="a function that nobody knows"
        ),
        pytest.param("setattr(df, 'a', 1)", {"df"}, id="setattr"),
        pytest.param("globals()['df']['a'] = 1", {"df"}, id="globals()"),
        pytest.param("exec(\"df['a'] = 1\")", {"df"}, id="exec of a text"),
        pytest.param("if len(df):\n    df['a'] = 1", {"df"}, id="a branch"),
        pytest.param("with open('x') as f:\n    df['a'] = f.read()", {"df", "f"}, id="with"),
        pytest.param(
            "def wrap(f):\n    return f\n@wrap\ndef clean(d):\n    d['a'] = 1\nclean(df)",
            {"df"},
            id="a decorated function",
        ),
        pytest.param(
            "def maker():\n    def clean(d):\n        d['a'] = 1\n    return clean\nmaker()(df)",
            {"df"},
            id="a function that a function makes",
        ),
        pytest.param(
            "t = other\nfor n in range(3):\n    t['a'] = 1\n    t = df",
            {"df", "other", "t"},
            id="an alias of the turn before",
        ),
        pytest.param(
            "t = other\nfor n in range(3):\n    t = df\n    if n:\n        break\n"
            "    t = other.copy()\nt['a'] = 1",
            {"df", "other", "t"},
            id="a loop that is left",
        ),
    ],
)
def test_what_may_be_changed(make_notebook: MakeNotebook, code: str, changed: set[str]) -> None:
    assert last_effects(make_notebook, code).changes == changed


@pytest.mark.parametrize(
    "code",
    [
        pytest.param("b = df.copy()\nb['a'] = 1", id="a copy"),
        pytest.param("b = df.drop(columns='a')\nb['a'] = 1", id="a method that makes a new table"),
        pytest.param("b = df[['a']].fillna(0)\nb['a'] = 1", id="what is made of a view"),
        pytest.param("print(df.head(), len(df))", id="what is shown"),
        pytest.param("df.describe()", id="a method that is known"),
        pytest.param(
            "import plotly.graph_objects as go\nfig = go.Figure(go.Scatter(x=df, y=other))\n"
            "fig.add_trace(go.Scatter(x=df))\nfig.update_layout(title='t')",
            id="a picture of it",
        ),
        pytest.param("df.apply(lambda row: row * 2)", id="a lambda that changes nothing"),
        pytest.param(
            "def f(d):\n    d = d.copy()\n    d['a'] = 1\nf(df)", id="a copy in a function"
        ),
        pytest.param("def f(d):\n    return d['a'].mean()\nf(df)", id="a function that looks"),
        pytest.param("b = pd.concat([df, other])\nb['a'] = 1", id="concat"),
        pytest.param("m = StandardScaler()\nm.fit(df)\nx = m.transform(df)\nx[0] = 1", id="fit"),
        pytest.param("import matplotlib.pyplot as plt\nplt.hist(df.a)", id="a plot"),
        pytest.param("df.eval('a + b')", id="eval of pandas"),
        pytest.param("df.fillna(0, inplace=False)", id="inplace=False"),
        pytest.param("n = 0\nn += len(df)", id="a number"),
        pytest.param("names = []\nnames.append('a')", id="a list of texts"),
        pytest.param(
            "def f(names):\n    names.append(1)\nbox = []\nf(box)\nbox.append(df)\nbox.append(other)",
            id="a list that gets another table",
        ),
    ],
)
def test_what_is_not_changed(make_notebook: MakeNotebook, code: str) -> None:
    assert not {"df", "other"} & last_effects(make_notebook, code).changes


@pytest.mark.parametrize(
    ("code", "settings"),
    [
        ("import sklearn\nsklearn.set_config(assume_finite=True)", {"sklearn.config"}),
        ("from sklearn import set_config\nset_config(assume_finite=True)", {"sklearn.config"}),
        ("pd.set_option('mode.copy_on_write', True)", {"pandas.options"}),
        ("pd.options.display.precision = 3", {"pandas.options"}),
        ("np.seterr(all='raise')", {"numpy.errstate"}),
        ("import os\nos.environ['A'] = '1'", {"os.environ"}),
        ("from os import environ\nenviron.update(A='1')", {"os.environ"}),
        ("import os\ne = os.environ\ne['A'] = '1'", {"os.environ"}),
        ("import os\nos.environ.setdefault('A', '1')", {"os.environ"}),
        ("import os\nx = os.environ.get('A')", set()),
        ("import os\nx = os.environ['A']", set()),
        ("import os\nos.chdir('..')", {"cwd"}),
        ("import locale\nlocale.setlocale(locale.LC_ALL, 'C')", {"locale"}),
        ("from decimal import getcontext\ngetcontext().prec = 5", {"decimal"}),
        ("import decimal\nc = decimal.getcontext()\nc.prec = 5", {"decimal"}),
        ("import warnings\nwarnings.simplefilter('error')", {"warnings"}),
        ("import random\nrandom.seed(1)", {"random"}),
        ("np.random.seed(1)", {"numpy.random"}),
        ("import time\ntime.tzset()", {"timezone"}),
        ("np.float = float", {"numpy.attributes"}),
        ("def start():\n    np.seterr(all='raise')\nstart()", {"numpy.errstate"}),
        ("def start():\n    np.seterr(all='raise')", set()),
        ("for n in range(2):\n    np.random.seed(n)", {"numpy.random"}),
        ("setattr(pd.options.display, 'precision', 3)", {"pandas.options"}),
        ("x = np.log(3)", set()),
    ],
)
def test_settings(make_notebook: MakeNotebook, code: str, settings: set[str]) -> None:
    assert last_effects(make_notebook, code).settings == settings


def test_what_draws_from_a_shared_generator(make_notebook: MakeNotebook) -> None:
    assert last_effects(make_notebook, "x = np.random.rand(3)").draws == {"numpy.random"}
    assert not last_effects(make_notebook, "r = np.random.default_rng(0)\nx = r.normal()").draws


@pytest.mark.parametrize(
    ("code", "binds", "anything"),
    [
        ("globals()['new'] = 1", {"new"}, False),
        ("exec('new = 1')", {"new"}, False),
        ("exec(text)", set(), True),
        ("globals()[name] = 1", set(), True),
        ("globals().update(found)", set(), True),
        ("def f():\n    global new\n    new = 1\nf()", {"new"}, False),
        ("if (new := 1): pass", {"new"}, False),
    ],
)
def test_binding_by_other_ways(
    make_notebook: MakeNotebook, code: str, binds: set[str], anything: bool
) -> None:
    found = last_effects(make_notebook, code)
    assert (found.binds, found.anything) == (binds, anything)


@pytest.mark.parametrize(
    ("code", "stops"),
    [
        ("import numpy as np\nnp.testing.assert_array_less(df, 40)", True),
        ("assert len(df) > 3", True),
        ("if len(df) < 3:\n    raise ValueError", True),
        ("import sys\nsys.exit(1)", True),
        ("def f(d):\n    assert len(d)\nf(df)", True),
        ("def f(d):\n    assert len(d)", False),
        ("x = df.mean()", False),
    ],
)
def test_what_stops_on_purpose(make_notebook: MakeNotebook, code: str, stops: bool) -> None:
    assert last_effects(make_notebook, code).stops is stops


def test_a_value_comes_from_what_bound_it_and_what_may_have_changed_it_since(
    make_notebook: MakeNotebook,
) -> None:
    found = graph_of(
        make_notebook,
        "df = dict()",  # 0
        "b = df",  # 1
        "x = 1",  # 2
        "b['a'] = x",  # 3
        "df = df.copy()",  # 4
        "b['b'] = 1",  # 5
        "y = df",  # 6
    )
    assert found.reaching("df", 4) == [0, 3]
    assert found.reaching("df", 6) == [4]
    assert found.slice_back(["df"], 6) == [0, 1, 2, 3, 4]
    assert found.touched_later(4) == {"df": 3, "b": 3, "x": 2}
    assert found.aliases("df", 2) == {"b"}
    assert found.aliases("df", 6) == frozenset()


def test_what_may_bind_anything_reaches_every_name(make_notebook: MakeNotebook) -> None:
    found = graph_of(make_notebook, "x = 1", "exec(text)", "y = x")
    assert found.reaching("x", 2) == [0, 1]


def test_what_a_function_needs_counts_where_it_is_used(make_notebook: MakeNotebook) -> None:
    found = graph_of(
        make_notebook, "rate = 1", "def f(x):\n    return x * rate", "rate = 2", "y = f(3)"
    )
    assert found.slice_back(["y"], 4) == [1, 2, 3]


def test_a_name_that_a_branch_may_bind_may_be_the_older_one(make_notebook: MakeNotebook) -> None:
    found = graph_of(make_notebook, "x = 1", "if y:\n    x = 2", "z = x")
    assert found.reaching("x", 2) == [0, 1]


def test_numbers_of_a_generator_are_not_the_generator(make_notebook: MakeNotebook) -> None:
    code = "rng = np.random.default_rng(7)\na = rng.normal(size=5)\ndf['x'] = a\nb = rng.normal(size=5)"
    assert last_effects(make_notebook, code).changes == {"rng"}


def test_what_a_generator_shuffles_is_changed(make_notebook: MakeNotebook) -> None:
    code = "rng = np.random.default_rng(7)\nrng.shuffle(df)"
    assert last_effects(make_notebook, code).changes == {"rng", "df"}


def test_the_simple_statements_of_a_loop_change_what_they_change(
    make_notebook: MakeNotebook,
) -> None:
    code = "for c in ['a']:\n    df[c] = 1\n    if c:\n        other.pop(c)\n    print(c)"
    parts = last_effects(make_notebook, code).parts
    assert parts == {(2, 4): {"df"}, (4, 8): {"other"}, (5, 4): frozenset()}
