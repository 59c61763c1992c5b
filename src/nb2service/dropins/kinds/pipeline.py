"""scikit-learn's Pipeline: its steps one after the other, and nothing around them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from ..settings import usual_settings
from ..shadow import HAND_OVER, UnfitError

NAME = "pipeline"
HOLDS = True  # its steps
WATCHED = ("steps",)
_METHODS = ("predict", "predict_proba", "decision_function", "predict_log_proba")


def claims(value: object) -> bool:
    """Say whether the value is a fitted pipeline."""
    module = sys.modules.get("sklearn.pipeline")
    if module is None or type(value) is not module.Pipeline:
        return False
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    try:
        check_is_fitted(value)
    except NotFittedError:
        return False
    return True


def compiled(value: Any) -> Mapping[str, Any]:
    """Return the methods that ask the steps. Raises UnfitError."""
    last = value.steps[-1][1]
    if isinstance(last, str) or last is None:
        raise UnfitError
    return {name: Steps(value, name) for name in _METHODS if hasattr(value, name)}


def edges(value: Any) -> Mapping[int, Sequence[float]]:
    """Return nothing: the steps have their own."""
    return {}


class Steps:
    """Asks the steps, each by the method that the pipeline asks; they are as they were."""

    def __init__(self, value: Any, method: str) -> None:
        self._usual = usual_settings(value)
        self._pipeline, self._method = value, method
        self._steps = [step for _, step in value.steps]
        self._before = [s for s in self._steps[:-1] if s is not None and s != "passthrough"]

    def __call__(self, given: Any) -> Any:
        """Return the answer to what was given, or HAND_OVER."""
        steps = self._pipeline.steps
        if len(steps) != len(self._steps) or not self._usual():
            return HAND_OVER
        if any(now is not was for (_, now), was in zip(steps, self._steps, strict=True)):
            return HAND_OVER
        for step in self._before:
            given = step.transform(given)
        return getattr(self._steps[-1], self._method)(given)
