"""What a statement really changes when it runs is among what the dataflow says that it may.

Random programs over tables, arrays, lists, dicts, functions and instances run statement by statement;
all that the names hold is looked at before and after each.
"""

import types
from collections.abc import Callable
from functools import partial as functools_partial
from typing import Any

import hypothesis.strategies as st
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from nb2service.notebook.dataflow.graph import State, effects_of
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.statements import parse
from nb2service.places import KERNEL

NAMES = ("a", "b", "c", "d", "e")
START = """\
import copy, functools, itertools
import numpy as np
import pandas as pd
a = pd.DataFrame({"x": [1.0, 2.0, 3.0], "y": [4.0, np.nan, 6.0]})
b = np.arange(6.0).reshape(3, 2)
c = [a, b]
d = {"x": a, "y": b}
def put(t, v=7):
    t["x"] = v
    return t
def first(box):
    return box[0]
def each(*boxes, **more):
    for box in boxes:
        for one in box:
            put(one, 8)
    for one in more.values():
        put(one, 9)
    return boxes
def local(t):
    t = copy.copy(t)
    put(t)
    return t
def share(t, box):
    box["k"] = t
def many(t, n=2):
    if n:
        return many(t, n - 1)
    put(t, n)
    return [t]
def maker(t):
    def inner(v):
        t["x"] = v
    return inner
def lazily(box):
    for one in box:
        yield one
def reset():
    global e
    e = [a]
def on_global():
    put(a, 3)
class Box:
    shared = []
    def __init__(self, t):
        self.t = t
    def go(self):
        self.t["x"] = 5
        return self
    def hand(self):
        return self.t
    @property
    def quick(self):
        self.count = 1
        return self.t
    def __call__(self, v):
        self.t["y"] = v
e = Box(a)
"""
# What may follow; {o} and {p} are names that hold something, {n} is a name that gets something new.
STATEMENTS = (
    "{n} = {o}",
    "{n}, {m} = {o}, {p}",
    "{n} = [{o}, {p}]",
    "{n} = ({o}, [{p}])",
    "{n} = dict(x={o}, y={p})",
    "{n} = {{'x': {o}, **{{'y': {p}}}}}",
    "{n} = {o} if len(str({p})) % 2 else {p}",
    "{n} = [{o}] + [{p}]",
    "{n} = {o}.copy()",
    "{n} = copy.copy({o})",
    "{n} = copy.deepcopy({o})",
    "{n} = {o}['x']",
    "{n} = {o}[0]",
    "{n} = {o}[1:]",
    "{n} = {o}.values",
    "{n} = {o}.T",
    "{n} = {o}.to_numpy()",
    "{n} = np.asarray({o})",
    "{n} = {o}.iloc[:2]",
    "{n} = {o}.reset_index(drop=True)",
    "{n} = {o}.get('x')",
    "{n} = list({o})",
    "{n} = list({o}.values())",
    "{n} = [*{o}]",
    "{n} = [t for t in {o}]",
    "{n} = {{k: t for k, t in {o}.items()}}",
    "{n} = first({o})",
    "{n} = many({o})",
    "{n} = local({o})",
    "{n} = put({o})",
    "{n} = Box({o})",
    "{n} = {o}.hand()",
    "{n} = {o}.go()",
    "{n} = {o}.quick",
    "{n} = maker({o})",
    "{n} = functools.partial(put, {o})",
    "{n} = functools.partial(put, v={o})",
    "{n} = next(lazily({o}))",
    "{n} = max([{o}], key=len)",
    "{n} = sorted([{o}], key=id)[0]",
    "{n} = (lambda t: t)({o})",
    "{n} = list(map(first, [{o}, {p}]))",
    "{n} = list(itertools.chain({o}, [{p}]))",
    "{n} = list(zip([{o}], [{p}]))",
    "{n} = dict(enumerate([{o}, {p}]))",
    "{n} = {o}.pipe(put, 11)",
    "{n} = {o}.apply(lambda t: t * 2)",
    "{n} = {o}.drop(columns='y')",
    "{n} = pd.DataFrame({o})",
    "{n} = pd.concat([{o}, {o}])",
    "{n} = np.hstack([{o}, {o}])",
    "{n} = getattr({o}, 't')",
    "{n} = globals()['{o}']",
    "{n} = eval('{o}')",
    "{o}['x'] = 1",
    "{o}['x'] = {p}",
    "{o}[0] = 2",
    "{o}[0] = {p}",
    "{o}[:] = 3",
    "{o}.x = 4",
    "{o}.t = {p}",
    "{o}.loc[0, 'x'] = 5",
    "{o}.iloc[0, 0] = 5",
    "{o} += 1",
    "{o} += [{p}]",
    "{o} *= 2",
    "del {o}['x']",
    "{o}.append({p})",
    "{o}.extend([{p}])",
    "{o}.insert(0, 'z', 1)",
    "{o}.update(x={p})",
    "{o}.setdefault('q', {p})",
    "{o}.pop(0)",
    "{o}.pop('x')",
    "{o}.clear()",
    "{o}.sort()",
    "{o}.reverse()",
    "{o}.fill(6)",
    "{o}.fillna(0, inplace=True)",
    "{o}.rename(columns={{'x': 'w'}}, inplace=True)",
    "{o}.drop(columns='y', inplace=True)",
    "{o}.eval('w = x + 1', inplace=True)",
    "np.clip({o}, 0, 1, out={o})",
    "np.negative({o}, {o})",
    "np.copyto({o}, 3)",
    "np.add.at({o}, 0, 1)",
    "np.fill_diagonal({o}, 9)",
    "np.random.shuffle({o})",
    "np.nan_to_num({o}, copy=False)",
    "put({o})",
    "put(v=1, t={o})",
    "put(*[{o}])",
    "put(**{{'t': {o}}})",
    "each({o})",
    "each([{o}, {p}])",
    "each(k={o})",
    "each(*[[{o}]])",
    "share({o}, {p})",
    "many({o}, 1)",
    "on_global()",
    "reset()",
    "{o}.go()",
    "{o}(3)",
    "Box.shared.append({o})",
    "Box({o}).go()",
    "setattr({o}, 't', {p})",
    "exec(\"{o}['x'] = 12\")",
    "globals()['{o}']['x'] = 13",
    "globals()['{n}'] = {o}",
    "{o}.__setitem__('x', 1)",
    "for t in {o}:\n    t['x'] = 14",
    "for t in [{o}, {p}]:\n    t['y'] = 15",
    "for i, t in enumerate([{o}, {p}]):\n    t['y'] = i",
    "for k, t in {o}.items():\n    t['x'] = 16",
    "for k, (t, u) in enumerate([({o}, {p})]):\n    u['x'] = 17",
    "for t in {o}.copy():\n    put(t)",
    "while True:\n    {o}['x'] = 18\n    {n} = {p}\n    break",
    "for k in range(3):\n    if k == 1:\n        {n} = {o}\n        break\n    {n} = {p}",
    "if len(str({p})) % 2:\n    {o}['x'] = 19\nelse:\n    {n} = {o}",
    "try:\n    {n} = {o}\n    {n}.missing\n    {n} = {p}\nexcept Exception as error:\n    {n}['x'] = 20",
    "with np.errstate(all='ignore'):\n    {o}['x'] = 21",
    "match {o}:\n    case [t, *rest]:\n        t['x'] = 22\n    case {{'x': t}}:\n        t['x'] = 23",
    "[t.update(z=1) for t in [{o}, {p}]]",
    "list(map(put, [{o}]))",
    "list(map(lambda t: t.pop('x'), [{o}]))",
    "(lambda t: t.update(z=2))({o})",
    "functools.reduce(lambda s, t: put(t), [{o}, {p}])",
    "{o}.pipe(put)",
    "str({n} := {o})",
    "{n} = {o}\n{n}['x'] = 25",
)


@st.composite
def programs(draw: Callable[..., Any]) -> list[str]:
    """Statements over the names."""
    found = []
    for _ in range(draw(st.integers(3, 10))):
        template = draw(st.sampled_from(STATEMENTS))
        names = {key: draw(st.sampled_from(NAMES)) for key in "opnm"}
        found.append(template.format(**names))
    return found


def looked_at(value: Any, depth: int = 6) -> Any:
    """All that a value holds, as something that can be compared."""
    if depth == 0 or isinstance(value, type | types.ModuleType | types.BuiltinFunctionType):
        return type(value).__name__
    if isinstance(value, pd.DataFrame):
        held = (
            [looked_at(list(value[c]), depth - 1) for c in value] if value.columns.is_unique else 0
        )
        return ("frame", [str(c) for c in value.columns], held, str(list(value.index)))
    if isinstance(value, pd.Series):
        return ("series", looked_at(list(value), depth - 1), str(list(value.index)))
    if isinstance(value, np.ndarray):
        return ("array", value.shape, looked_at(list(value.ravel()), depth - 1))
    if isinstance(value, dict):
        return ("dict", [(str(k), looked_at(v, depth - 1)) for k, v in value.items()])
    if isinstance(value, list | tuple):
        return (type(value).__name__, [looked_at(v, depth - 1) for v in value])
    if isinstance(value, functools_partial):
        return ("partial", looked_at([value.args, value.keywords], depth - 1))
    if isinstance(value, types.FunctionType):
        cells = [c.cell_contents for c in value.__closure__ or ()]
        return ("function", looked_at(cells, depth - 1))
    if hasattr(value, "__dict__"):
        return ("object", looked_at(vars(value), depth - 1))
    return repr(value)


def check(statements: list[str]) -> None:
    """Run a program, and compare what each statement changes with what it may change."""
    source = START + "\n".join(statements)
    cell = Cell(1, source, source, frozenset())
    scope = parse(Notebook(KERNEL, (cell,), "", ""))
    state = State.at_start(scope.statements)
    space: dict[str, Any] = {}
    for statement in scope.statements:
        held = {name: value for name, value in space.items() if name != "__builtins__"}
        before = {name: looked_at(value) for name, value in held.items()}
        failed: tuple[str, ...] | None = None
        try:
            exec(compile(statement.source, "cell", "exec"), space)
        except Exception:
            failed = ()
        effects = effects_of(statement, state, failed)
        assert not effects.anything
        for name in space.keys() - {"__builtins__", "__warningregistry__"}:
            if name not in held or space[name] is not held[name]:
                assert name in effects.binds, f"{statement.source!r} binds {name}"
            elif looked_at(space[name]) != before[name]:
                assert name in effects.touches, f"{statement.source!r} changes {name}"


@settings(
    max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)
@given(programs())
@pytest.mark.filterwarnings("ignore")
def test_what_changes_is_among_what_may_change(statements: list[str]) -> None:
    check(statements)
