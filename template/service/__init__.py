"""The service: a Flask app around the predict function in model/."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Flask comes in only when the app is asked for: the notebook's Python, which has none, imports
    # service.contract and some of service.records.
    if name == "create_app":
        from service.app import create_app

        return create_app
    raise AttributeError(f"module 'service' has no attribute {name!r}")
