"""Describe a value of the notebook: whether it stays code, becomes a literal or an artifact."""

import builtins
import datetime
import decimal
import functools
import hashlib
import importlib
import logging
import pathlib
import re
import types
import typing

from ...formats import FORMATS
from ..tables.kinds import type_name
from .deterministic_pickle import deterministic_pickles
from .literals import LONGEST_LITERAL, literal_of
from .pickles import is_wrapper, under_model_predict
from .sources import source_of

# These are what the statement says that binds them: a function, an alias, a logger.
CODE_TYPES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    type,
    types.GenericAlias,
    types.UnionType,
    typing.TypeVar,
    logging.Logger,
    property,
)
# These are restated, if evaluating their statement once more gives an equal value.
RESTATED_TYPES = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.timezone,
    decimal.Decimal,
    pathlib.PurePath,
    re.Pattern,
    range,
    functools.partial,
)


def describe(name, namespace, restated, folder, alias=None, by_value=False, unseen=False):
    """Describe the value of `name`.

    Args:
        name: a global name that the served function needs.
        namespace: the notebook's global names.
        restated: the right side of the statement that binds it, where that is a call whose
            arguments are all literals; else None.
        folder: where artifacts are saved.
        alias: the right side of its statement, where that is a name or an attribute.
        by_value: whether its statement must not run again, even if it is a function.
        unseen: whether no cell binds it, so that only the value itself can show its source.

    Returns:
        A dict with `kind`: `missing`, `builtin`, `module`, `code`, `restated`, `literal`,
        `artifact` or `unsavable`, and what the generator must know of each.
    """
    if name not in namespace:
        return {"kind": "builtin" if hasattr(builtins, name) else "missing"}
    value = namespace[name]
    described = {"type": type_name(value), "imported_from": _imported_from(name, value)}
    if isinstance(value, types.ModuleType):
        return {**described, "kind": "module", "module": value.__name__}
    is_code = isinstance(value, CODE_TYPES) or type(value).__module__ == "typing"
    if (is_code or is_wrapper(value)) and not by_value:
        own = getattr(value, "__module__", "") == "__main__"
        source = source_of(name, value) if own and unseen else None
        return {**described, "kind": "code", "own": own, "source": source}
    if alias and _is_alias(alias, value, namespace):
        return {**described, "kind": "restated"}
    if restated and _same_again(restated, value, namespace):
        return {**described, "kind": "restated"}
    try:
        literal = literal_of(value)
    except RecursionError:  # a list that holds itself
        literal = None
    if literal is not None and len(literal[0]) <= LONGEST_LITERAL:
        return {**described, "kind": "literal", "source": literal[0], "imports": sorted(literal[1])}
    return {**described, **save(name, value, namespace, folder)}


def columns_of(name, namespace, folder):
    """Save a table without its rows; describe it as `describe` does."""
    table = namespace[name]
    return {"type": type_name(table), **save(name, table.iloc[:0], namespace, folder)}


def save(name, value, namespace, folder):
    """Save a value as an artifact, in the first format that claims it and does not fail."""
    error = None
    # A function or class that is itself the artifact must not become a reference to that artifact.
    others = {n: v for n, v in namespace.items() if n != name and v is not value}
    for form in FORMATS:
        if not form.claims(value):
            continue
        path = folder / f"{name}{form.SUFFIX}"
        try:
            with under_model_predict(others) as referenced, deterministic_pickles():
                state = form.save(value, path)
            requires = form.requires(value)
        except Exception as failure:
            error = failure
            path.unlink(missing_ok=True)
            continue
        content = path.read_bytes()
        return {
            "kind": "artifact",
            "file": path.name,
            "format": form.NAME,
            "state": state,
            "requires": requires,
            "bytes": len(content),
            "sha256": hashlib.sha256(content).hexdigest(),
            "needs": sorted(referenced & others.keys()),
            "rows": plain_table_rows(value),
            "classes": _classes(value),
        }
    return {"kind": "unsavable", "error": f"{type(error).__name__}: {error}"[:300]}


def plain_table_rows(value):
    """How many rows a value holds if it is plainly a table, in whatever form; None otherwise."""
    kind = type(value).__name__
    if kind in ("DataFrame", "Series") or (kind == "ndarray" and value.ndim == 2):
        return len(value)
    if kind in ("list", "tuple") and value and isinstance(value[0], dict | list | tuple):
        return len(value)
    if kind == "dict":
        return max((plain_table_rows(item) or 0 for item in value.values()), default=0) or None
    return None


def _classes(value):
    """What a classifier's columns of probabilities stand for; nothing for other values."""
    try:
        classes = [str(name) for name in value.classes_]
    except Exception:  # not fitted, or not that kind of attribute
        return []
    return classes if len(classes) <= 1000 else []


def _same_again(expression, value, namespace):
    if not isinstance(value, RESTATED_TYPES) and type_name(value) not in (
        "pandas.Timestamp",
        "pandas.Timedelta",
        "pandas._libs.tslibs.timestamps.Timestamp",
        "pandas._libs.tslibs.timedeltas.Timedelta",
    ):
        return False
    try:
        again = eval(expression, dict(namespace))  # the notebook's own text, in its own kernel
    except Exception:
        return False
    if isinstance(value, functools.partial):
        return (again.func, again.args, again.keywords) == (value.func, value.args, value.keywords)
    return type(again) is type(value) and again == value


def _is_alias(expression, value, namespace):
    """Whether a name or an attribute is this very value, which is not just a number or a text."""
    root, dot, _ = expression.partition(".")
    if value is None or isinstance(value, bool | int | float | str | bytes | tuple):
        return False
    holder = namespace.get(root, getattr(builtins, root, None))
    if dot and not isinstance(holder, types.ModuleType | type):
        return False  # an attribute of an object may be computed, and take its time
    try:
        return eval(expression, dict(namespace)) is value
    except Exception:
        return False


def _imported_from(name, value):
    """The module from which `from module import name` gives this very value; None if unknown."""
    module = (
        value.__name__ if isinstance(value, types.ModuleType) else getattr(value, "__module__", "")
    )
    if (
        isinstance(value, types.ModuleType)
        or not isinstance(module, str)
        or module in ("", "__main__")
    ):
        return None
    public = module.split(".")[0]
    for candidate in dict.fromkeys((public, module)):
        try:
            if getattr(importlib.import_module(candidate), name, None) is value:
                return candidate
        except ImportError:
            continue
    return None
