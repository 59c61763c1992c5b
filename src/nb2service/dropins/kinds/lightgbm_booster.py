"""LightGBM's estimators: the booster asked at once, with the parameters that they pass on."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..rows import Rows
from ..shadow import HAND_OVER, UnfitError

NAME = "lightgbm_booster"
WATCHED = ("_Booster", "_objective", "_n_classes", "_le", "n_jobs", "_other_params")
_CLASSES = ("LGBMClassifier", "LGBMRegressor")
# What the estimator names itself in each call.
_NAMED = ("data", "X", "raw_score", "start_iteration", "num_iteration", "pred_leaf", "pred_contrib")


def claims(value: object) -> bool:
    """Say whether the value is a fitted estimator of LightGBM's own classes."""
    lightgbm = sys.modules.get("lightgbm")
    if lightgbm is None or not any(type(value) is getattr(lightgbm, name) for name in _CLASSES):
        return False
    return getattr(value, "_Booster", None) is not None


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the methods that ask the booster themselves. Raises UnfitError."""
    if callable(value._objective) or value._Booster.pandas_categorical:
        raise UnfitError
    direct = Direct(value)
    if not hasattr(value, "predict_proba"):
        return {"predict": direct}
    return {"predict_proba": Probabilities(value, direct)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return the thresholds of the splits, by column."""
    found: dict[int, list[float]] = {}
    pending = [tree["tree_structure"] for tree in value._Booster.dump_model()["tree_info"]]
    while pending:
        node = pending.pop()
        if "split_feature" in node:
            pending += [node["left_child"], node["right_child"]]
            if isinstance(node["threshold"], float):
                found.setdefault(int(node["split_feature"]), []).append(node["threshold"])
    return found


class Direct:
    """Asks the booster as the estimator does."""

    def __init__(self, value: Any) -> None:
        import numpy as np
        from lightgbm.basic import _choose_param_value, _ConfigAliases

        parameters = value._process_params(stage="predict")
        for alias in _ConfigAliases.get_by_alias(*_NAMED):
            parameters.pop(alias, None)
        parameters = _choose_param_value("num_threads", parameters, value.n_jobs)
        parameters["num_threads"] = value._process_n_jobs(parameters["num_threads"])
        self._np, self._booster, self._parameters = np, value._Booster, parameters
        names = getattr(value, "feature_names_in_", None)
        self._rows = Rows(int(value.n_features_in_), names, warns=True)
        self.heard = self._rows.heard

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        rows, np = self._rows.read(given), self._np
        if rows is None or rows.dtype not in (np.float64, np.int64):
            return HAND_OVER
        return self._booster.predict(
            rows.astype(np.float64, order="C", copy=False),
            raw_score=False,
            start_iteration=0,
            num_iteration=None,
            pred_leaf=False,
            pred_contrib=False,
            validate_features=False,
            **self._parameters,
        )


class Probabilities:
    """Makes the estimator's probabilities of the booster's answer."""

    def __init__(self, value: Any, direct: Direct) -> None:
        self._direct, self._np, self.heard = direct, direct._np, direct.heard
        self._multiclass = value._LGBMClassifier__is_multiclass

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        answers, np = self._direct(given), self._np
        if answers is HAND_OVER or self._multiclass:
            return answers
        return np.vstack((1.0 - answers, answers)).transpose()
