"""Fixtures: the contract, the recorded calls, and the service in three forms."""

import datetime
import json
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service import create_app, predictor
from service.app import build_app
from service.contract import Contract, read_contract
from service.predictor import Predictor
from service.settings import Settings
from tests.server import ROOT, Server

Call = dict[str, Any]

# The template's own tests serve its toy model, also from copies of it.
if (ROOT.parent / "cookiecutter.json").is_file():
    os.environ["TOY_MODEL"] = "serve"

TWO_FEATURES: dict[str, Any] = {
    "title": "two",
    "$defs": {
        "record": {
            "properties": {"age": {"type": "integer"}, "name": {"type": ["string", "null"]}},
            "required": ["age"],
        }
    },
    "predict": {
        "function": "predict",
        "input": "record",
        "answer_name": "prediction",
        "answer": "value",
        "rowwise": True,
    },
    "model_version": "two-1",
}


@pytest.fixture(scope="session")
def contract() -> Contract:
    return read_contract()


@pytest.fixture(scope="session")
def calls() -> list[Call]:
    """What the notebook asked predict, and what it was answered."""
    found: list[Call] = json.loads((ROOT / "model" / "calls.json").read_text(encoding="utf-8"))
    assert found, "model/calls.json holds no call: extract the notebook again"
    return found


@pytest.fixture(scope="session")
def records(calls: list[Call]) -> list[dict[str, Any]]:
    """Up to 50 records that the notebook knew."""
    return [record for call in calls for record in call["records"]][:50]


@pytest.fixture
def record(records: list[dict[str, Any]]) -> dict[str, Any]:
    return dict(records[0])


@pytest.fixture(scope="session")
def steady(contract: Contract) -> None:
    """Let a test go where the contract says that predict remembers: what it answers may vary."""
    if contract.stateful:
        pytest.skip("predict remembers what it was asked: the contract says so")
    if contract.clock and contract.clock["local"][:10] != f"{datetime.date.today()}":
        pytest.skip("answers depend on the day: test_proof.py compares them as of the notebook's")


@pytest.fixture(scope="session")
def client() -> FlaskClient:
    """The service, called in this process."""
    return create_app(Settings()).test_client()


@pytest.fixture(scope="session")
def server(
    tmp_path_factory: pytest.TempPathFactory, calls: list[Call], records: list[dict[str, Any]]
) -> Iterator[Server]:
    """The service under gunicorn; its body limit is just above the largest body that is sent."""
    log = tmp_path_factory.mktemp("server") / "log"
    bodies = [records, *(call["records"] for call in calls)]
    limit = max(len(json.dumps(body)) for body in bodies) + 1000
    with Server(log, MAX_BODY_BYTES=str(limit), MAX_RECORDS="1000000") as running:
        running.body_limit = limit
        yield running.until_ready()


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Callable[..., FlaskClient]:
    """Return a function that makes a service of any predict, for features `age` and `name`."""

    def make(
        predict: Callable[..., Any], settings: Settings | None = None, /, **said: Any
    ) -> FlaskClient:
        monkeypatch.setattr(predictor, "_load_predict", lambda function: predict)
        settings = settings or Settings()
        two = Contract.from_dict({**TWO_FEATURES, **said})
        ready = Predictor(two)
        ready.start()
        return build_app(ready, settings).test_client()

    return make


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the service and its model, to break."""
    copy = tmp_path / "project"
    for name in ("service", "model"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "gunicorn.conf.py", copy)
    return copy
