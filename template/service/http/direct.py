"""POST /predict below Flask, whose routing and contexts cost more than the rest of a small request.

The same functions answer as in the route, errors become the same responses, and all else goes on to
Flask.
"""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Response
from werkzeug.wrappers import Request

from service.http.errors import of_error
from service.request_record import the_request


class Direct:
    """The WSGI app around Flask's own that answers one path and method itself."""

    def __init__(self, app: Any, path: str, answer: Callable[[Request], Response]) -> None:
        self._app, self._path, self._answer = app, path, answer

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, or let Flask do it."""
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] != self._path:
            answered: Iterable[bytes] = self._app(environ, start_response)
            return answered
        the_request().route = self._path
        try:
            response = self._answer(Request(environ, populate_request=False))
        except Exception as error:
            response = of_error(error)
        return response(environ, start_response)
