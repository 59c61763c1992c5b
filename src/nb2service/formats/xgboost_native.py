"""A fitted XGBoost model in XGBoost's own format: readable by later versions, and no pickle."""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

NAME = "xgboost_native"
SUFFIX = ".ubj"

_ESTIMATORS = ("XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor")
# How and where the notebook trained; the service decides for itself.
_OF_THE_NOTEBOOK = {"n_jobs", "nthread", "device", "callbacks"}


def claims(value: object) -> bool:
    """Say whether the value is a Booster or a fitted estimator of XGBoost's own classes, no subclass."""
    # Whoever holds such a value has imported xgboost; importing it here would cost seconds for nothing.
    xgboost = sys.modules.get("xgboost")
    if xgboost is None:
        return False
    if type(value) is xgboost.Booster:
        return True
    if not any(type(value) is getattr(xgboost, name, None) for name in _ESTIMATORS):
        return False
    try:
        value.get_booster()  # type: ignore[attr-defined]
    except ValueError:  # scikit-learn's NotFittedError: there is no model to save yet
        return False
    return True


def requires(value: object) -> list[str]:
    """Name the distributions that loading needs besides the one that defines the value's class."""
    return ["scikit-learn"] if type(value).__name__ in _ESTIMATORS else []


def save(value: Any, path: str | Path) -> dict[str, Any]:
    """Write the model to path, which ends in SUFFIX; return the state that load needs as well."""
    value.save_model(path)
    return {"class": type(value).__name__, "params": _parameters(value)}


def load(data: bytes, state: dict[str, Any]) -> Any:
    """Return the model from the bytes of its file, without touching the disk."""
    import xgboost

    value = getattr(xgboost, state["class"])(**state["params"])
    value.load_model(bytearray(data))
    return value


def _parameters(value: Any) -> dict[str, Any]:
    """Return the constructor parameters that differ from their defaults and are plain JSON.

    The file holds the trees, not how the wrapper was made: `missing`, for one, changes every answer.
    Attributes are read, not get_params, which draws from a random_state that is a generator.
    """
    if type(value).__name__ not in _ESTIMATORS:
        return {}
    defaults = vars(type(value)())
    given = {name: vars(value).get(name) for name in defaults}
    given.update(getattr(value, "kwargs", None) or {})
    return {
        name: plain
        for name in sorted(given.keys() - _OF_THE_NOTEBOOK)
        if (plain := _plain(given[name])) is not None and plain != _plain(defaults.get(name))
    }


def _plain(value: object) -> Any:
    """Return the value as plain JSON, or None where it has no such form (NaN, callables, arrays)."""
    if (
        type(value).__module__ == "numpy"
        and hasattr(value, "item")
        and getattr(value, "ndim", None) == 0
    ):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return value
