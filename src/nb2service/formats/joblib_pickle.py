"""Any Python value that can be pickled, as a joblib pickle."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path
from typing import Any

NAME = "joblib_pickle"
SUFFIX = ".joblib"


def claims(value: object) -> bool:
    """Say whether this format can save the value."""
    return importlib.util.find_spec("joblib") is not None


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides those that the pickle names."""
    return ["joblib"]


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the value to path and return the state that load needs besides the file."""
    import joblib

    joblib.dump(value, path)
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the value from the bytes of its file."""
    import joblib

    return joblib.load(io.BytesIO(data))
