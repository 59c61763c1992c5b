"""Pickle what the notebook defines as if `model.predict` had defined it.

A notebook's classes live in `__main__`; in the service `__main__` is gunicorn, and unpickling fails
with "Can't get attribute 'X' on <module '__main__'>". In the service the extracted code is the
module `model.predict`, so that is the name that goes into the pickle.
"""

import copyreg
import linecache
import re
import sys
import types
from contextlib import contextmanager

from .deterministic_pickle import reducing

MODULE = "model.predict"


class _Witness(types.ModuleType):
    """A module that notes which of its members a pickler asks for."""

    def __getattribute__(self, name):
        if not name.startswith("__"):
            object.__getattribute__(self, "__dict__")["__asked__"].add(name)
        return super().__getattribute__(name)


def is_wrapper(value):
    """Whether the value stands for a function as numba's and functools.lru_cache's objects do."""
    own = getattr(value, "__dict__", None)
    return (
        isinstance(own, dict)
        and isinstance(own.get("__wrapped__"), types.FunctionType)
        and isinstance(own.get("__module__"), str)
        and callable(value)
    )


@contextmanager
def under_model_predict(namespace):
    """Rename the home of the notebook's classes and functions for the length of a `with`.

    Yields:
        The set of names that were pickled by reference, filled while pickling.

    """
    own = {name: value for name, value in list(namespace.items()) if _is_own(value)}
    lambdas = {name: value for name, value in own.items() if _is_lambda_called(value, name)}
    asked: set[str] = set()
    witness = _Witness(MODULE)
    witness.__dict__["__asked__"] = asked
    witness.__dict__.update(own)
    package = types.ModuleType("model")
    package.__path__ = []
    before = {name: sys.modules.get(name) for name in ("model", MODULE)}
    sys.modules.update({"model": package, MODULE: witness})
    for value in own.values():
        value.__module__ = MODULE
    for name, value in lambdas.items():
        value.__qualname__ = name
    try:
        with _wrappers_by_name(own):
            yield asked
    finally:
        for value in own.values():
            value.__module__ = "__main__"
        for value in lambdas.values():
            value.__qualname__ = "<lambda>"
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module


def _is_own(value):
    """Whether the notebook defines it, and not inside a function: of those there may be many."""
    return (
        (isinstance(value, type | types.FunctionType) or is_wrapper(value))
        and getattr(value, "__module__", None) == "__main__"
        and "<locals>" not in value.__qualname__
    )


def _is_lambda_called(value, name):
    """Whether the notebook says `name = lambda …`, so that the lambda can be had by that name."""
    if not isinstance(value, types.FunctionType) or value.__qualname__ != "<lambda>":
        return False
    line = linecache.getline(value.__code__.co_filename, value.__code__.co_firstlineno)
    return re.match(rf"{re.escape(name)}\s*(:[^=]*)?=\s*lambda\b", line) is not None


def _wrappers_by_name(own):
    """Let wrappers that the notebook names be pickled by that name; numba has ways of its own."""
    named = {id(value): name for name, value in own.items() if is_wrapper(value)}
    kinds = {type(value) for value in own.values() if id(value) in named}
    others = {kind: copyreg.dispatch_table.get(kind) for kind in kinds}

    def reduced(value):
        name = named.get(id(value))
        if name is not None and value.__qualname__ == name:
            return name
        reducer = others[type(value)]
        return reducer(value) if reducer else value.__reduce_ex__(4)

    return reducing(kinds, reduced)
