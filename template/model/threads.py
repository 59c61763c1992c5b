"""One thread for each model: gunicorn's workers use the CPUs already.

The notebook had the machine to itself; here threads of their own only make each request slower.
"""

from functools import partial
from typing import Any

_LEAVES = (str, bytes, int, float, complex, bool, type(None), type)
_CATBOOST_ASKS = ("predict", "predict_proba", "predict_log_proba")


def single_threaded(root: Any) -> Any:
    """Return root, in which every estimator now runs on one thread.

    Fitted estimators (best_estimator_, estimators_) are no parameters, so attributes are followed
    rather than get_params. Native threads are limited by gunicorn.conf.py, for those that let it.
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
        elif type(value).__module__.startswith("catboost."):
            _limit_catboost(value)
        elif hasattr(value, "get_params") and hasattr(value, "set_params"):
            # In LightGBM None is not one thread but all of them.
            is_lightgbm = type(value).__module__.startswith("lightgbm.")
            if is_lightgbm or getattr(value, "n_jobs", None) is not None:
                value.set_params(n_jobs=1)
            todo.extend(getattr(value, "__dict__", {}).values())
    return root


def _limit_catboost(model: Any) -> None:
    """Give CatBoost its number of threads with each call: a fitted model takes no parameters."""
    for name in _CATBOOST_ASKS:
        if hasattr(model, name):
            setattr(model, name, partial(getattr(model, name), thread_count=1))
