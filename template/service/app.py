"""The app factory."""

import os
from collections.abc import Sequence

from flask import Flask

from service.answering import Answerer
from service.contract import Contract, ContractError, read_contract
from service.gate.gate import Gate
from service.gate.joining import kind_of
from service.gate.ticket import Limits
from service.health import Health
from service.http.direct import Direct
from service.http.errors import register_error_handlers
from service.http.guards import guard
from service.http.logs import PROBES, log_request
from service.http.page import register_page
from service.http.recording import record_requests
from service.http.routes import register_metrics, register_routes
from service.metrics import metrics_of
from service.predictor import Predictor
from service.request_record import Sink
from service.settings import Settings, SettingsError
from service.start_checks import StartError, check_versions

# So many requests of the largest size may be inside the gate at once.
_FULL_REQUESTS = 10


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app with its model loaded and proven. Raises StartError."""
    try:
        settings = settings or Settings.from_env()
        contract = read_contract()
        predictor = Predictor(contract)
    except (SettingsError, ContractError) as error:
        raise StartError(str(error)) from error
    if settings.check_versions:
        check_versions(contract.python, contract.packages)
    predictor.start()
    return build_app(predictor, settings)


def build_app(
    predictor: Predictor, settings: Settings, sinks: Sequence[Sink] = (log_request,)
) -> Flask:
    """Return the app around a predictor, which may not be ready yet."""
    app = Flask("service", static_folder=None)
    contract = predictor.contract
    gate = Gate(predictor.answer, _limits(settings, contract), kind_of(contract))
    health = app.extensions["health"] = Health(predictor, gate)
    metrics = metrics_of(contract)
    answerer = Answerer(
        predictor,
        gate,
        settings.max_records,
        strict_fields=settings.strict_fields,
        witness=metrics.compare if metrics else None,
    )
    answer = register_routes(app, contract, answerer, health, settings)
    if metrics is not None:
        metrics.watch(gate.load)
        register_metrics(app)
        sinks = (*sinks, metrics.count)
    register_page(app, predictor, settings)
    probes = set(PROBES)
    if settings.protocols:
        from service.protocols import register_protocols

        probes |= register_protocols(app, contract, answerer, health, settings)
    register_error_handlers(app)
    if not (settings.cors_origins or settings.rate_limit):  # which know of nothing below Flask
        app.wsgi_app = Direct(app.wsgi_app, "/predict", answer)  # type: ignore[method-assign]
    guard(app, settings, probes)
    record_requests(app, contract.model_version, sinks)
    return app


def _limits(settings: Settings, contract: Contract) -> Limits:
    """Return the limits of the gate; a predict whose calls mix is asked one at a time."""
    return Limits(
        running=1 if contract.one_at_a_time else settings.predict_concurrency,
        waiting=settings.max_waiting,
        rows=_FULL_REQUESTS * settings.max_records,
        queue_timeout=settings.queue_timeout,
        predict_timeout=settings.predict_timeout,
        # Else each thread that ever asks predict gets a team of native threads of its own.
        inline=os.environ.get("OMP_NUM_THREADS") == "1",
    )
