"""What the marked function needs comes along, however Python binds and uses it."""

from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import parse
from programs import Extracted, cells_of, extract

ASK = "answers = [predict(x) for x in (1, 2, 5)]"


def predict(body: str) -> str:
    """A marked cell."""
    return f"#| predict\ndef predict(x):\n    {body}"


def taken(tmp_path: Path, *cells: str) -> Extracted:
    """Extract cells that end with predict, and check the answers in a fresh module."""
    found = extract(tmp_path, *cells, ASK)
    assert found.ask("[predict(x) for x in (1, 2, 5)]") == found.answers, found.source
    return found


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(
            ["k = 3\ndef f(x):\n    def g(y):\n        return y * k\n    return g(x)", "f(x)"],
            id="a nested function",
        ),
        pytest.param(
            [
                "def make(n):\n    def f(x):\n        return x * n\n    return f",
                "f = make(3)",
                "f(x)",
            ],
            id="a closure from a factory",
        ),
        pytest.param(
            [
                "def make(n):\n    return lambda x: x * n",
                "n = 4\nf, g = make(n), make(2)",
                "f(g(x))",
            ],
            id="two closures unpacked",
        ),
        pytest.param(["f = lambda x, k=3: x * k", "f(x)"], id="a lambda with a default"),
        pytest.param(["K = 3\nf = lambda x, k=K: x * k", "f(x)"], id="a lambda with a name in it"),
        pytest.param(
            [
                "import functools\ndef twice(f):\n    @functools.wraps(f)\n"
                "    def g(x):\n        return 2 * f(x)\n    return g",
                "@twice\ndef f(x):\n    return x + 1",
                "f(x)",
            ],
            id="a decorator of the notebook",
        ),
        pytest.param(
            [
                "from functools import lru_cache\ndef f(x):\n    return x + 1",
                "f = lru_cache(f)",
                "f(x)",
            ],
            id="a function that is decorated later",
        ),
        pytest.param(["K = [3, 4]", "def f(x, k=K[1]):\n    return x + k", "f(x)"], id="a default"),
        pytest.param(
            ["L = 2", "class B:\n    limit = L", "class A(B):\n    top = B.limit + 1", "A.top + x"],
            id="class bases and attributes",
        ),
        pytest.param(
            [
                "from dataclasses import dataclass, field",
                "@dataclass\nclass P:\n    x: int\n    more: list = field(default_factory=list)",
                "P(x).x + len(P(x).more)",
            ],
            id="a dataclass",
        ),
        pytest.param(
            [
                "import enum",
                "class C(enum.Enum):\n    LOW = 1\n    HIGH = 2",
                "BEST = C.HIGH",
                "BEST.value + x",
            ],
            id="a member of an enum",
        ),
        pytest.param(
            [
                "from typing import NamedTuple",
                "class P(NamedTuple):\n    x: int\n    y: int = 2",
                "sum(P(x))",
            ],
            id="a NamedTuple",
        ),
        pytest.param(
            [
                "from typing import NamedTuple\nclass P(NamedTuple):\n    x: int\n    y: int = 2",
                "p = P(3)",
                "p.x + x",
            ],
            id="an instance of a NamedTuple",
        ),
        pytest.param(
            [
                "class A:\n    @property\n    def k(self):\n        return K",
                "K = 3\na = A()",
                "a.k + x",
            ],
            id="a property",
        ),
        pytest.param(["from math import *", "floor(sqrt(x) + pi)"], id="a star import"),
        pytest.param(
            ["from operator import *", "def abs(x):\n    return -7", "abs(x) + add(x, 1)"],
            id="a star import and a function that hides a builtin",
        ),
        pytest.param(
            [
                "try:\n    import no_such as json\nexcept ImportError:\n    import json",
                "json.dumps(x)",
            ],
            id="a tried import",
        ),
        pytest.param(
            ["def f(x):\n    import math\n    return math.sqrt(x)", "f(x)"], id="an inner import"
        ),
        pytest.param(
            [
                "import os.path\nimport xml.dom\nimport xml.sax",
                "len(xml.dom.__name__ + xml.sax.__name__)",
            ],
            id="dotted imports",
        ),
        pytest.param(
            [
                "fast = 0\nif fast:\n  def f(x):\n    return 1\nelse:\n  def f(x):\n    return 2",
                "f(x)",
            ],
            id="a conditional definition",
        ),
        pytest.param(
            ["def f(x):\n    return 1", "if 0:\n    def f(x):\n        return 2", "f(x)"],
            id="a conditional redefinition that did not happen",
        ),
        pytest.param(
            ["for k in (1, 2):\n    def f(x):\n        return x + 10", "f(x)"],
            id="a definition in a loop",
        ),
        pytest.param(
            ["if __name__ == '__main__':\n    k = 3\n    def f(x):\n        return x + k", "f(x)"],
            id="the main guard",
        ),
        pytest.param(
            [
                "def f(x):\n    return 1",
                "def g(x):\n    return f(x)",
                "def f(x):\n    return 2",
                "g(x)",
            ],
            id="a redefinition",
        ),
        pytest.param(
            ["def f(x):\n    return g(x)", "def g(x):\n    return x + 1", "f(x)"],
            id="a helper after its user",
        ),
        pytest.param(["for k in range(4):\n    last = k", "k + last + x"], id="names bound by for"),
        pytest.param(
            ["import io\nwith io.StringIO('7') as h:\n    k = int(h.read())", "k + x"],
            id="a name bound in with",
        ),
        pytest.param(["if (n := 4) > 1:\n    pass", "n + x"], id="a name bound by a walrus"),
        pytest.param(["a, (b, *c) = 1, (2, 3, 4)", "a + b + sum(c) + x"], id="names unpacked"),
        pytest.param(["k = 1\nk += 2", "k + x"], id="an augmented assignment"),
        pytest.param(
            ["n = 0\ndef count():\n    global n\n    n += 5", "count()\ncount()", "n + x"],
            id="a global name",
        ),
        pytest.param(["k = 1", "del k\nk = 2", "k + x"], id="a name deleted and bound again"),
        pytest.param(
            ["d = {}", "d['a'] = 2\nd.update(b=3)", "sum(d.values()) + x"], id="a dict filled later"
        ),
        pytest.param(
            ["up = str.upper\nsize = len", "up('a') * x + 'b' * size('cc')"],
            id="aliases of builtins",
        ),
        pytest.param(
            ["import math\nroot = math.sqrt\nm = math", "root(x) + m.pi"],
            id="aliases of a module's",
        ),
        pytest.param(
            ["words = ['b', 'a']\nhas = words.count", "has('a') + x"], id="a bound method"
        ),
        pytest.param(
            [
                "class A:\n    def __init__(self):\n        self.__k = 3\n"
                "    def __up(self, x):\n        return x + self.__k\n"
                "    def up(self, x):\n        return self.__up(x)",
                "a = A()",
                "a.up(x)",
            ],
            id="private names",
        ),
        pytest.param(
            [
                "from __future__ import annotations",
                "def f(x: Frame, y: 'Other' = 1) -> Answer:\n    return x + y",
                "f(x)",
            ],
            id="annotations that are never looked at",
        ),
        pytest.param(
            [
                "from decimal import Decimal",
                "def f(x: 'Decimal') -> 'list[Decimal]':\n    return x",
                "f(x)",
            ],
            id="annotations as text",
        ),
        pytest.param(["%%time\nk = 3", "k + x"], id="%%time"),
        pytest.param(["%%capture out\nk = 3\nprint(k)", "k + x"], id="%%capture"),
        pytest.param(
            [
                "class A:\n    pass",
                "A.k = 3",
                "def up(self, x):\n    return x + self.k\nA.up = up",
                "A().up(x)",
            ],
            id="a patched class",
        ),
        pytest.param(
            ["class A:\n    k = 1", "a = A()\na.j = 2", "n = a.j + 1\nA.k = n", "a.j + A.k + x"],
            id="a class that is completed with a value of its own name",
        ),
        pytest.param(
            [
                "class B:\n    def up(self, x):\n        return below(x)\ndef below(x):\n    return x + 1",
                "class B:\n    k = B().up(2)",
                "B.k + x",
            ],
            id="a class that its namesake above helps to make, with a helper below",
        ),
        pytest.param(
            ["import logging\nlog = logging.getLogger(__name__)", "log.isEnabledFor(10) + x"],
            id="a logger",
        ),
        pytest.param(
            ["f = lambda x: x\nn = 3", "f, n = (lambda x: x + 1), 4", "n = 5", "f(x) + n"],
            id="code that binds a name which is rebound later",
        ),
    ],
)
def test_comes_along(tmp_path: Path, cells: list[str]) -> None:
    *above, body = cells
    found = taken(tmp_path, *above, predict(f"return {body}"))
    assert "def predict(" in found.source


def test_display_shows_nothing(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "display = print",
        "del display",
        "from IPython.display import display",
        predict("display(x, 'x')\n    return x"),
    )
    assert "IPython" not in found.source
    assert "def display(*objects, **options):" in found.source


def test_a_factory_that_does_work_is_not_called_again(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "def train(rows):\n    rows.append(sum(rows))\n    total = max(rows)\n"
        "    return lambda x: x * total",
        "rows = [1, 2]\nf = train(rows)",
        predict("return f(x)"),
    )
    assert found.items["f"].becomes == "artifact"
    assert "rows" not in found.items


def test_the_code_says_which_cells_it_comes_from(tmp_path: Path) -> None:
    found = taken(
        tmp_path,
        "def f(x):\n    return x",
        "from functools import cache",
        "f = cache(f)",
        predict("return f(x)"),
    )
    assert "# cell 1\ndef f(x):\n    return x\n\n\n# cell 3\nf = cache(f)\n" in found.source


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        pytest.param(
            ["K = 1\ndef f(x, k=K):\n    return x + k", "K = 2", predict("return f(x)")],
            [
                "cell 1, line 2",
                "`f` is made from what `K` is there, and cell 2, line 1 changes `K`",
            ],
            id="a default that would be another one",
        ),
        pytest.param(
            [
                "class A:\n    k = 1",
                "a = A()\na.j = 2",
                "A.k = a.j + 1",
                predict("return a.j + A.k + x"),
            ],
            ["cell 1", "`A` is completed with what `a` holds, and `a` is made of `A`"],
            id="a class that is completed with what its instance holds",
        ),
        pytest.param(
            [predict("return get_ipython().user_ns[x]")],
            ["cell 1, line 3", "exists in Jupyter only", "starts with % or !"],
            id="get_ipython",
        ),
        pytest.param(
            [predict("!ls\n    return x")], ["cell 1, line 3", "Jupyter only"], id="a magic"
        ),
        pytest.param(
            ["%matplotlib inline\n!true", predict("return lost + x")],
            ["`lost` is used, but no cell gives it a value"],
            id="a missing name, told before anything runs in spite of magics",
        ),
        pytest.param(
            ["k = 1\ndel k", predict("return k if x > 9 else x")],
            ["`k` is used, but cell 1 deletes it"],
            id="a deleted name",
        ),
    ],
)
def test_refuses(tmp_path: Path, cells: list[str], told: list[str]) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        extract(tmp_path, *(cell.replace("%matplotlib inline\n!true", "") for cell in cells), ASK)
    assert all(text in str(refusal.value) for text in told), refusal.value


def test_the_source_of_what_no_cell_shows(tmp_path: Path) -> None:
    (tmp_path / "brought.py").write_text(
        "K = 3\n\n\ndef up(x):\n    return x + K\n\n\n"
        "class A:\n    def f(self, x):\n        return up(x)\n\n\nflip = lambda x: -x\n"
    )
    run = "exec(compile(open_it('brought.py'), 'brought.py', 'exec'))"
    found = taken(
        tmp_path,
        "import pathlib\ndef open_it(name):\n    return pathlib.Path(name).read_text()",
        run,
        predict("return flip(A().f(x))"),
    )
    assert {name: item.becomes for name, item in found.items.items()} == {
        "K": "literal",
        "up": "code",
        "A": "code",
        "flip": "code",
    }


def test_top_level_await(tmp_path: Path) -> None:
    names = cells_of("import asyncio\nx = await asyncio.sleep(0, 3)\nasync for y in z: pass")
    scope = parse(Notebook(tmp_path / "nb.ipynb", names, "", ""))
    assert [sorted(s.binds) for s in scope.statements] == [["asyncio"], ["x"], ["y"]]
