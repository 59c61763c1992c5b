"""The log: one line per event on standard output, without a word of what a request contained."""

import logging
from typing import Any

from service.trace import told

# %r escapes what a client may have put into the path; queries and bodies are never logged.
ACCESS_FORMAT = "%(m)s %(U)r %(s)s %(B)s bytes in %(M)s ms"


class WithoutProbes(logging.Filter):
    """Drop the access lines of health checks that went well: they come every few seconds."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether the line is worth logging."""
        line = record.args
        if not isinstance(line, dict):
            return True
        return not (line.get("U") in ("/healthz", "/readyz") and line.get("s") == "200")


class WithCells(logging.Formatter):
    """Write tracebacks that name the notebook's cells."""

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Return the traceback of what was raised."""
        return told(ei[1])


def logging_config(level: str) -> dict[str, Any]:
    """Return the configuration for logging.config.dictConfig."""
    stdout = {"handlers": ["stdout"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": "service.logs.WithCells",
                "format": "%(asctime)s %(levelname)s [%(process)d] %(message)s",
            },
        },
        "filters": {"without_probes": {"()": "service.logs.WithoutProbes"}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
            },
        },
        "root": {"level": "WARNING", "handlers": ["stdout"]},
        "loggers": {
            "service": {"level": level, **stdout},
            "gunicorn.error": {"level": level, **stdout},
            "gunicorn.access": {"level": level, "filters": ["without_probes"], **stdout},
        },
    }
