"""The record of one request: made when it comes in, filled on its way, told when it is answered."""

import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field

from service.outcomes import Outcome


@dataclass
class RequestRecord:
    """All that is told of one request. Nothing in it is a value that the client sent.

    `id` is the caller's only if it is safe to log, and `route` is the app's rule, not the path.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    method: str = ""
    route: str = "unknown"
    status: int = 0
    outcome: Outcome = Outcome.OK
    model_version: str = ""
    rows: int = 0
    batch: int = 0  # the rows of the call of predict that answered it, its own among them
    queue_ms: float = 0.0
    predict_ms: float = 0.0
    total_ms: float = 0.0
    connected: Callable[[], bool] = lambda: True  # whether the client is still there


# Told of each request that was answered. A sink must not raise, and must not take long.
Sink = Callable[[RequestRecord], None]

current: ContextVar[RequestRecord | None] = ContextVar("request_record", default=None)


def the_request() -> RequestRecord:
    """Return the record of the request that this thread answers; outside of one, a new record."""
    return current.get() or RequestRecord()


def request_id(given: str) -> str:
    """Return the id that the caller gave if it is safe to log, else a new one."""
    return given if re.fullmatch(r"[A-Za-z0-9._-]{1,64}", given) else uuid.uuid4().hex
