"""Around the app: a record for each request, its id in the answer, and what is told of it."""

from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from flask import Flask, request
from werkzeug.wsgi import ClosingIterator

from service.request_record import RequestRecord, Sink, current, request_id, the_request


def record_requests(app: Flask, model_version: str, sinks: Sequence[Sink]) -> None:
    """Give each request of the app a record, and tell the sinks of it when it is answered."""

    @app.before_request
    def _name_route() -> None:
        if request.url_rule is not None:
            the_request().route = request.url_rule.rule

    recording = Recording(app.wsgi_app, model_version, sinks)
    app.wsgi_app = recording  # type: ignore[method-assign]
    app.extensions["tell"] = recording.tell


class Recording:
    """The WSGI app around the app; what happens inside of it finds its record by `the_request`."""

    def __init__(self, app: Any, model_version: str, sinks: Sequence[Sink]) -> None:
        self._app, self._model_version, self._sinks = app, model_version, sinks

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer the request, and tell of it when the answer is sent."""
        started = perf_counter()
        record = RequestRecord(
            id=request_id(environ.get("HTTP_X_REQUEST_ID", "")),
            method=environ["REQUEST_METHOD"],
            model_version=self._model_version,
        )
        # Our worker's socket knows whether the client is still there.
        record.connected = getattr(environ.get("gunicorn.socket"), "connected", record.connected)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            record.status = int(status[:3])
            headers += [("X-Request-ID", record.id), ("X-Content-Type-Options", "nosniff")]
            if not any(name.lower() == "cache-control" for name, _ in headers):
                headers.append(("Cache-Control", "no-store"))  # files have a rule of their own
            return start_response(status, headers, exc_info)

        def tell() -> None:
            record.total_ms = (perf_counter() - started) * 1000
            self.tell(record)

        token = current.set(record)
        try:
            return ClosingIterator(self._app(environ, start), tell)
        finally:
            current.reset(token)

    def tell(self, record: RequestRecord) -> None:
        """Tell the sinks of a request; the worker does so itself for what never comes here."""
        for sink in self._sinks:
            sink(record)
