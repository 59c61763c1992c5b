"""Saves: which statements of a notebook write a value to a file, and what loads it again."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nb2service.checking.calls import full_name
from nb2service.notebook.statements import Scope, Statement
from nb2service.unrun.files import file_named, path_named

# `module.function(value, file)` -> what gives the value back; {path} is the file's name, quoted.
_PICKLED = '__import__("pickle").loads(__import__("pathlib").Path({path}).read_bytes())'
_VALUE_FIRST = {
    "joblib.dump": '__import__("joblib").load({path})',
    "sklearn.externals.joblib.dump": '__import__("joblib").load({path})',
    "pickle.dump": _PICKLED,
    "cloudpickle.dump": _PICKLED,
    "dill.dump": '__import__("dill").loads(__import__("pathlib").Path({path}).read_bytes())',
    "json.dump": '__import__("json").loads(__import__("pathlib").Path({path}).read_text(encoding="utf-8"))',
    "torch.save": '__import__("torch").load({path}, weights_only=False)',
    "torch.jit.save": '__import__("torch").jit.load({path})',
    "pandas.to_pickle": '__import__("pandas").read_pickle({path})',
    "skops.io.dump": '__import__("skops.io").io.load({path}, trusted=True)',
}
# `module.function(file, value)`.
_FILE_FIRST = {
    "numpy.save": '__import__("numpy").load({path}, allow_pickle=True)',
    "numpy.savetxt": '__import__("numpy").loadtxt({path})',
    "scipy.sparse.save_npz": '__import__("scipy.sparse").sparse.load_npz({path})',
}
# `value.method(file)`, by method and the ends that the file may have; `{model}` makes an empty one.
_METHODS = {
    "to_csv": ("", '__import__("pandas").read_csv({path}{index})'),
    "to_parquet": ("", '__import__("pandas").read_parquet({path})'),
    "to_pickle": ("", '__import__("pandas").read_pickle({path})'),
    "to_feather": ("", '__import__("pandas").read_feather({path})'),
    "save_model": ("", "{model}"),
    "save": (".keras .h5 .hdf5", '__import__("{keras}").{models}.load_model({path})'),
}
_FITS = frozenset({"fit", "train", "to", "eval"})


@dataclass(frozen=True)
class Save:
    """A statement that saves a value.

    Attributes:
        name: the global name of the value.
        statement: the statement.
        path: the file, as the notebook names it.
        load: an expression that gives the value back; `{model}` where an empty model must be made first.
        form: `whole`, `model` (an empty one gets `load_model`) or `weights` (`load_state_dict`).
    """

    name: str
    statement: Statement
    path: str
    load: str
    form: str = "whole"


def saves(scope: Scope, imports: Mapping[str, str]) -> list[Save]:
    """Find what the notebook saves, in the order of its statements."""
    found: list[Save] = []
    for statement in scope.statements:
        if not statement.is_definition:
            found += _in_statement(scope, statement, imports)
    return found


def _in_statement(scope: Scope, statement: Statement, imports: Mapping[str, str]) -> Iterator[Save]:
    files = _opened(scope, statement, imports)
    for call in ast.walk(statement.node):
        if not isinstance(call, ast.Call):
            continue
        name = full_name(call.func, imports)
        arguments = [
            *call.args,
            *(k.value for k in call.keywords if k.arg in ("filename", "file", "f")),
        ]
        if name in _VALUE_FIRST and len(arguments) > 1:
            value, file = arguments[0], arguments[1]
            load = _VALUE_FIRST[name]
        elif name in _FILE_FIRST and len(arguments) > 1:
            file, value = arguments[0], arguments[1]
            load = _FILE_FIRST[name]
        else:
            yield from _by_method(scope, statement, call, imports)
            continue
        path = file_named(scope, file, statement, imports, files)
        if path is not None:
            yield from _of_value(statement, value, path, load.format(path=repr(path)))


def _of_value(statement: Statement, value: ast.expr, path: str, load: str) -> Iterator[Save]:
    """A saved name, or the names in a saved dict, list or tuple."""
    match value:
        case ast.Name(id=name):
            yield Save(name, statement, path, load)
        case ast.Dict(keys=keys, values=values):
            for key, part in zip(keys, values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(part, ast.Name):
                    yield Save(part.id, statement, path, f"{load}[{key.value!r}]")
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            for place, part in enumerate(parts):
                if isinstance(part, ast.Name):
                    yield Save(part.id, statement, path, f"{load}[{place}]")
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="state_dict")):
            yield Save(name, statement, path, load, "weights")


def _by_method(
    scope: Scope, statement: Statement, call: ast.Call, imports: Mapping[str, str]
) -> Iterator[Save]:
    match call:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=method), args=[file, *_]):
            path = path_named(scope, file, statement, imports)
            ends, load = _METHODS.get(method, ("", ""))
            if path is None or not load or (ends and not path.endswith(tuple(ends.split()))):
                return
            if load == "{model}":
                yield Save(name, statement, path, repr(path), "model")
                return
            keeps = any(k.arg == "index" and _is_false(k.value) for k in call.keywords)
            flow = any(full.startswith("tensorflow") for full in imports.values())
            yield Save(
                name,
                statement,
                path,
                load.format(
                    path=repr(path),
                    index="" if keeps else ", index_col=0",
                    keras="tensorflow" if flow else "keras",
                    models="keras.models" if flow else "models",
                ),
            )


def _is_false(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is False


def _opened(scope: Scope, statement: Statement, imports: Mapping[str, str]) -> dict[str, str]:
    """The names of open files in a `with`, and their paths."""
    found: dict[str, str] = {}
    for node in ast.walk(statement.node):
        for item in node.items if isinstance(node, ast.With) else ():
            path = file_named(scope, item.context_expr, statement, imports)
            if isinstance(item.optional_vars, ast.Name) and path is not None:
                found[item.optional_vars.id] = path
    return found


def is_lightgbm(binding: Statement, imports: Mapping[str, str]) -> bool:
    """Whether the statement trains a booster of LightGBM, of which none can be empty."""
    value = binding.value
    return isinstance(value, ast.Call) and full_name(value.func, imports) == "lightgbm.train"


def empty_model(binding: Statement, imports: Mapping[str, str]) -> tuple[ast.expr, ast.expr] | None:
    """What makes the model that a statement binds, before it was trained: in full, and without arguments.

    `XGBClassifier(max_depth=3).fit(X, y)` gives `XGBClassifier(max_depth=3)` and `XGBClassifier()`;
    `xgboost.train(…)` gives `xgboost.Booster()` twice.
    """
    value = binding.value
    while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        name = full_name(value.func, imports)
        if name == "xgboost.train":
            booster = ast.parse('__import__("xgboost").Booster()', mode="eval").body
            return booster, booster
        if value.func.attr not in _FITS or not isinstance(value.func.value, ast.Call):
            break
        value = value.func.value
    if not isinstance(value, ast.Call):
        return None
    return value, ast.Call(value.func, [], [])
