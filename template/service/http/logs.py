"""The log: one line per event on standard output, without a word of what a request contained."""

import json
import logging
import time
from typing import Any

from service.notebook_lines import told
from service.request_record import RequestRecord

PROBES = frozenset({"/healthz", "/readyz"})

_requests = logging.getLogger("service.requests")


def log_request(record: RequestRecord) -> None:
    """Write the request's record as one line of JSON; probes that went well are left out."""
    if record.route in PROBES and record.status == 200:
        return
    if not _requests.isEnabledFor(logging.INFO):
        return
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    _requests.info(json.dumps({"time": stamp, "level": "INFO", **_fields(record)}))


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


class WithCells(logging.Formatter):
    """Write tracebacks that name the notebook's cells."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback of what was raised."""
        return told(ei[1])


def logging_config(level: str) -> dict[str, Any]:
    """Return the configuration for logging.config.dictConfig."""
    stdout = {"class": "logging.StreamHandler", "stream": "ext://sys.stdout"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "service.http.logs.WithCells",
                "format": "%(asctime)s %(levelname)s [%(process)d] %(message)s",
            },
        },
        "handlers": {
            "lines": {**stdout, "formatter": "line"},
            "requests": stdout,
        },
        "root": {"level": "WARNING", "handlers": ["lines"]},
        "loggers": {
            "service": {"level": level, "handlers": ["lines"], "propagate": False},
            "service.requests": {"level": level, "handlers": ["requests"], "propagate": False},
            "gunicorn.error": {"level": level, "handlers": ["lines"], "propagate": False},
        },
    }
