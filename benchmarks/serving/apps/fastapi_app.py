"""A service with FastAPI, written by hand: `def`, or `async def` with BENCH_ASYNC=1."""

import os

import work
from fastapi import FastAPI
from pydantic import create_model

app = FastAPI()
model = work.load()
Record = create_model(
    "Record", **{name: (type(value), ...) for name, value in work.EXAMPLE.items()}
)


def predict(record: Record):
    """Answer a record."""
    return {"prediction": work.answer(model, [record.model_dump()])[0]}


def predict_many(records: list[Record]):
    """Answer a list of records."""
    return {"predictions": work.answer(model, [record.model_dump() for record in records])}


async def predict_async(record: Record):
    """Answer a record on the event loop."""
    return predict(record)


async def predict_many_async(records: list[Record]):
    """Answer a list of records on the event loop."""
    return predict_many(records)


on_loop = os.environ.get("BENCH_ASYNC") == "1"
app.post("/predict")(predict_async if on_loop else predict)
app.post("/predict_many")(predict_many_async if on_loop else predict_many)
