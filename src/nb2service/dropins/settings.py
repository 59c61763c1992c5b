"""scikit-learn's own settings, which change what its methods return."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .shadow import UnfitError


def usual_settings(value: Any) -> Callable[[], bool]:
    """Return a function that says whether arrays are returned, as is usual. Raises UnfitError."""
    import sklearn

    settings = ("transform_output", "array_api_dispatch", "enable_metadata_routing")
    config = sklearn.get_config
    usual = {"transform_output": "default", "array_api_dispatch": False}
    usual |= {"enable_metadata_routing": False}
    own = getattr(value, "_sklearn_output_config", {})
    if any(output != "default" for output in own.values()):
        raise UnfitError

    def are_usual() -> bool:
        now = config()
        return all(now.get(name, usual[name]) == usual[name] for name in settings)

    if not are_usual():
        raise UnfitError
    return are_usual
