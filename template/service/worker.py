"""What is ours of gunicorn."""

from typing import Any

from gunicorn.glogging import Logger


class ServerLog(Logger):
    """gunicorn's log without a line for each request: the app writes that itself."""

    def access(self, *_: Any) -> None:
        """Write nothing."""
