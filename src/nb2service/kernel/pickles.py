"""Pickle what the notebook defines as if `model.predict` had defined it.

A notebook's classes live in `__main__`; in the service `__main__` is gunicorn, and unpickling fails
with "Can't get attribute 'X' on <module '__main__'>". In the service the extracted code is the
module `model.predict`, so that is the name that goes into the pickle.
"""

import sys
import types
from contextlib import contextmanager

MODULE = "model.predict"


class _Witness(types.ModuleType):
    """A module that notes which of its members a pickler asks for."""

    def __getattribute__(self, name):
        if not name.startswith("__"):
            object.__getattribute__(self, "__dict__")["__asked__"].add(name)
        return super().__getattribute__(name)


@contextmanager
def under_model_predict(namespace):
    """Rename the home of the notebook's classes and functions for the length of a `with`.

    Yields:
        The set of names that were pickled by reference, filled while pickling.

    """
    own = [
        value
        for value in list(namespace.values())
        if isinstance(value, type | types.FunctionType)
        and getattr(value, "__module__", None) == "__main__"
    ]
    ids = {id(value) for value in own}
    asked = set()
    witness = _Witness(MODULE)
    witness.__dict__["__asked__"] = asked
    witness.__dict__.update({k: v for k, v in list(namespace.items()) if id(v) in ids})
    package = types.ModuleType("model")
    package.__path__ = []
    before = {name: sys.modules.get(name) for name in ("model", MODULE)}
    sys.modules.update({"model": package, MODULE: witness})
    for value in own:
        value.__module__ = MODULE
    try:
        yield asked
    finally:
        for value in own:
            value.__module__ = "__main__"
        for name, module in before.items():
            if module is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = module
