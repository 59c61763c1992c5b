"""The paths of the service."""

import json
from collections.abc import Callable
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.wrappers import Request

from service.answering import Answerer
from service.contract import Contract
from service.health import Health
from service.http.body import read_body
from service.http.errors import json_response
from service.metrics import TYPE, exposition
from service.outcomes import Answers, Refusal, Refused
from service.settings import Settings

# Of the fields that the contract does not have, those that the answer's header names.
_LISTED, _SHOWN = 10, 40


def register_routes(
    app: Flask, contract: Contract, answerer: Answerer, health: Health, settings: Settings
) -> Callable[[Request], Response]:
    """Add POST /predict, GET /healthz and GET /readyz to the app; return what answers the first."""

    def found(body: bytes) -> Answers:
        answers = answerer.answer(body)
        if isinstance(answers, Refusal):
            raise Refused.of(answers)
        return answers

    # A predict that may answer the same question otherwise later is never remembered.
    varies = contract.one_at_a_time or contract.clock is not None
    remembered = _cached(0 if varies else settings.cache_size, found)

    def answer(given: Request) -> Response:
        return _answered(contract, remembered(read_body(given, settings.max_body_bytes)))

    @app.post("/predict")
    def predict() -> Response:
        return answer(request)

    @app.get("/healthz")
    def healthz() -> Response:
        if health.not_alive:
            return json_response({"status": "stuck", "error": health.not_alive}, 503)
        return json_response({"status": "ok"})

    @app.get("/readyz")
    def readyz() -> Response:
        if health.not_ready:
            return json_response({"status": "not ready", "error": health.not_ready}, 503)
        return json_response({"status": "ready", "model_version": contract.model_version})

    return answer


def register_metrics(app: Flask) -> None:
    """Add GET /metrics to the app."""

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(exposition(), content_type=TYPE)


def _cached(size: int, answer: Callable[[bytes], Answers]) -> Callable[[bytes], Answers]:
    """Return the function with a memory of the latest answers; what it raises is not kept."""
    return lru_cache(size)(answer) if size else answer


def _answered(contract: Contract, found: Answers) -> Response:
    version = {"model_version": contract.model_version}
    named = [contract.named(answer) for answer in found.answers]
    if found.many:
        response = json_response({"predictions": named, **version})
    else:
        (answer,) = named
        # A version that the notebook's answer has itself wins.
        response = json_response(answer if "model_version" in answer else {**answer, **version})
    if found.unknown_fields:
        listed = [name[:_SHOWN] for name in found.unknown_fields[:_LISTED]]
        response.headers["X-Unknown-Fields"] = json.dumps(listed)  # ASCII, and no line end
    return response
