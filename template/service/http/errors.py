"""Errors as JSON: one sentence under "error", and under "errors" each fault of a request."""

from typing import Any

import msgspec
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from service.answering import failure
from service.outcomes import Outcome, Refusal, Refused
from service.request_record import the_request

STATUS = {
    Outcome.INVALID: 400,
    Outcome.UNAUTHORIZED: 401,
    Outcome.NOT_FOUND: 404,
    Outcome.TIMED_OUT: 408,
    Outcome.TOO_LARGE: 413,
    Outcome.UNSUPPORTED: 415,
    Outcome.NO_ANSWER: 422,
    Outcome.LIMITED: 429,
    Outcome.FAILED: 500,
    Outcome.NOT_CARRIED: 501,
    Outcome.GONE: 503,
    Outcome.NOT_READY: 503,
    Outcome.OVERLOADED: 503,
    Outcome.STUCK: 503,
}


def json_response(content: Any, status: int = 200) -> Response:
    """Return the content, which is plain already, as a JSON response."""
    return Response(msgspec.json.encode(content), status, mimetype="application/json")


def refused(refusal: Refusal, content: Any = None) -> Response:
    """Return the refusal as a JSON response, and note its kind in the request's record.

    `content` is its JSON where a protocol has a shape of its own.
    """
    record = the_request()
    record.outcome = refusal.outcome
    response = json_response(content or _content(refusal, record.id), STATUS[refusal.outcome])
    if refusal.retry_after is not None:
        response.headers["Retry-After"] = str(refusal.retry_after)
    return response


def _content(refusal: Refusal, request_id: str) -> dict[str, Any]:
    content: dict[str, Any] = {"error": refusal.message}
    if refusal.faults:
        content["errors"] = refusal.faults
    if refusal.outcome is Outcome.FAILED:
        content["request_id"] = request_id
    return content


def register_error_handlers(app: Flask) -> None:
    """Make every error of the app a JSON response."""
    for kind in (Refused, HTTPException, Exception):
        app.register_error_handler(kind, of_error)


def of_error(error: Exception) -> Response:
    """Return an error that was raised on the way to an answer as a JSON response."""
    if isinstance(error, Refused):
        return refused(error.refusal)
    if isinstance(error, HTTPException):
        return _http_error(error)
    return refused(failure(error))


def _http_error(error: HTTPException) -> Response:
    if isinstance(error.response, Response):
        return error.response  # what raised it has said all
    sentence, outcome = error.description or error.name, Outcome.INVALID
    if isinstance(error, NotFound):
        outcome = Outcome.NOT_FOUND
        sentence = f"no such path: {request.path}; try POST /predict, GET /healthz or GET /readyz"
    elif isinstance(error, MethodNotAllowed):
        outcome = Outcome.NOT_FOUND
        takes = " or ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        sentence = f"{request.path} takes {takes}, not {request.method}"
    the_request().outcome = outcome
    response = json_response({"error": sentence}, error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response
