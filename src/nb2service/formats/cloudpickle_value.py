"""What no plain pickle can hold: lambdas, local functions, a class that was defined again since.

Pickles name functions and classes; here those that no module has go along by value, as code. Three
things are done otherwise than cloudpickle does them by itself:

- A function keeps its module's globals instead of copies of what it uses of them. Those of the
  notebook are `model.predict` in the service, where the extracted code defines the same names.
- The bytes are the same whenever the same notebook runs: without the kernel's paths and without
  random ids.
- Modules are persistent ids, so that loading can say which ones it imports.
"""

from __future__ import annotations

import dataclasses
import importlib
import io
import itertools
import pickle
import sys
import typing
import weakref
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

NAME = "cloudpickle_value"
SUFFIX = ".cloudpickle"

_NOTEBOOK = "__main__"
_HOME = "model.predict"
# What tracebacks show in place of the kernel's temporary files.
_FILE = "<artifact>"
# Where cloudpickle's reductions carry the id by which two pickles share a class.
_ID_AT = {"_make_skeleton_class": 4, "_make_skeleton_enum": 5, "_make_typevar": 5}

_ids: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
_numbers = itertools.count(1)


def claims(value: object) -> bool:
    """Say whether this format can save the value."""
    return True


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides those that the pickle names."""
    return [_cloudpickle().__name__.partition(".")[0]]


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the value to path and return the state that load needs besides the file."""
    file = io.BytesIO()
    _pickler(_cloudpickle())(file).dump(value)
    Path(path).write_bytes(file.getvalue())
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the value from the bytes of its file."""
    return _Unpickler(io.BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    """Finds modules and their globals by name."""

    def persistent_load(self, found: Any) -> Any:
        what, name = found
        # The event that every other name in a pickle raises: whoever listens learns of all of them.
        sys.audit("pickle.find_class", name, "__dict__")
        module = importlib.import_module(name)
        return vars(module) if what == "globals" else module


class _Globals:
    """Stands for the globals of a module."""

    def __init__(self, module: str) -> None:
        self.module = module


def _cloudpickle() -> Any:
    """The module cloudpickle: the kernel's own, or the one inside of older versions of joblib."""
    for name in ("cloudpickle", "joblib.externals.cloudpickle"):
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    raise ImportError(
        "pickle cannot hold it, and cloudpickle, which may, is not in the notebook's Python: "
        f"{sys.executable} -m pip install cloudpickle"
    )


def _pickler(cloudpickle: Any) -> Any:
    """The pickler; a class of cloudpickle's, which is there only while saving."""

    class Pickler(cloudpickle.Pickler):  # type: ignore[misc]
        def persistent_id(self, value: Any) -> tuple[str, str] | None:
            if isinstance(value, _Globals):
                return "globals", value.module
            if isinstance(value, ModuleType) and sys.modules.get(value.__name__) is value:
                return "module", _home(value.__name__)
            return None

        def reducer_override(self, value: Any) -> Any:
            if isinstance(value, CodeType):
                return self.dispatch_table[CodeType](value.replace(co_filename=_FILE))
            if isinstance(value, typing.TypeVar):
                return _with_steady_id(value, self.dispatch_table[typing.TypeVar](value))
            if isinstance(value, io.TextIOWrapper):
                raise pickle.PicklingError("an open file")  # cloudpickle would take its content
            if value is dataclasses.MISSING:
                return "MISSING"  # by reference: a copy of it would be a default value
            reduced = super().reducer_override(value)
            if not isinstance(reduced, tuple):
                return reduced
            if isinstance(value, FunctionType):
                return _with_its_globals(value, reduced)
            return _with_steady_id(value, reduced)

    return Pickler


def _home(module: str) -> str:
    return _HOME if module == _NOTEBOOK else module


def _with_its_globals(function: FunctionType, reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """The reduction of a function, with the globals of its module rather than a copy of some."""
    make, (code, _, *rest), (attributes, slots), *others = reduced
    slots["__module__"] = _home(slots["__module__"] or _NOTEBOOK)
    module = str(function.__globals__.get("__name__"))
    if vars(sys.modules.get(module, object)) is not function.__globals__:
        return reduced
    used, slots["__globals__"] = slots["__globals__"], {}
    if module == _NOTEBOOK:
        _ask_for(used)
    return (make, (code, _Globals(_home(module)), *rest), (attributes, slots), *others)


def _ask_for(names: typing.Iterable[str]) -> None:
    """Ask model.predict for names: in the kernel a witness stands there, which notes them."""
    home = sys.modules.get(_HOME)
    for name in names:
        getattr(home, name, None)


def _with_steady_id(value: Any, reduced: tuple[Any, ...]) -> tuple[Any, ...]:
    """The reduction of a class or TypeVar that goes by value, with the same id in every run."""
    make, arguments, *others = reduced
    at = _ID_AT.get(getattr(make, "__name__", ""))
    if at is None:
        return reduced
    steady = list(arguments)
    if value not in _ids:
        _ids[value] = f"{value.__name__} {next(_numbers)}"
    steady[at] = _ids[value]
    if make.__name__ == "_make_skeleton_enum":
        steady[4] = _home(steady[4])
    elif make.__name__ == "_make_skeleton_class":
        steady[3] = {k: _home(v) if k == "__module__" else v for k, v in steady[3].items()}
    if others:
        members = others[0][0]
        members["__module__"] = _home(members.get("__module__", _NOTEBOOK))
    return (make, tuple(steady), *others)
