"""The peers: how each is started, asked and understood, as its documentation sets it up."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from works import APPS, Work

Records = Sequence[Mapping[str, Any]]
ALL = ("M1", "M2", "M3", "M4", "big")


@dataclass(frozen=True)
class Peer:
    """A way to serve a work.

    Attributes:
        name: what tables call it.
        venv: its environment, a lock of `locks/`.
        command: the command after the environment's Python, from the work, a port and workers.
        body: the JSON of a request, from the work and its records.
        read: the probabilities in an answer.
        path: where a request goes to; with several records `many`, if that is another.
        works: the works that it serves.
        env: further environment variables.
        service: whether it runs in the folder of the generated service.
        constant: whether it answers without a model, as a limit.
    """

    name: str
    venv: str
    command: Callable[[Work, int, int], list[str]]
    body: Callable[[Work, Records], Any]
    read: Callable[[Any], list[float]]
    path: str = "/predict"
    many: str = ""
    works: tuple[str, ...] = ("M1", "M2", "M3")
    env: Mapping[str, str] = field(default_factory=dict)
    service: bool = False
    constant: bool = False

    def path_for(self, count: int) -> str:
        """Where a request of so many records goes to."""
        return self.many if self.many and count > 1 else self.path

    def request(self, work: Work, records: Records) -> bytes:
        """A request's body."""
        return json.dumps(self.body(work, records)).encode()


def _plain(_: Work, records: Records) -> Any:
    return records[0] if len(records) == 1 else list(records)


def _listed(_: Work, records: Records) -> Any:
    return list(records)


def _rows(_: Work, records: Records) -> Any:
    return {"rows": list(records)}


def _mlflow(work: Work, records: Records) -> Any:
    if work.kind == "array":
        return {"inputs": [list(record.values()) for record in records]}
    return {"dataframe_records": list(records)}


def _mlserver(work: Work, records: Records) -> Any:
    if work.kind == "array":
        data = [value for record in records for value in record.values()]
        shape = [len(records), len(records[0])]
        return {"inputs": [{"name": "rows", "shape": shape, "datatype": "FP64", "data": data}]}
    kinds = {int: "INT64", float: "FP64", str: "BYTES"}
    return {
        "inputs": [
            {
                "name": name,
                "shape": [len(records), 1],
                "datatype": kinds[type(records[0][name])],
                "data": [record[name] for record in records],
            }
            for name in records[0]
        ]
    }


def _read_plain(answer: Any) -> list[float]:
    found = answer.get("predictions", [answer])
    return [_number(one) for one in found]


def _number(answer: Any) -> float:
    """The probability of an answer, which may be an object with the model's version."""
    if not isinstance(answer, dict):
        return float(answer)
    return next(float(value) for value in answer.values() if isinstance(value, float))


def _gunicorn(*options: str) -> Callable[[Work, int, int], list[str]]:
    return lambda work, port, workers: [
        *("-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers)),
        *("--log-level", "warning", *options),
    ]


def _uvicorn(app: str) -> Callable[[Work, int, int], list[str]]:
    return lambda work, port, workers: [
        *("-m", "uvicorn", app, "--port", str(port), "--workers", str(workers)),
        *("--log-level", "warning", "--no-access-log"),
    ]


def _script(name: str, *arguments: str) -> Callable[[Work, int, int], list[str]]:
    return lambda work, port, workers: [str(APPS / name), *arguments]


def _bentoml(work: Work, port: int, workers: int) -> list[str]:
    return [
        "-m",
        "bentoml",
        "serve",
        "bentoml_app:Model",
        "--port",
        str(port),
        "--working-dir",
        str(APPS),
    ]


def _mlserver_folder(batching: bool) -> Callable[[Work, int, int], list[str]]:
    def command(work: Work, port: int, workers: int) -> list[str]:
        folder = work.folder / f"mlserver-{batching}-{port}-{workers}"
        folder.mkdir(exist_ok=True)
        settings = {
            "host": "127.0.0.1",
            "http_port": port,
            "grpc_port": port + 1000,
            "metrics_port": port + 2000,
            "parallel_workers": workers,
            "logging_settings": None,
        }
        model = {"name": "benched", "implementation": "runtime.Runtime"}
        if batching:
            model |= {"max_batch_size": 64, "max_batch_time": 0.005}
        (folder / "settings.json").write_text(json.dumps(settings))
        (folder / "model-settings.json").write_text(json.dumps(model))
        (folder / "runtime.py").write_text(
            (APPS / "mlserver" / "runtime.py")
            .read_text()
            .replace("Path(__file__).resolve().parents[1]", repr(str(APPS)))
        )
        return ["-c", _MLSERVER, "start", str(folder)]

    return command


_MLSERVER = "import sys; from mlserver.cli import main; sys.argv[0] = 'mlserver'; main()"


def _mlflow_serve(work: Work, port: int, workers: int) -> list[str]:
    saved = work.folder / "mlflow"
    start = ["-m", "mlflow", "models", "serve", "-m", str(saved), "--env-manager", "local"]
    return [*start, "-h", "127.0.0.1", "-p", str(port), "-w", str(workers)]


_BATCHING = {"BENCH_BATCHING": "1"}
PEERS = (
    Peer(
        "nb2service",
        "flask",
        lambda *_: ["-m", "gunicorn"],
        _plain,
        _read_plain,
        works=ALL,
        service=True,
    ),
    Peer("Flask, sync", "flask", _gunicorn("flask_app:app"), _plain, _read_plain, works=ALL),
    Peer(
        "Flask, gthread",
        "flask",
        _gunicorn("--threads", "8", "flask_app:app"),
        _plain,
        _read_plain,
        works=ALL,
    ),
    Peer(
        "FastAPI, def",
        "fastapi",
        _uvicorn("fastapi_app:app"),
        _plain,
        _read_plain,
        many="/predict_many",
        works=ALL,
    ),
    Peer(
        "FastAPI, async def",
        "fastapi",
        _uvicorn("fastapi_app:app"),
        _plain,
        _read_plain,
        many="/predict_many",
        works=ALL,
        env={"BENCH_ASYNC": "1"},
    ),
    Peer("BentoML", "bentoml", _bentoml, _rows, list),
    Peer("BentoML, batching", "bentoml", _bentoml, _rows, list, env=_BATCHING),
    Peer(
        "MLServer",
        "mlserver",
        _mlserver_folder(False),
        _mlserver,
        lambda a: a["outputs"][0]["data"],
        path="/v2/models/benched/infer",
    ),
    Peer(
        "MLServer, batching",
        "mlserver",
        _mlserver_folder(True),
        _mlserver,
        lambda a: a["outputs"][0]["data"],
        path="/v2/models/benched/infer",
    ),
    Peer("LitServe", "litserve", _script("litserve_app.py"), _rows, _read_plain),
    Peer(
        "LitServe, batching",
        "litserve",
        _script("litserve_app.py"),
        _rows,
        _read_plain,
        env=_BATCHING,
    ),
    Peer("Ray Serve", "ray", _script("ray_app.py"), _listed, list),
    Peer("Ray Serve, batching", "ray", _script("ray_app.py"), _listed, list, env=_BATCHING),
    Peer(
        "MLflow",
        "mlflow",
        _mlflow_serve,
        _mlflow,
        lambda a: [row[1] for row in a["predictions"]],
        path="/invocations",
    ),
    Peer("vetiver", "vetiver", _uvicorn("vetiver_app:app"), _listed, lambda a: a["predict"]),
    Peer(
        "a Flask route, constant",
        "flask",
        _gunicorn("--threads", "8", "constant_wsgi:flask_app"),
        _plain,
        list,
        constant=True,
    ),
    Peer(
        "bare WSGI, constant",
        "flask",
        _gunicorn("--threads", "8", "constant_wsgi:bare"),
        _plain,
        list,
        constant=True,
    ),
)


def saved_for_mlflow(work: Work, python: Path) -> list[str]:
    """The command that saves the model as MLflow wants it."""
    return [str(python), str(APPS / "mlflow_save.py"), str(work.folder / "mlflow")]
