"""Refusals of what never reaches the app, no proper HTTP or too slow: JSON all the same."""

from http import HTTPStatus
from typing import Any

import msgspec
from gunicorn.http import errors

from service.answering import failure
from service.outcomes import Outcome
from service.request_record import RequestRecord, current

LONG = (431, "the headers of the request are too large, or too many")
SLOW = (408, "the request did not come to its end in time")
CROWDED = (503, "too many large requests are being received")
_KINDS: list[tuple[type[Exception], int, str]] = [
    (errors.LimitRequestLine, 414, "the first line of the request is too long"),
    (errors.LimitRequestHeaders, *LONG),
    (errors.ExpectationFailed, 417, "of the Expect header only 100-continue is understood"),
    (errors.UnsupportedTransferCoding, 501, "of transfer codings only chunked is understood"),
    (errors.InvalidRequestLine, 400, "the first line of the request is no HTTP"),
    (errors.InvalidRequestMethod, 400, "the method of the request is no HTTP"),
    (errors.InvalidHTTPVersion, 400, "the request is of a version of HTTP that is not understood"),
    (errors.ObsoleteFolding, 400, "a header of the request goes on in the next line"),
    (errors.InvalidHeaderName, 400, "a header of the request has no proper name"),
    (errors.InvalidHeader, 400, "a header of the request is malformed, or contradicts another"),
    (errors.ParseException, 400, "the request is malformed"),
    (errors.NoMoreData, 400, "the request ended too early"),
]
_OUTCOMES = {408: Outcome.TIMED_OUT, 503: Outcome.OVERLOADED, 500: Outcome.FAILED}


def refusal(
    status: int, sentence: str, record: RequestRecord | None = None
) -> tuple[bytes, RequestRecord]:
    """Return the whole response, and the record of a request of which little is known."""
    record = record or RequestRecord()
    record.status, record.outcome = status, _OUTCOMES.get(status, Outcome.INVALID)
    content: dict[str, Any] = {"error": sentence}
    if status == 500:
        content["request_id"] = record.id
    body = msgspec.json.encode(content)
    head = (
        f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\nX-Request-ID: {record.id}\r\n"
        f"{'Retry-After: 1' if status == 503 else 'Cache-Control: no-store'}\r\n\r\n"
    )
    return head.encode("ascii") + body, record


def refusal_of(error: BaseException) -> tuple[bytes, RequestRecord]:
    """Return the same for what gunicorn's parser refuses, and for any failure of ours."""
    for kind, status, sentence in _KINDS:
        if isinstance(error, kind):
            return refusal(status, sentence)
    record = RequestRecord()
    token = current.set(record)
    try:
        return refusal(500, failure(error).message, record)
    finally:
        current.reset(token)
