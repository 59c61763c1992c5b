"""Whatever is extracted from a random program of cells gives the program's own answers."""

import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from nb2service.errors import Nb2serviceError
from programs import ProgramError, extract

NUMBERS = ("a", "b", "c")
LISTS = ("rows", "more")
FUNCTIONS = ("f", "g", "h")
CLASSES = ("A", "B")
INPUTS = (0, 1, 2, 7)
# A program starts with every name bound, so that whatever the cells say has a meaning.
FIRST = (
    "import math, functools, contextlib, dataclasses, enum, typing, os, decimal",
    "nothing = functools.partial(contextlib.suppress, ZeroDivisionError)",
    "def make_two(n):\n    return (lambda x: x + n), (lambda x, k=n: x * k)",
    "a, b, c = 1, 2, 3",
    "rows, more = [1, 2], [3]",
    "def f(x):\n    return x + a\n\ndef g(x):\n    return x * b\n\nh = lambda x: x - c",
    "class A:\n    k = 1\n    def up(self, x):\n        return x + self.k\n\nclass B(A):\n    pass",
    "made = A()",
    "os.environ['FLOOR'] = '2'",
)


_LEAVES = ["1", "2", "5", *NUMBERS, "rows[-1]", "len(more)", "max(rows)", "made.k", "A.k", "B.k"]
_FORMS = {
    # an expression of a small whole number
    "number": [
        *_LEAVES,
        "({leaf} + {leaf}) % 97",
        "({leaf} * {number}) % 89",
        "sum([i + {leaf} for i in rows if i != {leaf}])",
        "{function}({leaf}) % 83",
        "({leaf} if {number} > 3 else 4)",
        "math.gcd({leaf}, {leaf})",
        "B().up({leaf}) % 79",
    ],
    # the value of a function of x; it calls helpers with smaller x only, so it ends
    "body": [
        "x",
        *(f"x + {name}" for name in NUMBERS),
        "(x + ({function}(x - 1) if x > 0 else 1)) % 71",
        "sum(i * x for i in rows)",
        "made.up(x)",
        "B().up(x) + len(more)",
        "functools.reduce(lambda p, q: p + q, rows, x)",
        # what stands in no name
        "x + int(os.environ['FLOOR'])",
        "int(1000 * decimal.Decimal(x + 1) / 7)",
    ],
    "statement": [
        "{name} = {number}",
        "{name} += {number}",
        "a, b = {number}, a",
        "({name} := {number})",
        "for {name} in {rows}:\n    c = 2",
        "{rows} = [{number}, *rows]",
        "{rows}.append({number})",
        "{rows}[0] = {number}",
        "more = {rows}",
        "def {function}(x):\n    return {body}",
        "def {function}(x, k={number}):\n    return ({body}) + k",
        "def f(x):\n    y = x\n    def inner(z):\n        return z + y\n    return inner({body})",
        "def make(n):\n    def by(x):\n        return x + n\n    return by\n{function} = make({number})",
        "g, h = make_two({number})",
        "{function} = lambda x, k={number}: x + k",
        "{function} = functools.partial(lambda k, x: x - k, {number})",
        "{function} = {builtin}",
        "if {number} > 4:\n    def {function}(x):\n        return {body}",
        "if {number} > 4:\n    {name} = 6\nelse:\n    {name} = 7",
        "try:\n    import no_such as f\nexcept ImportError:\n    def f(x):\n        return {body}",
        "@functools.lru_cache\ndef {function}(x):\n    return x + 1",
        "{function} = functools.lru_cache({function})",
        "old = {function}\ndef {function}(x):\n    return x + old(0) % 5",
        "class {kind}:\n    k = {number}\n    def up(self, x):\n        return x + self.k",
        "class {kind}:\n    __k, k = 4, {number}\n    def up(self, x):\n        return x + self.__k",
        "class B(A):\n    def up(self, x):\n        return super().up(x) + {name}",
        "made = {kind}()",
        "made.k = {number}",
        "A.k = {number}",
        "def change():\n    global {name}\n    {name} = {name} + 1\nchange()",
        "os.environ['FLOOR'] = str({number})",
        "os.environ.update(FLOOR=str({name}))",
        "decimal.getcontext().prec = 2 + {leaf} % 5",
        "def exact(n):\n    decimal.getcontext().prec = n\nexact(2 + {leaf} % 5)",
        "if {number} > 3:\n    os.environ['FLOOR'] = '9'",
        "with nothing():\n    {name} = {number}\n    1 / 0",
        "del {name}\n{name} = {number}",
        # names that are bound by unpacking, by a loop's end, by a comprehension with a walrus
        "{name}, *more = [{number}, {number}, 3]",
        "while ({name} := {number}) > 4:\n    a, b = b, a\n    break\nelse:\n    c = 3",
        "{rows} = [i + 1 for i in {rows} if (c := i) or True]",
        "{name} = max({i: {number} for i in {rows}}.values())",
        "for i, {name} in enumerate({rows}):\n    if i > 1:\n        break",
        # in place, through another name, through an attribute
        "del {rows}[1:]",
        "{rows} += [{number}]",
        "held = made\nheld.k = {number}",
        "{rows}.sort(key=lambda i: -i)",
        "(rows if {number} > 3 else more).append({number})",
        # helpers that come after their users, also of classes and decorators
        "def {function}(x):\n    return later(x) % 67\ndef later(x):\n    return {body}",
        "class {kind}:\n    k = {number}\n    def up(self, x):\n        return below(x, self.k)\n"
        "def below(x, k):\n    return x - k",
        "def deco(f):\n    @functools.wraps(f)\n    def inner(x):\n        return f(x) + {name}\n"
        "    return inner\n@deco\ndef {function}(x):\n    return {body}",
        # closures that keep count, properties, class methods, records
        "def counter():\n    n = {number}\n    def up(x):\n        nonlocal n\n        n += 0\n"
        "        return x + n\n    return up\n{function} = counter()",
        "class {kind}:\n    k = {number}\n    @property\n    def j(self):\n        return self.k + {name}\n"
        "    @classmethod\n    def new(cls):\n        return cls()\n    def up(self, x):\n"
        "        return x * self.j\nmade = {kind}.new()",
        "class Pair(typing.NamedTuple):\n    x: int\n    k: int = {number}\nmade = Pair(2)\n"
        "Pair.up = lambda self, x: x - self.k",
        "@dataclasses.dataclass\nclass {kind}:\n    k: int = {number}\n    def up(self, x):\n"
        "        return x + self.k",
        "class Kind(enum.IntEnum):\n    ONE = 1\n    TWO = 2\n{name} = Kind(1 + {number} % 2)",
        "if (seen := {number}) in {rows}:\n    {name} = seen\nelif seen > 3:\n    {name} = 1",
        "try:\n    {name} = {rows}[9]\nexcept IndexError as error:\n    {name} = len(error.args)\n"
        "finally:\n    a += 1",
        "match {number}:\n    case 1 | 2:\n        {name} = 5\n    case {name}:\n        pass",
    ],
    "leaf": _LEAVES,
    "name": NUMBERS,
    "rows": LISTS,
    "function": FUNCTIONS,
    "kind": CLASSES,
    "builtin": ["abs", "int", "math.floor", "A().up", "made.up", "float.__int__"],
}


def written(draw: st.DrawFn, what: str) -> str:
    """One of the forms, each of its fields written in turn; a name is the same in all of it."""
    names = {field: draw(st.sampled_from(_FORMS[field])) for field in ("name", "function", "kind")}

    def field(found: re.Match[str]) -> str:
        return names.get(found[1]) or written(draw, found[1])

    return re.sub(r"\{(\w+)\}", field, draw(st.sampled_from(_FORMS[what])))


@st.composite
def programs(draw: st.DrawFn) -> list[str]:
    """Cells: some that make things, one that is marked, one that calls it, some that come after."""
    cells = ["\n".join(_statements(draw, 3)) for _ in range(draw(st.integers(1, 4)))]
    value = f"[{written(draw, 'body')}, {written(draw, 'number')}]"
    marked = f"#| predict\ndef predict(x):\n    return {value}"
    between, after = written(draw, "statement"), written(draw, "statement")
    return [*FIRST, *cells, marked, between, f"answers = [predict(x) for x in {INPUTS}]", after]


def _statements(draw: st.DrawFn, most: int) -> list[str]:
    return [written(draw, "statement") for _ in range(draw(st.integers(1, most)))]


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all programs: hypothesis tells errors apart by their place."""
    return tmp_path_factory.mktemp("programs")


@pytest.mark.random
@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(programs())
def test_the_extracted_program_answers_alike(workshop: Path, cells: list[str]) -> None:
    shutil.rmtree(workshop)
    workshop.mkdir()
    try:
        found = extract(workshop, *cells)
    except Nb2serviceError as refusal:
        event(f"refused: {re.sub('`.*?`|[0-9]+', '…', refusal.fact)[:80]}")
        return  # told, not wrong
    except ProgramError as error:
        event(f"the program itself fails: {type(error.__cause__).__name__}")
        return
    event("extracted")
    try:
        answers = found.ask(f"[predict(x) for x in {INPUTS}]")
    except Exception as error:
        raise AssertionError(f"{error!r}\n{found.source}") from error
    assert answers == found.answers, found.source


@pytest.mark.parametrize(
    ("cells", "fact"),
    [
        pytest.param(
            ["f = lambda x, k=f(1): x + k", "if 2 > 4:\n    f = 0\na = 5"],
            "`f` is made from what `a` is there",
            id="a default that was computed by a function of then",
        ),
        pytest.param(
            ["A.k = B.k"],
            "`A` is completed with what `B` holds",
            id="two classes that need each other",
        ),
        pytest.param(
            ["os.environ['FLOOR'] = str(a)", "a = 7"],
            "`os.environ` is made from what `a` is there",
            id="a setting of a value that is another one later",
        ),
    ],
)
def test_what_would_be_another_value_is_refused(
    workshop: Path, cells: list[str], fact: str
) -> None:
    marked = "#| predict\ndef predict(x):\n    return f(x) + B.k + a + int(os.environ['FLOOR'])"
    with pytest.raises(Nb2serviceError) as refused:
        extract(workshop, *FIRST, *cells, marked, "answers = [predict(1)]")
    assert fact in refused.value.fact


def test_a_setting_comes_after_what_its_functions_use(workshop: Path) -> None:
    cells = ["if g(2) > 3:\n    os.environ['FLOOR'] = '9'"]
    marked = "#| predict\ndef predict(x):\n    return x + int(os.environ['FLOOR'])"
    found = extract(workshop, *FIRST, *cells, marked, "answers = [predict(1)]")
    assert found.answers == [10]
    assert found.ask("[predict(1)]") == [10]
