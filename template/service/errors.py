"""Errors as JSON: one sentence under "error", and under "errors" each fault of a request."""

import logging
import re
import uuid
from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from service.trace import last_place

log = logging.getLogger("service")

Fault = dict[str, Any]  # {"record": index, only in arrays, "field": name, "message": sentence}


class RequestError(Exception):
    """A request that is refused: the status, the sentence, and the faults of its records."""

    def __init__(self, status: int, message: str, faults: list[Fault] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.faults = faults or []


def json_response(content: Any, status: int = 200) -> Response:
    """Return the content, which is plain already, as a JSON response."""
    return Response(msgspec.json.encode(content), status, mimetype="application/json")


def register_error_handlers(app: Flask) -> None:
    """Make every error of the app a JSON response."""
    app.register_error_handler(RequestError, _refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failed)


def _refused(error: RequestError) -> Response:
    content: dict[str, Any] = {"error": str(error)}
    if error.faults:
        content["errors"] = error.faults
    return json_response(content, error.status)


def _http_error(error: HTTPException) -> Response:
    sentence = error.description or error.name
    if isinstance(error, NotFound):
        sentence = f"no such path: {request.path}; try POST /predict, GET /healthz or GET /readyz"
    elif isinstance(error, MethodNotAllowed):
        takes = " or ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        sentence = f"{request.path} takes {takes}, not {request.method}"
    response = json_response({"error": sentence}, error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def _failed(error: Exception) -> Response:
    # The client learns an id, the log has the cause: a traceback may hold what others sent.
    request_id = _request_id()
    what = f"{type(error).__name__} in {last_place(error) or 'the service'}"
    log.error("request %s failed: %s", request_id, what, exc_info=error)
    sentence = "the service could not answer; its log has the cause under this request id"
    return json_response({"error": sentence, "request_id": request_id}, 500)


def _request_id() -> str:
    """Return the caller's X-Request-ID if it is safe to log, else a new one."""
    given = request.headers.get("X-Request-ID", "")
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid.uuid4().hex
