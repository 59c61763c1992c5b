"""Results of a statsmodels formula, which is evaluated once more when they are loaded.

Their pickle holds the formula's text. Loading looks for the names in it, such as a function of the
notebook, among the variables of its callers: so it is called from `model.predict`, as it were.
"""

from __future__ import annotations

import importlib
import pickle
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

NAME = "statsmodels_formula"
SUFFIX = ".pickle"

_HOME = "model.predict"


def claims(value: object) -> bool:
    """Say whether the value is such results, or a container of nothing else."""
    found = list(_parts(value))
    return bool(found) and all(_formula(part) for part in found)


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides those that the pickle names."""
    return []


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the value to path and return the state that load needs besides the file."""
    # In the kernel a witness stands for model.predict, and notes which names it is asked for.
    home = sys.modules.get(_HOME)
    for part in _parts(value):
        columns = {str(column) for column in part.model.data.frame.columns}
        for name in set(re.findall(r"[^\W\d]\w*", _formula(part))) - columns:
            getattr(home, name, None)
    Path(path).write_bytes(pickle.dumps(value, protocol=5))
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the value from the bytes of its file."""
    home = vars(importlib.import_module(_HOME))
    return FunctionType(_open.__code__, home)(pickle.loads, data)


def _open(loads: Callable[[bytes], Any], data: bytes) -> Any:
    """Called with the globals of model.predict, where the formula finds its names."""
    return loads(data)


def _parts(value: Any) -> Iterator[Any]:
    if type(value) in (list, tuple):
        yield from value
    elif type(value) is dict:
        yield from value.values()
    else:
        yield value


def _formula(value: Any) -> str:
    """The text of the formula behind statsmodels' results; "" if the value is something else."""
    if not type(value).__module__.startswith("statsmodels."):
        return ""
    data = getattr(getattr(value, "model", None), "data", None)
    text = getattr(data, "formula", "")
    return text if isinstance(text, str) and hasattr(data, "frame") else ""
