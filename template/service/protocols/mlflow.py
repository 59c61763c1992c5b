"""MLflow's scoring protocol, as `mlflow models serve` has it."""

from typing import Any

from flask import Response, request

from service.http.body import read_content
from service.http.errors import STATUS
from service.outcomes import Outcome, Refusal, Refused
from service.protocols.asking import Routes, Service, predictions, sentence
from service.protocols.documents import read_document
from service.protocols.lines import read_csv
from service.records.reader import decode

_KEYS = ("dataframe_split", "dataframe_records", "instances", "inputs")
_TYPES = ("application/json", "text/csv")
_CODES = {
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL_ERROR",
    503: "TEMPORARILY_UNAVAILABLE",
}


def register(routes: Routes, service: Service) -> None:
    """Add the routes of the protocol."""

    def ping() -> Response:
        service.check_ready()
        return Response("\n", mimetype="application/json")

    def version() -> Response:
        return Response(service.contract.model_version, mimetype="text/plain")

    def invocations() -> Response:
        if request.mimetype not in _TYPES or set(request.mimetype_params) - {"charset"}:
            told = f"expected {' or '.join(_TYPES)}, got {request.content_type or 'no type'}"
            raise Refused(Outcome.UNSUPPORTED, told)
        body = read_content(request, service.settings.max_body_bytes)
        if request.mimetype == "text/csv":
            records = read_csv(body, service.contract, "present")
        else:
            records = read_document(decode(body), service.contract, *_KEYS)
        return predictions(service.ask(records))

    routes.shape = _error
    routes.add("/ping", ping, probe=True)
    routes.add("/health", ping, probe=True)
    routes.add("/version", version)
    routes.add("/invocations", invocations, "POST")


def _error(refusal: Refusal) -> Any:
    code = _CODES.get(STATUS[refusal.outcome], "BAD_REQUEST")
    return {"error_code": code, "message": sentence(refusal)}
