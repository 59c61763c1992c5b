"""The app factory."""

from collections.abc import Sequence

from flask import Flask, Response

from service.contract import ContractError, read_contract
from service.http.errors import register_error_handlers
from service.http.logs import log_request
from service.http.recording import record_requests
from service.http.routes import register_routes
from service.predictor import Predictor, StartError
from service.request_record import Sink
from service.settings import Settings, SettingsError


def create_app(settings: Settings | None = None) -> Flask:
    """Return the app with its model loaded and proven. Raises StartError."""
    try:
        settings = settings or Settings.from_env()
        predictor = Predictor(read_contract(), settings.predict_concurrency)
    except (SettingsError, ContractError) as error:
        raise StartError(str(error)) from error
    predictor.start()
    return build_app(predictor, settings)


def build_app(
    predictor: Predictor, settings: Settings, sinks: Sequence[Sink] = (log_request,)
) -> Flask:
    """Return the app around a predictor, which may not be ready yet."""
    app = Flask("service", static_folder=None)
    register_routes(app, predictor, settings)
    register_error_handlers(app)
    app.after_request(_add_headers)
    record_requests(app, predictor.contract.model_version, sinks)
    return app


def _add_headers(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
