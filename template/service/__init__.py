"""The service: a Flask app around the predict function in model/."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from service.app import create_app

__all__ = ["create_app"]


def __getattr__(name: str) -> Any:
    # Flask comes in only when the app is asked for, so that service.inputs, service.plain and
    # service.contract can be imported by a Python that has no Flask.
    if name == "create_app":
        from service.app import create_app

        return create_app
    raise AttributeError(f"module 'service' has no attribute {name!r}")
