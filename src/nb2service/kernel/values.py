"""Describe a value of the notebook: whether it stays code, becomes a literal or an artifact."""

import builtins
import datetime
import decimal
import functools
import hashlib
import importlib
import logging
import math
import os
import pathlib
import re
import sys
import sysconfig
import types
import typing

from _nb2service.formats import FORMATS
from _nb2service.pickles import is_wrapper, under_model_predict
from _nb2service.sources import source_of
from _nb2service.steady import steady

# Longer ones are artifacts: nobody wants to read them in the code.
LONGEST_LITERAL = 3000
LONGEST_INDEX = 200

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
    described = {"type": _type_name(value), "imported_from": _imported_from(name, value)}
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
    return {"type": _type_name(table), **save(name, table.iloc[:0], namespace, folder)}


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
            with under_model_predict(others) as referenced, steady():
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
            "rows": rows_of(value),
            "classes": _classes(value),
        }
    return {"kind": "unsavable", "error": f"{type(error).__name__}: {error}"[:300]}


def rows_of(value):
    """How many rows a value holds if it is plainly a table, in whatever form; None otherwise."""
    kind = type(value).__name__
    if kind in ("DataFrame", "Series") or (kind == "ndarray" and value.ndim == 2):
        return len(value)
    if kind in ("list", "tuple") and value and isinstance(value[0], dict | list | tuple):
        return len(value)
    if kind == "dict":
        return max((rows_of(item) or 0 for item in value.values()), default=0) or None
    return None


def _classes(value):
    """What a classifier's columns of probabilities stand for; nothing for other values."""
    try:
        classes = [str(name) for name in value.classes_]
    except Exception:  # not fitted, or not that kind of attribute
        return []
    return classes if len(classes) <= 1000 else []


def literal_of(value):
    """Write a small plain value as Python: (source, modules that it needs), or None."""
    kind = type(value)
    if kind is int and value.bit_length() > LONGEST_LITERAL:
        return None
    if value is None or kind in (bool, int, str, bytes):
        return repr(value), set()
    if kind is float:
        return (repr(value) if math.isfinite(value) else f'float("{value}")'), set()
    if kind in (list, tuple, set, frozenset, dict):
        return _container(value, kind)
    if kind.__module__ == "numpy":
        return _numpy(value)
    if kind.__module__.partition(".")[0] == "pandas":
        return _pandas(value)
    return None


def _container(value, kind):
    items = list(value.items()) if kind is dict else list(value)
    if len(items) > LONGEST_LITERAL:
        return None
    if kind in (set, frozenset):
        items.sort(key=repr)  # sets have no order, the code must have one
    written, modules, length = [], set(), 0
    for item in items:
        parts = [literal_of(part) for part in (item if kind is dict else (item,))]
        if any(part is None for part in parts):
            return None
        written.append(": ".join(source for source, _ in parts))
        length += len(written[-1])
        if length > LONGEST_LITERAL:  # however long the rest is, nobody need write it
            return None
        modules.update(*(needed for _, needed in parts))
    inner = ", ".join(written)
    if kind is tuple:
        return f"({inner}{',' if len(items) == 1 else ''})", modules
    if kind in (set, frozenset):
        braces = f"{{{inner}}}" if items else ""
        return (f"frozenset({braces})" if kind is frozenset else braces or "set()"), modules
    return (f"{{{inner}}}" if kind is dict else f"[{inner}]"), modules


def _numpy(value):
    """NumPy scalars and short flat arrays; their types are kept, answers may depend on them."""
    import numpy

    kind = type(value)
    if kind is numpy.timedelta64:  # an integer to NumPy, but its unit would be lost
        return None
    if isinstance(value, numpy.bool_ | numpy.integer | numpy.str_) or kind in (
        numpy.float16,
        numpy.float32,
        numpy.float64,
    ):
        inner = literal_of(value.item())
        return None if inner is None else (f"numpy.{kind.__name__}({inner[0]})", {"numpy"})
    if (
        kind is numpy.ndarray
        and value.ndim == 1
        and value.size <= 50
        and value.dtype.kind in "biufU"
    ):
        inner = literal_of(value.tolist())
        if (inner is not None and value.dtype.itemsize <= 8) or value.dtype.kind == "U":
            return f'numpy.array({inner[0]}, dtype="{value.dtype.str}")', {"numpy"}
    return None


def _pandas(value):
    """Short lists of columns and of categories, where the plain list gives the same again."""
    import pandas

    kind = type(value)
    if kind is pandas.CategoricalDtype and value.categories is not None:
        inner = _pandas(value.categories)
        ordered = ", ordered=True" if value.ordered else ""
        return inner and (f"pandas.CategoricalDtype({inner[0]}{ordered})", inner[1])
    if kind is pandas.Index and value.name is None and len(value) <= LONGEST_INDEX:
        inner, dtype = literal_of(value.tolist()), str(value.dtype)
        if inner and pandas.Index(value.tolist(), dtype=dtype).identical(value):
            return f'pandas.Index({inner[0]}, dtype="{dtype}")', {"pandas"}
    return None


def _same_again(expression, value, namespace):
    if not isinstance(value, RESTATED_TYPES) and _type_name(value) not in (
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


@functools.cache
def _library():
    """The folders of Python itself and of what is installed, as they are named and as they are."""
    folders = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib", "purelib", "platlib")]
    folders += [os.path.realpath(folder) for folder in folders]
    return tuple(folder.rstrip(os.sep) + os.sep for folder in folders)


def local_file(module_name):
    """The file or package folder of a module that lies with the user's work, else None.

    Neither the standard library nor what pip installed counts.
    """
    module = sys.modules.get(module_name)
    origin = getattr(module, "__file__", None)
    # A thousand modules are asked about: the disk comes last.
    if not isinstance(origin, str) or "site-packages" in origin or "dist-packages" in origin:
        return None
    if origin.startswith(_library()):
        return None
    path = os.path.realpath(origin)
    if "site-packages" in path or "dist-packages" in path or path.startswith(_library()):
        return None
    if not pathlib.Path(path).is_file():
        return None  # some of PyTorch's have only the name of a file
    return os.path.dirname(path) if os.path.basename(path) == "__init__.py" else path


def _type_name(value):
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
