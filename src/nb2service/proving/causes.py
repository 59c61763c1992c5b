"""Causes: what in the extracted code looks across rows, remembers, or draws by chance."""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Literal

from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.writing.lines import read_lines

Kind = Literal["batch", "aggregate", "state", "chance"]
# Where a line stands, in words.
Where = Callable[[int], str]

_ENCODES = {"get_dummies", "factorize", "qcut", "cut", "rank", "unique", "value_counts", "describe"}
_AGGREGATES = {"mean", "median", "std", "var", "min", "max", "sum", "mode", "quantile", "ptp"}
_AGGREGATES |= {"percentile", "nanmean", "nanmedian", "nanstd", "count", "nunique", "average"}
_ORDERS = {"cumsum", "cumprod", "cummax", "cummin", "shift", "diff", "pct_change", "rolling"}
_ORDERS |= {"expanding", "ewm", "ffill", "bfill", "interpolate", "sort_values", "drop_duplicates"}
_GROUPS = {"groupby", "zscore", "scale", "minmax_scale", "normalize"}
_MUTATES = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "clear"}
_MUTATES |= {"remove", "discard", "fill", "put", "resize", "sort", "appendleft", "popleft", "write"}
_CACHES = {"lru_cache", "cache", "cached_property", "memoize", "cached"}
_CHANCE = {"random", "randint", "rand", "randn", "normal", "uniform", "choice", "shuffle", "sample"}
_CHANCE |= {"permutation", "gauss", "standard_normal", "integers", "binomial", "poisson"}
_CLOCKS = {
    "time",
    "now",
    "today",
    "utcnow",
    "perf_counter",
    "monotonic",
    "time_ns",
    "uuid4",
    "uuid1",
}
_MODULES_OF_CHANCE = {
    "random",
    "np",
    "numpy",
    "rng",
    "torch",
    "secrets",
    "uuid",
    "time",
    "datetime",
}
# What belongs to training, and no prediction runs it.
_TRAINING = {"__init__", *FITS}


@dataclass(frozen=True)
class Cause:
    """A place in the code that explains a finding.

    Attributes:
        kind: whether it looks across the batch (an aggregate may do so along each row alone), keeps
            a state, or leaves something to chance.
        text: what is there, where and what it does, in words.
    """

    kind: Kind
    text: str


def seen_causes(model: Path) -> list[Cause]:
    """Find them in `predict.py` and in the user's modules of the folder `model/`."""
    in_cell = where_in(model)
    found = causes((model / "predict.py").read_text(encoding="utf-8"), in_cell)
    for path in sorted((model / "modules").rglob("*.py")):
        name = path.relative_to(model / "modules").as_posix()
        found += causes(path.read_text(encoding="utf-8"), partial("{}, line {}".format, name))
    return found


def where_in(model: Path) -> Where:
    """What says where a line of `predict.py` stands: in which cell, if one shows it."""
    known = read_lines(model)

    def in_cell(line: int) -> str:
        place = known.get(line)
        if place is None:
            return f"model/predict.py, line {line}"
        return f"cell {place.cell}" + (f", line {place.line}" if place.line else "")

    return in_cell


def causes(text: str, where: Where) -> list[Cause]:
    """Find what the functions in a module's text may owe their answers to, but the record.

    Args:
        text: the text of a module.
        where: says where a line of it stands, e.g. `cell 12`.
    """
    tree = ast.parse(text)
    shared = {name for node in tree.body for name in _bound(node)}
    found: dict[str, Cause] = {}
    for function in _functions(tree):
        for node in ast.walk(function):
            for cause in _of_node(node, function, shared, where):
                found.setdefault(cause.text, cause)
    return list(found.values())


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef]:
    """The functions and methods that a prediction may run; those within others belong to these."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef) and node.name not in _TRAINING:
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node)


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement of the module gives a value to."""
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    for target in targets:
        yield from (n.id for n in ast.walk(target or node) if target and isinstance(n, ast.Name))


def _of_node(
    node: ast.AST, function: ast.FunctionDef, shared: set[str], where: Where
) -> Iterator[Cause]:
    match node:
        case ast.Call(func=ast.Attribute() | ast.Name() as called):
            yield from _of_call(node, called, shared - _local(function), where)
        case ast.Global(names=names):
            at = where(node.lineno)
            yield from (Cause("state", f"`{n}` in {at} is changed by each call") for n in names)
        case ast.Assign() | ast.AugAssign() | ast.Delete():
            targets = [node.target] if isinstance(node, ast.AugAssign) else node.targets
            for target in targets:
                name = _root(target)
                if not isinstance(target, ast.Name) and name in shared - _local(function):
                    text = f"`{name}` in {where(node.lineno)} is changed by each call"
                    yield Cause("state", f"{text} and shared by all")
        case ast.FunctionDef(decorator_list=decorators):
            for decorator in decorators:
                named = ast.unparse(
                    decorator.func if isinstance(decorator, ast.Call) else decorator
                )
                if named.rpartition(".")[2] in _CACHES:
                    yield Cause("state", f"`@{named}` in {where(decorator.lineno)} keeps answers")


def _of_call(
    call: ast.Call, called: ast.Attribute | ast.Name, shared: set[str], where: Where
) -> Iterator[Cause]:
    name = called.attr if isinstance(called, ast.Attribute) else called.id
    owner = _root(called.value) if isinstance(called, ast.Attribute) else ""
    shown, at = _shown(called), where(call.lineno)
    if name in _MUTATES and owner in shared:
        yield Cause("state", f"`{shown}` in {at} changes what all calls share")
    elif owner in shared:
        return  # a table of the notebook's, the same for every request
    elif name in FITS:
        yield Cause("batch", f"{shown} in {at} fits on the rows of the request")
    elif name in _ENCODES or name in _GROUPS:
        if name != "cut" or not _fixed_bins(call):
            yield Cause("batch", f"{shown} in {at} sees only the rows of the request")
    elif name in _CLOCKS and owner in _MODULES_OF_CHANCE | {""}:
        yield Cause("chance", f"{shown} in {at} is another one in each call")
    elif name in _CHANCE and owner and (owner in _MODULES_OF_CHANCE or ".random" in shown):
        yield Cause("chance", f"{shown} in {at} draws by chance")
    elif name in _AGGREGATES and isinstance(called, ast.Attribute) and not _per_row(call):
        yield Cause("aggregate", f"{shown} in {at} is taken over the rows of the request")
    elif name in _ORDERS and isinstance(called, ast.Attribute):
        yield Cause("aggregate", f"{shown} in {at} looks at the rows before or behind")


def _local(function: ast.FunctionDef) -> set[str]:
    """The names of a function's own, which hide those of the module."""
    said = {n for node in ast.walk(function) if isinstance(node, ast.Global) for n in node.names}
    arguments = function.args
    own = {a.arg for a in (*arguments.args, *arguments.kwonlyargs, *arguments.posonlyargs)}
    own |= {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    return own - said


def _root(node: ast.expr) -> str:
    """The name that `a` is in `a.b[0].c`; "" where it is none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def _shown(called: ast.expr) -> str:
    text = ast.unparse(called)
    return text if len(text) <= 40 else "…" + text[-39:]


def _per_row(call: ast.Call) -> bool:
    """Whether an aggregate goes along each row: `axis=1`."""
    axis: Mapping[str | None, ast.expr] = {k.arg: k.value for k in call.keywords}
    given = axis.get("axis")
    return isinstance(given, ast.Constant) and given.value in (1, -1, "columns")


def _fixed_bins(call: ast.Call) -> bool:
    """Whether `cut` was given the edges of its bins, rather than their number."""
    bins = call.args[1] if len(call.args) > 1 else None
    bins = bins or next((k.value for k in call.keywords if k.arg == "bins"), None)
    return bins is not None and not isinstance(bins, ast.Constant)
