"""SageMaker's endpoints and batch transform: JSON, JSON Lines and CSV, answered in their kind."""

from typing import Any

from flask import Response, request

from service.http.body import read_content
from service.http.errors import json_response
from service.outcomes import Outcome, Refused
from service.protocols.asking import Routes, Service
from service.protocols.documents import KEYS, read_document
from service.protocols.lines import read_csv, read_json_lines, write_csv, write_json_lines
from service.records.reader import decode

_LINES = ("application/jsonlines", "application/x-jsonlines", "application/jsonl")
_KINDS = {"application/json": "json", "text/csv": "csv", **dict.fromkeys(_LINES, "lines")}
_MEGABYTE = 1_000_000


def register(routes: Routes, service: Service) -> None:
    """Add the routes of the protocol."""

    def ping() -> Response:
        service.check_ready()
        return json_response({})

    def parameters() -> Response:
        settings = service.settings
        most = {"MaxConcurrentTransforms": 1 if service.contract.one_at_a_time else 4}
        size = max(1, min(settings.max_body_bytes // _MEGABYTE, 25))
        return json_response({**most, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": size})

    def invocations() -> Response:
        kind = _KINDS.get(request.mimetype)
        if kind is None:
            told = f"expected one of {', '.join(_KINDS)}, got {request.mimetype or 'no type'}"
            raise Refused(Outcome.UNSUPPORTED, told)
        answer_kind, answer_type = _accepted(kind, request.mimetype)
        records = _records(service, kind)
        answers = service.ask(records)
        if answer_kind == "json":
            return json_response({"predictions": answers})
        write = write_csv if answer_kind == "csv" else write_json_lines
        return Response(write(answers), mimetype=answer_type)

    routes.add("/ping", ping, probe=True)
    routes.add("/execution-parameters", parameters)
    routes.add("/invocations", invocations, "POST")


def _records(service: Service, kind: str) -> list[Any]:
    body = read_content(request, service.settings.max_body_bytes)
    if kind == "csv":
        return read_csv(body, service.contract, request.mimetype_params.get("header", ""))
    if kind == "lines":
        return read_json_lines(body)
    document = decode(body)
    if isinstance(document, dict) and any(key in document for key in KEYS):
        return read_document(document, service.contract, *KEYS)
    return document if isinstance(document, list) else [document]


def _accepted(kind: str, given: str) -> tuple[str, str]:
    """Return the kind and type of the answer: what Accept asks for, else that of the request."""
    accepted = request.accept_mimetypes
    if not accepted.provided or accepted.quality(given):
        return kind, given
    best = accepted.best_match(list(_KINDS))
    if best is None:
        raise Refused(Outcome.UNSUPPORTED, f"Accept: expected one of {', '.join(_KINDS)}")
    return _KINDS[best], best
