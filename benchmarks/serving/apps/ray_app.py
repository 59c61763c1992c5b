"""A service with Ray Serve: with BENCH_BATCHING=1 it batches, as its documentation sets it up."""

import os
import signal

import work
from ray import serve
from starlette.requests import Request

BATCHING = os.environ.get("BENCH_BATCHING") == "1"


@serve.deployment(num_replicas=int(os.environ.get("BENCH_WORKERS", "2")), max_ongoing_requests=128)
class Model:
    """The model; a request is a list of records."""

    def __init__(self) -> None:
        self.model = work.load()

    @serve.batch(max_batch_size=64, batch_wait_timeout_s=0.005)
    async def together(self, requests: list) -> list:
        """Answer a batch of requests."""
        answers = iter(work.answer(self.model, [record for rows in requests for record in rows]))
        return [[next(answers) for _ in rows] for rows in requests]

    async def __call__(self, request: Request) -> list:
        """Answer a request."""
        rows = await request.json()
        return await self.together(rows) if BATCHING else work.answer(self.model, rows)


if __name__ == "__main__":
    import ray

    ray.init(
        address="local",
        num_cpus=4,
        include_dashboard=False,
        logging_level="ERROR",
        log_to_driver=False,
    )
    serve.start(http_options={"host": "127.0.0.1", "port": int(os.environ["BENCH_PORT"])})
    serve.run(Model.bind(), route_prefix="/predict")
    signal.pause()
