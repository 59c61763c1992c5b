"""XGBoost's estimators, asked at the C entry that their own methods reach in the end."""

from __future__ import annotations

import ctypes
import json
import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..rows import Rows
from ..shadow import HAND_OVER, UnfitError

NAME = "xgboost_direct"
WATCHED = ("_Booster", "booster", "missing", "objective", "n_classes_", "device")
_CLASSES = ("XGBClassifier", "XGBRegressor", "XGBRFClassifier", "XGBRFRegressor")
# Whole numbers up to here are the same as float64; larger ones are left to the estimator.
_EXACT = 2**53


def claims(value: object) -> bool:
    """Say whether the value is a fitted estimator of trees, of XGBoost's own classes."""
    xgboost = sys.modules.get("xgboost")
    if xgboost is None:
        return False
    known = any(type(value) is getattr(xgboost, name, None) for name in _CLASSES)
    return known and getattr(value, "_Booster", None) is not None


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the methods that ask the booster themselves. Raises UnfitError."""
    direct = Direct(value)
    if not hasattr(value, "predict_proba"):
        return {"predict": direct}
    if not isinstance(value.objective, str) or value.objective == "multi:softmax":
        raise UnfitError
    return {"predict_proba": Probabilities(value, direct), "predict": Labels(value, direct)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return the thresholds of the splits, by column."""
    found: dict[int, list[float]] = {}
    names = value.get_booster().feature_names or [f"f{at}" for at in range(value.n_features_in_)]
    places = {name: at for at, name in enumerate(names)}
    for tree in value.get_booster().get_dump(dump_format="json"):
        pending = [json.loads(tree)]
        while pending:
            node = pending.pop()
            pending += node.get("children", ())
            if isinstance(node.get("split_condition"), float) and node["split"] in places:
                found.setdefault(places[node["split"]], []).append(node["split_condition"])
    return found


class Direct:
    """Asks the booster, with what `inplace_predict` passes on."""

    def __init__(self, value: Any) -> None:
        import numpy as np
        from xgboost import core

        booster = value.get_booster()
        types = booster.feature_types or ()
        if value.booster not in (None, "gbtree") or "c" in types or not math.isnan(value.missing):
            raise UnfitError
        if str(value.device or "cpu") != "cpu":
            raise UnfitError
        try:
            last = value.best_iteration + 1
        except AttributeError:
            last = 0
        self._np, self._booster, self._core = np, booster, core
        self._arguments = core.make_jcargs(
            type=0,
            training=False,
            iteration_begin=0,
            iteration_end=int(last),
            missing=value.missing,
            strict_shape=False,
            cache_id=0,
        )
        self._rows = Rows(booster.num_features(), booster.feature_names, warns=False)

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        np = self._np
        rows = self._rows.read(given)
        if rows is None:
            return HAND_OVER
        if rows is not given or rows.dtype.kind != "f":
            # A table may have whole numbers, which the booster rounds once, and not twice.
            if rows.dtype.kind != "f":
                rows = rows.astype(np.float64)
            if not np.nanmax(np.abs(rows), initial=0.0) < _EXACT:
                return HAND_OVER
        return self._ask(np.ascontiguousarray(rows))

    def _ask(self, rows: Any) -> Any:
        np, core = self._np, self._core
        shape = ctypes.POINTER(ctypes.c_uint64)()
        dims = ctypes.c_uint64()
        found = ctypes.POINTER(ctypes.c_float)()
        place = (
            f'{{"data":[{_address(rows)},true],"shape":[{rows.shape[0]},{rows.shape[1]}],'
            f'"strides":null,"typestr":"{rows.dtype.str}","version":3}}'
        )
        status = core._LIB.XGBoosterPredictFromDense(
            self._booster.handle,
            place.encode(),
            self._arguments,
            ctypes.c_void_p(),
            ctypes.byref(shape),
            ctypes.byref(dims),
            ctypes.byref(found),
        )
        if status != 0:
            return HAND_OVER
        size = tuple(shape[at] for at in range(dims.value))
        # The booster keeps its answer until this thread asks again.
        answers = np.empty(size, np.float32)
        ctypes.memmove(_address(answers), found, answers.nbytes)
        return answers


def _address(array: Any) -> int:
    address: int = array.__array_interface__["data"][0]
    return address


class Probabilities:
    """Makes the estimator's probabilities of the booster's answer, with its own function."""

    def __init__(self, value: Any, direct: Direct) -> None:
        import numpy as np
        from xgboost import sklearn

        self._make, self._stack = sklearn._cls_predict_proba, np.vstack
        self._classes, self._direct = value.n_classes_, direct

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        answers = self._direct(given)
        if answers is HAND_OVER:
            return answers
        return self._make(self._classes, answers, self._stack)


class Labels:
    """Makes the estimator's labels of the booster's answer."""

    def __init__(self, value: Any, direct: Direct) -> None:
        self._classes, self._direct, self._np = value.n_classes_, direct, direct._np

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        answers, np = self._direct(given), self._np
        if answers is HAND_OVER:
            return answers
        if answers.ndim > 1:
            return np.argmax(answers, axis=1) if self._classes != 2 else HAND_OVER
        labels = np.repeat(0, len(answers))
        labels[answers > 0.5] = 1
        return labels
