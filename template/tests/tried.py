"""An app whose predict does what the request says: sleep, hang, leave, or kill its worker."""

import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from flask import Flask

from service import predictor
from service.app import build_app
from service.contract import Contract
from service.predictor import Predictor
from service.settings import Settings

CONTRACT: dict[str, Any] = {
    "title": "tried",
    "$defs": {
        "record": {
            "properties": {"do": {"type": "string"}, "seconds": {"type": "number"}},
            "required": ["do"],
        }
    },
    "predict": {
        "function": "predict",
        "input": "record",
        "answer_name": "worker",
        "answer": "value",
        "rowwise": True,
    },
    "model_version": "tried-1",
}


def predict(record: dict[str, Any]) -> int:
    """Do what the record says, and return the id of the worker."""
    match record["do"]:
        case "sleep":
            time.sleep(record["seconds"])
        case "spin":
            until = time.monotonic() + record["seconds"]
            while time.monotonic() < until:
                pass
        case "hang":
            threading.Event().wait()
        case "leave":
            sys.exit(1)
        case "eat":
            raise MemoryError
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "note":
            Path(os.environ["NOTES"]).write_text("asked", encoding="utf-8")
    return os.getpid()


def app() -> Flask:
    """Return the app; a file named by FAIL ends the worker that loads it."""
    if Path(os.environ.get("FAIL", "/nonexistent")).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    predictor._load_predict = lambda function: predict
    ready = Predictor(Contract.from_dict(CONTRACT))
    ready.start()
    return build_app(ready, Settings.from_env())
