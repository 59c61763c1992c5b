"""Cheap: which statements may run although the notebook is not run.

Those that only load a file or put together what is there: no training, no long loop, no network, no
large table.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from nb2service.checking.calls import full_name
from nb2service.notebook.statements import Scope, Statement
from nb2service.unrun.files import file_named, path_named, size_of

# Tables up to this size are look-ups; larger ones are data to train on.
LARGEST_TABLE = 5_000_000
_TRAINS = re.compile(
    r".*\b(?:fit|fit_transform|fit_predict|fit_resample|partial_fit|train|train_on_batch|cv|backward|"
    r"cross_val\w*|cross_validate|train_test_split|optimize|fmin|minimize|build_vocab|compute_gradients|"
    r"Trainer|GridSearch\w*|sample|shuffle|sleep|read_sql\w*|read_gbq|system|popen|check_call|check_output)"
)
# With a seed these pick the same rows again.
_PICKS = re.compile(r".*\b(?:train_test_split|sample|shuffle)")
_ASKS = re.compile(
    r"(?:requests|httpx|urllib|urllib3|aiohttp|boto3|gdown|wget|kagglehub|openml|subprocess)\..*|"
    r".*\b(?:load_dataset|hf_hub_download|snapshot_download|from_pretrained|download|urlopen|fetch_\w+|"
    r"get_file)|input|getpass\..*"
)
_TABLES = re.compile(r"(?:pandas|polars)\.read_\w+|numpy\.(?:loadtxt|genfromtxt|fromfile)")
_LOADS = re.compile(
    r"joblib\.load|numpy\.load|torch\.load|torch\.jit\.load|open|gzip\.open|bz2\.open|lzma\.open|"
    r".*\bload_model|scipy\.sparse\.load_npz|skops\.io\.load"
)


_OPEN = frozenset(
    {"open", "io.open", "gzip.open", "bz2.open", "lzma.open", "io.StringIO", "io.BytesIO"}
)


class NotCheapError(Exception):
    """Why a statement is not cheap, in words that follow `is not run here: it …`."""


def refuse_dear(
    scope: Scope,
    statement: Statement,
    imports: Mapping[str, str],
    *,
    loops: bool = False,
) -> None:
    """Stop at a statement that must not run.

    Args:
        scope: the notebook's statements.
        statement: the statement.
        imports: see `calls.imported_names`.
        loops: whether loops are allowed, as in cells that call predict.

    Raises:
        NotCheapError: it trains, loops, asks the network, or reads what is not there or is large.
    """
    for node in _run(statement.node):
        if not loops and isinstance(node, ast.For | ast.While | ast.AsyncFor):
            raise NotCheapError("loops")
        if isinstance(node, ast.Call):
            _refuse_call(scope, node, statement, imports, set())


def _run(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what runs with it: not the bodies of functions that it defines."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if not isinstance(current, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            pending.extend(ast.iter_child_nodes(current))


def _refuse_call(
    scope: Scope, call: ast.Call, at: Statement, imports: Mapping[str, str], seen: set[str]
) -> None:
    name = full_name(call.func, imports)
    seeded = any(keyword.arg == "random_state" for keyword in call.keywords)
    if _TRAINS.fullmatch(name) and not (seeded and _PICKS.fullmatch(name)):
        raise NotCheapError(f"calls {name.rpartition('.')[2]}()")
    if _ASKS.fullmatch(name):
        raise NotCheapError(f"asks for something from outside: {name.removeprefix('*.')}()")
    if _TABLES.fullmatch(name) or _LOADS.fullmatch(name):
        _refuse_file(scope, call, name, at, imports)
    if isinstance(call.func, ast.Name):
        _refuse_function(scope, call.func.id, at, imports, seen)


def _refuse_file(
    scope: Scope, call: ast.Call, name: str, at: Statement, imports: Mapping[str, str]
) -> None:
    if not call.args:
        raise NotCheapError(f"reads a file that {name} does not name first")
    path = file_named(scope, call.args[0], at, imports)
    if path is None:
        if not _TABLES.fullmatch(name) or _is_open_file(scope, call.args[0], at, imports):
            return  # whatever file that is, loading it is what it is for
        raise NotCheapError("reads a file whose name only running it would tell")
    size = size_of(scope.notebook.path.parent, path)
    if "://" in path:
        raise NotCheapError("asks the network")
    if size is None:
        raise NotCheapError(f"reads {path}, which is not there")
    if _TABLES.fullmatch(name) and size > LARGEST_TABLE:
        raise NotCheapError(f"reads {path}, which is {size / 1e6:.0f} MB and no small look-up")


def _is_open_file(scope: Scope, node: ast.expr, at: Statement, imports: Mapping[str, str]) -> bool:
    """Whether it is a file that is open already, or lies in memory; opening it is looked at by itself."""
    if isinstance(node, ast.Call):
        return full_name(node.func, imports) in _OPEN
    if not isinstance(node, ast.Name):
        return False
    if node.id in at.binds and isinstance(at.node, ast.With):
        return True
    made = scope.binding_before(node.id, at)
    return (
        made is not None
        and isinstance(made.value, ast.Call)
        and _is_open_file(scope, made.value, made, imports)
    )


def _refuse_function(
    scope: Scope, name: str, at: Statement, imports: Mapping[str, str], seen: set[str]
) -> None:
    """Look into a function of the notebook that is called."""
    made = scope.binding_before(name, at)
    if made is None or not isinstance(made.node, ast.FunctionDef) or name in seen:
        return
    seen.add(name)
    for part in made.node.body:
        for node in _run(part):
            if isinstance(node, ast.While | ast.For):
                raise NotCheapError(f"calls {name}(), which loops")
            if isinstance(node, ast.Call):
                _refuse_call(scope, node, made, imports, seen)


def files_loaded(
    scope: Scope, statement: Statement, imports: Mapping[str, str]
) -> Iterator[Path | None]:
    """The files that a statement loads; None for one whose name only running it would tell."""
    folder = scope.notebook.path.parent
    for node in _run(statement.node):
        if (
            isinstance(node, ast.Call)
            and node.args
            and _LOADS.fullmatch(full_name(node.func, imports))
        ):
            path = path_named(scope, node.args[0], statement, imports)
            if path is None:
                yield None
            elif (folder / path).is_file():
                yield folder / path
