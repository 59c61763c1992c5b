"""Any Python value, as a pickle of the standard library: for environments without joblib."""

from __future__ import annotations

import importlib.util
import pickle
from pathlib import Path
from typing import Any

NAME = "plain_pickle"
SUFFIX = ".pickle"


def claims(value: object) -> bool:
    """Say whether this format can save the value."""
    return importlib.util.find_spec("joblib") is None


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides those that the pickle names."""
    return []


def save(value: object, path: str | Path) -> dict[str, Any]:
    """Write the value to path and return the state that load needs besides the file."""
    Path(path).write_bytes(pickle.dumps(value, protocol=5))
    return {}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the value from the bytes of its file."""
    return pickle.loads(data)  # noqa: S301  the bytes were verified
