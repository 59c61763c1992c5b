"""A service with BentoML: with BENCH_BATCHING=1 its adaptive batching, as its documentation sets it up."""

import os

import bentoml
import work

BATCHING = os.environ.get("BENCH_BATCHING") == "1"
WORKERS = int(os.environ.get("BENCH_WORKERS", "2"))
OPTIONS = {"batchable": True, "max_batch_size": 64, "max_latency_ms": 1000} if BATCHING else {}


@bentoml.service(workers=WORKERS, traffic={"timeout": 60})
class Model:
    """The model."""

    def __init__(self) -> None:
        self.model = work.load()

    @bentoml.api(**OPTIONS)
    def predict(self, rows: list[dict]) -> list[float]:
        """Answer a list of records."""
        return work.answer(self.model, rows)
