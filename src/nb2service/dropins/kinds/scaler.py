"""scikit-learn's scalers, with their arithmetic and without their validation."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..rows import Rows
from ..settings import usual_settings
from ..shadow import HAND_OVER, UnfitError

NAME = "scaler"
WATCHED = (
    "mean_",
    "scale_",
    "min_",
    "with_mean",
    "with_std",
    "clip",
    "copy",
    "_sklearn_output_config",
)
_CLASSES = ("StandardScaler", "MinMaxScaler")


def claims(value: object) -> bool:
    """Say whether the value is a fitted scaler."""
    module = sys.modules.get("sklearn.preprocessing")
    if module is None or not any(type(value) is getattr(module, name) for name in _CLASSES):
        return False
    return hasattr(value, "n_features_in_")


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the method that scales. Raises UnfitError."""
    return {"transform": Scale(value)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return nothing: a scaler has no edges."""
    return {}


class Scale:
    """Scales arrays and tables of numbers."""

    def __init__(self, value: Any) -> None:
        import numpy as np

        if not value.copy or getattr(value, "clip", False):
            raise UnfitError
        self._usual = usual_settings(value)
        self._np, self._value = np, value
        self._rows = Rows(
            value.n_features_in_, getattr(value, "feature_names_in_", None), warns=True
        )
        self.heard = self._rows.heard
        self._standard = type(value).__name__ == "StandardScaler"

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        np = self._np
        rows = self._rows.read(given) if self._usual() else None
        if rows is None or (rows.dtype.kind == "f" and rows.dtype != np.float64):
            return HAND_OVER
        rows = rows.astype(np.float64)  # a copy
        if np.isinf(rows).any():
            return HAND_OVER
        return self.scaled(rows)

    def scaled(self, rows: Any) -> Any:
        """Return the rows scaled, in place."""
        value = self._value
        if not self._standard:
            rows *= value.scale_
            rows += value.min_
            return rows
        if value.with_mean:
            rows -= value.mean_
        if value.with_std:
            rows /= value.scale_
        return rows
