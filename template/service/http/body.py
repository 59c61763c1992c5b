"""Read a request's body, never more of it than the limit."""

import re

from gunicorn.http.errors import ParseException
from werkzeug.wrappers import Request

from service.outcomes import Outcome, Refused

_STEP = 64 * 1024


def read_body(request: Request, limit: int) -> bytes:
    """Return the JSON body of the request as bytes.

    Raises Refused: for anything but plain JSON, above the limit, and when it is empty.
    """
    kind = request.mimetype
    if not re.fullmatch(r"application/(.+\+)?json", kind):
        got = f"content type {kind}" if kind else "no content type"
        raise _unsupported(f"expected content type application/json, got {got}")
    body = read_content(request, limit)
    if not body:
        raise Refused(
            Outcome.INVALID,
            "the body is empty; send one record as a JSON object, or several as an array",
        )
    return body


def read_content(request: Request, limit: int) -> bytes:
    """Return the body of the request, of whatever type it is. Raises Refused."""
    encoding = request.headers.get("Content-Encoding", "identity")
    if encoding != "identity":
        raise _unsupported(f"expected no content encoding, got {encoding}; send plain JSON")
    if (request.content_length or 0) > limit:
        raise _too_large(limit)
    # A chunked body has no length, and Werkzeug's get_data cuts such a body at its limit without a
    # word. So it is read step by step and refused as soon as it is too long.
    chunks, size = [], 0
    try:
        while chunk := request.stream.read(_STEP):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
    except OSError as error:  # gunicorn's word for a client that stopped half way
        raise Refused(Outcome.INVALID, "the body ended too early") from error
    except ParseException as error:
        raise Refused(Outcome.INVALID, f"the body is not well chunked: {error}") from error
    return b"".join(chunks)


def _unsupported(message: str) -> Refused:
    return Refused(Outcome.UNSUPPORTED, message)


def _too_large(limit: int) -> Refused:
    return Refused(
        Outcome.TOO_LARGE,
        f"the body has more than {limit} bytes (MAX_BODY_BYTES); send fewer records at once",
    )
