"""Metrics for Prometheus, summed over all workers, also over those that have ended.

No label comes from a request: routes are the app's rules, features and answers those of the
contract and of the notebook's own calls.
"""

import os
import threading
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import sleep
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from service.contract import Contract, Record, Schema
from service.metrics_folder import VARIABLE
from service.notebook_answers import notebook_answers, parts
from service.request_record import RequestRecord

TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
_ROWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1000, 10000)
_CHECKED = 100  # records of a request that are compared with the notebook's
_SAMPLED = 1.0  # seconds between two looks at the gate


class _Counted:
    """The metrics themselves; made in a worker, for each writes into a file of its process."""

    def __init__(self) -> None:
        registry = CollectorRegistry()  # of this worker; what is told is the sum over the folder

        def counter(name: str, told: str, *labels: str) -> Counter:
            return Counter(name, told, labels, registry=registry)

        def seconds(name: str, told: str) -> Histogram:
            return Histogram(name, told, buckets=_SECONDS, registry=registry)

        def gauge(name: str, told: str) -> Gauge:
            return Gauge(name, told, multiprocess_mode="livesum", registry=registry)

        def told_once(name: str, told: str, label: str) -> Gauge:
            return Gauge(name, told, (label,), multiprocess_mode="max", registry=registry)

        self.requests = counter("service_requests", "Requests", "route", "outcome", "status")
        self.seconds = seconds("service_request_seconds", "From the head to the answer")
        self.queue = seconds("service_queue_seconds", "Waiting for predict")
        self.predict = seconds("service_predict_seconds", "Inside predict")
        self.rows = counter("service_rows", "Records answered")
        self.batch = Histogram(
            "service_batch_rows", "Records in a call of predict", buckets=_ROWS, registry=registry
        )
        self.in_flight = gauge("service_requests_in_flight", "Requests inside the gate")
        self.queued = gauge("service_requests_queued", "Requests that wait for predict")
        self.checked = counter("service_inputs_checked", "Records compared with the notebook's")
        self.unlike = counter("service_inputs_unlike", "Unlike the notebook's", "feature", "kind")
        self.answers = counter("service_answers", "By the notebook's own values", "name", "bucket")
        self.model = told_once("service_model_info", "The model that is served", "version")


class Metrics:
    """What is counted; a sink of request records, and a witness of records and their answers."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._looks = [_look(name, schema) for name, schema in contract.features.items()]
        self._buckets = {n: _bucket(told) for n, told in notebook_answers(contract).items()}
        self._counted = _Counted()
        self._counted.model.labels(contract.model_version).set(1)

    def count(self, record: RequestRecord) -> None:
        """Count a request that was answered."""
        counted = self._counted
        counted.requests.labels(record.route, record.outcome.value, str(record.status)).inc()
        counted.seconds.observe(record.total_ms / 1000)
        if record.batch:
            counted.rows.inc(record.rows)
            counted.batch.observe(record.batch)
            counted.queue.observe(record.queue_ms / 1000)
            counted.predict.observe(record.predict_ms / 1000)

    def compare(self, records: Sequence[Record], answers: Sequence[Any]) -> None:
        """Count values and answers that are unlike the notebook's, of so many records."""
        counted, some = self._counted, records[:_CHECKED]
        counted.checked.inc(len(some))
        for look in self._looks:
            for record in some:
                if found := look(record):
                    counted.unlike.labels(*found).inc()
        for answer in answers[: len(some)]:
            for name, value in parts(self._contract, answer):
                if name in self._buckets:
                    counted.answers.labels(name, self._buckets[name](value)).inc()

    def watch(self, load: Callable[[], tuple[int, int]]) -> None:
        """Look at the load of the gate, from a thread that ends with the process."""

        def look() -> None:
            while True:
                inside, waiting = load()
                self._counted.in_flight.set(inside)
                self._counted.queued.set(waiting)
                sleep(_SAMPLED)

        threading.Thread(target=look, name="metrics", daemon=True).start()


def exposition() -> bytes:
    """Return the metrics of all workers in Prometheus' text format."""
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def metrics_of(contract: Contract) -> Metrics | None:
    """Return the metrics; None where gunicorn's master has made no folder for them."""
    return Metrics(contract) if Path(os.environ.get(VARIABLE, "/none")).is_dir() else None


def _look(name: str, schema: Schema) -> Callable[[Record], tuple[str, str] | None]:
    """Return what says of a record whether its feature is unlike the notebook's, and how."""
    seen, known = schema.get("x-seen", {}), schema.get("x-known")
    low, high = seen.get("min"), seen.get("max")
    values = frozenset(known) if known is not None else None
    below, above = (name, "below"), (name, "above")
    unknown, null = (name, "unknown"), (name, "null")

    def look(record: Record) -> tuple[str, str] | None:
        value = record.get(name)
        if value is None:
            return null
        if values is not None:
            return None if value in values else unknown
        if type(low) is type(value) or (isinstance(value, (int, float)) and _is_number(low)):
            return below if value < low else above if value > high else None
        return None

    return look


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float))


def _bucket(told: Mapping[str, Any]) -> Callable[[Any], str]:
    """Return what names the bucket of an answer: a tenth of the notebook's own, or its value."""
    if "numbers" in told:
        ordered = told["numbers"]
        last = len(ordered) - 1
        edges = sorted({ordered[last * tenth // 10] for tenth in range(11)})
        names = ["below", *(f"to {edge:.6g}" for edge in edges[1:]), "above"]

        def tenth(value: Any) -> str:
            if not _is_number(value):
                return "other"
            if value < edges[0]:
                return "below"
            return names[max(1, bisect_left(edges, value))]

        return tenth
    counts = told.get("counts", {})

    def same(value: Any) -> str:
        text = value if isinstance(value, str) else str(value).lower()
        return text if text in counts else "other"

    return same
