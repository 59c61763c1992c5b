"""The log: one line of JSON per event on standard output, without a value of what came or went."""

import json
import logging
import os
import time
import traceback
from typing import Any

from service.notebook_lines import notebook_place
from service.request_record import RequestRecord, current

PROBES = frozenset({"/healthz", "/readyz"})
_QUIET = PROBES | {"/metrics"}

_requests = logging.getLogger("service.requests")


def log_request(record: RequestRecord) -> None:
    """Write the request's record; probes and scrapes that went well are left out."""
    if record.route in _QUIET and record.status == 200:
        return
    if _requests.isEnabledFor(logging.INFO):
        _requests.info(json.dumps({**_head(time.time(), "INFO"), **_fields(record)}))


def _head(when: float, level: str) -> dict[str, Any]:
    seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when))
    return {"time": f"{seconds}.{int(when % 1 * 1000):03d}Z", "level": level}


def _fields(record: RequestRecord) -> dict[str, Any]:
    fields = {
        "request_id": record.id,
        "method": record.method,
        "route": record.route,
        "status": record.status,
        "outcome": record.outcome.value,
        "rows": record.rows,
        "batch": record.batch,
    }
    times = ("queue_ms", "predict_ms", "total_ms")
    fields |= {name: round(getattr(record, name), 3) for name in times}
    return {**fields, "model_version": record.model_version}


class JsonLines(logging.Formatter):
    """Write each event as one line of JSON, tracebacks too, with the cells of the notebook.

    The text of an exception may hold what a client sent, so it is left out unless `texts` says so.
    """

    def __init__(self, *, texts: bool = False) -> None:
        super().__init__()
        self._texts = texts

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as a line."""
        event = _head(record.created, record.levelname)
        event |= {"process": os.getpid(), "message": record.getMessage()}
        request = current.get()
        if request is not None:
            event["request_id"] = request.id
        if record.exc_info and record.exc_info[1] is not None:
            event["exception"] = self._told(record.exc_info[1])
        return json.dumps(event)

    def _told(self, error: BaseException, deep: int = 3) -> dict[str, Any]:
        told: dict[str, Any] = {"type": type(error).__qualname__}
        if self._texts:
            told["text"] = str(error)
        told["trace"] = [_frame(one) for one in traceback.extract_tb(error.__traceback__)]
        other = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if other is not None and deep:
            told["after"] = self._told(other, deep - 1)
        return told


def _frame(frame: traceback.FrameSummary) -> str:
    """Return one step of a traceback: the file, or the notebook's cell, and the line of code."""
    place = notebook_place(frame.filename, frame.lineno)
    where = place or f"{frame.filename}:{frame.lineno}"
    return f"{where} in {frame.name}: {frame.line}"


def logging_config(level: str, *, texts: bool = False) -> dict[str, Any]:
    """Return the configuration for logging.config.dictConfig."""
    stdout = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "service.http.logs.JsonLines", "texts": texts}},
        "handlers": {"lines": {**stdout, "formatter": "line"}, "requests": stdout},
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {
            "service": {"level": level, "handlers": ["lines"], "propagate": False},
            "service.requests": {"level": level, "handlers": ["requests"], "propagate": False},
            "gunicorn.error": {"level": level, "handlers": ["lines"], "propagate": False},
        },
    }
