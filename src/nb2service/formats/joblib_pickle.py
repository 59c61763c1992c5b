"""Any Python value, as a joblib pickle: the format of last resort, which claims everything."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

NAME = "joblib_pickle"
SUFFIX = ".joblib"

_LEAVES = (str, bytes, int, float, complex, bool, type(None), type)


def claims(value: object) -> bool:
    """Say whether this format can save the value."""
    return True


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides the one that defines the value's class."""
    return ["joblib"]


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the value to path and return the state that load needs besides the file."""
    import joblib

    joblib.dump(value, path)
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the value from the bytes of its file; its estimators run on one thread each."""
    import joblib

    value = joblib.load(io.BytesIO(data))
    _run_single_threaded(value)
    return value


def _run_single_threaded(root: object) -> None:
    """Set n_jobs to 1 in every estimator inside root that has one.

    The notebook had the machine to itself; here gunicorn's workers use the CPUs already, and threads
    of their own only make each request slower. Fitted estimators (best_estimator_, estimators_) are
    no parameters, so attributes are followed rather than get_params.
    """
    seen: set[int] = set()
    todo = [root]
    while todo:
        value = todo.pop()
        if isinstance(value, _LEAVES) or id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, dict):
            todo.extend(value.values())
        elif isinstance(value, (list, tuple)):
            todo.extend(value)
        elif hasattr(value, "get_params") and hasattr(value, "set_params"):
            if getattr(value, "n_jobs", None) is not None:
                value.set_params(n_jobs=1)
            todo.extend(getattr(value, "__dict__", {}).values())
