"""A service with LitServe: with BENCH_BATCHING=1 it batches, as its documentation sets it up."""

import os

import litserve as ls
import work

BATCHING = os.environ.get("BENCH_BATCHING") == "1"


class Api(ls.LitAPI):
    """The model; a request is a list of records."""

    def setup(self, device):
        """Load the model."""
        self.model = work.load()

    def decode_request(self, request):
        """Return the records."""
        return request["rows"]

    def predict(self, rows):
        """Answer one request, or a batch of them."""
        if not BATCHING:
            return work.answer(self.model, rows)
        answers = iter(work.answer(self.model, [record for request in rows for record in request]))
        return [[next(answers) for _ in request] for request in rows]

    def encode_response(self, output):
        """Return the answer."""
        return {"predictions": output}


if __name__ == "__main__":
    options = {"max_batch_size": 64, "batch_timeout": 0.005} if BATCHING else {}
    server = ls.LitServer(
        Api(**options),
        accelerator="cpu",
        workers_per_device=int(os.environ.get("BENCH_WORKERS", "2")),
    )
    server.run(
        host="127.0.0.1",
        port=int(os.environ["BENCH_PORT"]),
        generate_client_file=False,
        log_level="warning",
    )
