"""Settings: statements that set something for the whole process, and that predict may see the effect of.

They come along as code that runs when the service starts, in the notebook's order. What predict can
reach is decided by the libraries that it uses; in doubt a setting comes along.
"""

import ast
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from nb2service.closure.definitions_changed import definitions_changed
from nb2service.closure.items import Item
from nb2service.closure.modules import imported
from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.dataflow.knowledge import TRUSTED, words
from nb2service.notebook.statements import Scope, Statement

# Who sees a setting that is not named after its library; "" is every code.
_SEEN_BY = {
    "locale": words("locale time datetime calendar pandas"),
    "timezone": words("time datetime pandas dateutil zoneinfo pytz"),
    "warnings": frozenset({""}),
    "builtins": frozenset({""}),
    "sys.recursionlimit": frozenset({""}),
    "sys.int_max_str_digits": frozenset({""}),
    "socket.timeout": words("socket requests urllib http urllib3 httpx"),
    "builtins.attributes": frozenset({""}),
}
# What a service has its own of, or what predict meets in another way: see docs/what-comes-along.md.
_LEFT = words("""
    random numpy.random torch.random tensorflow.random keras.random cwd umask sys.path sys.modules
    logging multiprocessing.start sys.attributes logging.attributes os.attributes nltk.path
""")
# Settings that each thread has of its own: a service answers in many.
BY_THREAD = words("sklearn.config numpy.errstate numpy.printoptions decimal")
# Libraries that use others without naming them.
_BRINGS = {
    **dict.fromkeys(words("sklearn xgboost lightgbm catboost imblearn statsmodels"), "pandas"),
    **dict.fromkeys(
        words("xgboost lightgbm catboost imblearn category_encoders mlxtend"), "sklearn"
    ),
}
# Variables that libraries read, by how their names begin.
_OF_LIBRARIES = re.compile(
    r"(?:TF|KERAS|TORCH|PYTORCH|CUDA|CUBLAS|XLA|JAX|NUMBA|HF|TRANSFORMERS|TOKENIZERS|SKLEARN|SCIPY|"
    r"PANDAS|PYTHON|LC|LANG|XGBOOST|LIGHTGBM|NLTK|TFHUB)(?:_|$)"
)
# How many threads there are, the service decides.
_OF_THREADS = re.compile(r"\w*NUM_THREADS|\w*_MAX_THREADS|LOKY_MAX_CPU_COUNT")
_SECRET = re.compile(
    r"(?:^|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PWD|CREDENTIALS?)(?:_|$)", re.I
)
_READS_ENVIRONMENT = re.compile(r"\benviron\b|\bgetenv\b")
_HARMLESS_WARNINGS = frozenset({"ignore", "default", "always", "module", "once"})


@dataclass(frozen=True)
class Setting:
    """A statement that sets something.

    Attributes:
        statement: the statement.
        sets: what it sets.
        code: what runs in the service.
    """

    statement: Statement
    sets: frozenset[str]
    code: str


def settings_for(
    scope: Scope, mark: Mark, items: Mapping[str, Item], last_cell: int, failed: Collection[int]
) -> list[Setting]:
    """The settings that what comes along may see the effect of, in the notebook's order.

    Args:
        scope: the notebook's statements.
        mark: the marked function.
        items: what comes along.
        last_cell: statements of later cells have not run.
        failed: the indices of statements that failed or were not reached.
    """
    used = libraries(mark, items)
    code = "\n".join([mark.definition.source, *(i.source for i in items.values())])
    found = []
    errors = _turns_warnings_to_errors(scope, last_cell)
    changed = dict(definitions_changed(scope, items, last_cell))
    for index, sets in sorted((dict(_that_set(scope, last_cell)) | changed).items()):
        statement = scope.statements[index]
        wanted = {one for one in sets if _is_seen(one, used, code, statement)}
        wanted -= set() if errors else {"warnings"}
        wanted |= changed.get(index, frozenset())
        text = _as_code(statement)
        if wanted and text and index not in failed and _can_move(scope, statement):
            found.append(Setting(statement, frozenset(wanted), text))
    return found


def _that_set(scope: Scope, last_cell: int) -> Iterator[tuple[int, frozenset[str]]]:
    for index, effects in enumerate(graph(scope).effects[: scope.end_of(last_cell)]):
        if effects.settings - _LEFT:
            yield index, effects.settings - _LEFT


def libraries(mark: Mark, items: Mapping[str, Item]) -> frozenset[str]:
    """The libraries that what comes along uses, by the names of their modules; "" for any code."""
    found = {module for i in items.values() if not i.artifact for module in imported(i.source)}
    found |= imported(mark.definition.source)
    found.update(m for i in items.values() for m in i.modules)
    found.update(i.artifact.type for i in items.values() if i.artifact)
    tops = {name.partition(".")[0] for name in found} | {""}
    if "pandas.DataFrame" in found or tops - sys.stdlib_module_names - {""}:
        tops.add("numpy")
    for library in sorted(tops & _BRINGS.keys()):
        tops |= {_BRINGS[library], "pandas"}
    return frozenset(tops)


def _is_seen(setting: str, used: frozenset[str], code: str, statement: Statement) -> bool:
    if setting == "os.environ":
        return _is_environment_seen(used, code, statement)
    seen_by = _SEEN_BY.get(setting, frozenset({setting.partition(".")[0]}))
    return bool(seen_by & used)


def _is_environment_seen(used: frozenset[str], code: str, statement: Statement) -> bool:
    """Whether a variable may be read: by the code, by a library that has such, or by the clock."""
    names = variables(statement)
    if names and all(_OF_THREADS.fullmatch(n) or _SECRET.search(n) for n in names):
        return False
    if _READS_ENVIRONMENT.search(code) or used - TRUSTED - sys.stdlib_module_names - {""}:
        return True
    if "TZ" in names:
        return bool(_SEEN_BY["timezone"] & used)
    foreign = used - sys.stdlib_module_names - {""}
    return bool(foreign) and (not names or any(_OF_LIBRARIES.match(n) for n in names))


def variables(statement: Statement) -> set[str]:
    """The environment variables that a statement names as it sets them; none if it computes them."""
    found: set[str] = set()
    for node in ast.walk(statement.node):
        match node:
            case ast.Subscript(slice=ast.Constant(value=str(name)), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Call(func=ast.Attribute(attr="update"), keywords=words_, args=given):
                found.update(k.arg for k in words_ if k.arg)
                for one in given:
                    if isinstance(one, ast.Dict):
                        found.update(
                            k.value
                            for k in one.keys
                            if isinstance(k, ast.Constant) and isinstance(k.value, str)
                        )
            case ast.Call(
                func=ast.Attribute(attr="setdefault" | "putenv" | "pop" | "unsetenv"),
                args=[ast.Constant(value=str(name)), *_],
            ):
                found.add(name)
            case ast.Call(args=[ast.Constant(value="env" | "set_env"), ast.Constant(str(text))]):
                found.add(text.partition("=")[0].split()[0] if text.strip() else "")
    return found


def _can_move(scope: Scope, statement: Statement) -> bool:
    """Whether it sets the same in the service: not through an object that comes along as a copy."""
    if statement.cell.is_setup:
        return False  # it runs there as it is
    makers = [scope.binding_before(name, statement) for name in statement.eager]
    return not any(
        m is not None
        and isinstance(m.value, ast.Call)
        and "context" in ast.unparse(m.value).lower()
        for m in makers
    )


def _turns_warnings_to_errors(scope: Scope, last_cell: int) -> bool:
    """Whether any statement does; that warnings are not shown changes no answer."""
    for index, sets in _that_set(scope, last_cell):
        if "warnings" not in sets:
            continue
        for node in ast.walk(scope.statements[index].node):
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=given) if (
                    name in ("simplefilter", "filterwarnings")
                ):
                    action = given[0] if given else None
                    written = action.value if isinstance(action, ast.Constant) else None
                    if written not in _HARMLESS_WARNINGS:
                        return True
    return False


def _as_code(statement: Statement) -> str:
    """What runs in the service: the call, without the name that it may be bound to; "" for none."""
    node = statement.node
    match node:
        case ast.Expr(
            value=ast.Call(args=[ast.Constant("env" | "set_env"), ast.Constant(str(text))])
        ):
            name, _, given = text.partition("=") if "=" in text else text.partition(" ")
            return f"__import__('os').environ[{name.strip()!r}] = {given.strip()!r}"
        case ast.Assign(targets=targets, value=ast.Call() as call) if all(
            isinstance(one, ast.Name | ast.Tuple) for one in targets
        ):
            return ast.unparse(call)
        case ast.With() | ast.AsyncWith() | ast.FunctionDef() | ast.ClassDef() | ast.Import():
            return ""  # what a `with` sets is set back
    return statement.source


def setting_items(found: Iterable[Setting], by: str) -> dict[str, Item]:
    """The items of settings, one for each statement; their names are no names of Python."""
    items = {}
    for count, one in enumerate(found, 1):
        statement = one.statement
        name = f"{', '.join(sorted(one.sets))} ({count})"
        items[name] = Item(
            name,
            "setting",
            one.code,
            statement.cell.number,
            statement.line,
            statement.eager - {"get_ipython"},
            statement.lazy,
            by=by,
            by_thread=bool(one.sets & BY_THREAD),
        )
    return items


def left_behind(
    scope: Scope, items: Mapping[str, Item], mark: Mark, last_cell: int
) -> tuple[str, ...]:
    """Say which settings do not come along although predict may see their effect."""
    taken = {(i.cell, i.line) for i in items.values() if i.becomes == "setting"}
    used = libraries(mark, items)
    code = "\n".join([mark.definition.source, *(i.source for i in items.values())])
    told = []
    for index, sets in _that_set(scope, last_cell):
        statement = scope.statements[index]
        place = f"cell {statement.cell.number}, line {statement.line}"
        if (statement.cell.number, statement.line) in taken or statement.cell.is_setup:
            continue
        secret = sorted(n for n in variables(statement) if _SECRET.search(n))
        if "os.environ" in sets and secret and _READS_ENVIRONMENT.search(code):
            told.append(
                f"{place} sets the environment variable {secret[0]}, which looks like a secret and does "
                "not come along: give it to the service."
            )
        elif any(
            _is_seen(one, used, code, statement) for one in sets - {"os.environ", "warnings"}
        ) and not isinstance(statement.node, ast.With | ast.AsyncWith):
            told.append(f"{place} sets {', '.join(sorted(sets))}, which does not come along.")
    return tuple(told)
