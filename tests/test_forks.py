"""Models with native threads in several workers: each worker answers, whatever was forked."""

import json
import os
import re
import shutil
import signal
import sys
import time
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from lightgbm import LGBMClassifier
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from xgboost import XGBClassifier

from mutate import make_checksums_fit
from nb2service import places
from served import Server, workers

KINDS = {
    "xgboost": XGBClassifier(n_estimators=20, n_jobs=2),
    "lightgbm": LGBMClassifier(n_estimators=20, n_jobs=2, verbose=-1),
    "sklearn.ensemble": HistGradientBoostingClassifier(max_iter=20),
    "sklearn": RandomForestClassifier(20, n_jobs=2),
}
# It predicts at its import, in the worker's main thread, as the proof at the start does.
PREDICT = """
import os
import time

import joblib

fitted = joblib.load(os.environ["FITTED"])
fitted.predict_proba([[0.0] * 4] * 1000)
ready = time.time()


def predict(rows):
    began = time.time()
    found = fitted.predict_proba(rows.repeat(1000, 0))[::1000, 1]
    return [[float(p), os.getpid(), ready, time.time() - began] for p in found]
"""
TORCH = """
import os
import time

import torch

torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(4, 512), torch.nn.ReLU(), torch.nn.Linear(512, 1))


def asked(rows):
    with torch.no_grad():
        return torch.sigmoid(net(rows)).squeeze(-1)


asked(torch.zeros(1000, 4))
ready = time.time()


def predict(rows):
    began = time.time()
    found = asked(torch.from_numpy(rows).float().repeat_interleave(1000, 0))[::1000]
    return [[float(p), os.getpid(), ready, time.time() - began] for p in found]
"""
# Seconds from the fork to an answer, on a machine with nothing else to do.
SOON = 5.0
WARM = """
import model.predict
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A service of rows of four numbers, without a model yet."""
    folder = tmp_path / "project"
    ignore = shutil.ignore_patterns("__pycache__", "tests", ".venv")
    shutil.copytree(places.template(), folder, ignore=ignore)
    (folder / "model" / "predict.py").write_text(PREDICT, encoding="utf-8")
    return folder


def write_contract(project: Path, *imports: str) -> None:
    file = project / "model" / "contract.json"
    contract = json.loads(file.read_text(encoding="utf-8"))
    names = ["a", "b", "c", "d"]
    contract["$defs"]["record"] = {
        "properties": {name: {"type": "number"} for name in names},
        "required": names,
    }
    contract["$defs"]["answer"] = {}
    contract["predict"] |= {"input": "rows", "container": "numpy.ndarray", "dtype": "float64"}
    contract["predict"]["answer"] = "value"
    contract |= {"imports": list(imports), "examples": [], "artifacts": {}}
    contract["provenance"]["packages"] = {}  # of the toy, which is not what is served here
    file.write_text(json.dumps(contract), encoding="utf-8")
    make_checksums_fit(project / "model")


def fit(model: Any, file: Path) -> Path:
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(500, 4))
    joblib.dump(model.fit(rows, rows[:, 0] + rows[:, 1] > 0), file)
    return file


def serve(project: Path, fitted: Path, tmp_path: Path, python: str = sys.executable) -> Any:
    # Two native threads for each prediction: with one there would be no team to lose.
    environ = {"WEB_CONCURRENCY": "2", "CPU_LIMIT": "4", "FITTED": str(fitted)}
    return Server(tmp_path / "log", project, python=python, **environ)


def forked(server: Any) -> dict[int, float]:
    """When each worker was forked."""
    found = {}
    for line in server.lines():
        if said := re.search(r"Booting worker with pid: (\d+)", line):
            when = datetime.fromisoformat(json.loads(line)["time"])
            found[int(said[1])] = when.timestamp()
    return found


def answers_of_all(server: Any) -> None:
    """Each of two workers answers soon after it was forked; a test of hangs, not of speed."""
    server.until_ready()
    took: dict[int, float] = {}
    deadline = time.monotonic() + 60
    while len(took) < 2:
        assert time.monotonic() < deadline, took
        status, body = server.post({"a": 1, "b": 2, "c": 3, "d": 4})
        assert status == 200, body
        _, pid, ready, asked = body["prediction"]
        took.setdefault(pid, ready - forked(server)[pid] + asked)
    assert set(took) == set(workers(server))
    crowd = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    print(f"from the fork to an answer: {', '.join(f'{one:.2f} s' for one in took.values())}")
    assert max(took.values()) < SOON * crowd
    assert server.stop() == 0


@pytest.mark.parametrize("library", KINDS)
def test_every_worker_answers(library: str, project: Path, tmp_path: Path) -> None:
    write_contract(project, "numpy", "pandas", library)
    fitted = fit(KINDS[library], tmp_path / "fitted")
    with serve(project, fitted, tmp_path) as server:
        answers_of_all(server)


@pytest.mark.environment
@pytest.mark.xdist_group("torch")
def test_every_worker_answers_with_torch(torch_python: Path, project: Path, tmp_path: Path) -> None:
    (project / "model" / "predict.py").write_text(TORCH, encoding="utf-8")
    write_contract(project, "numpy", "torch")
    with serve(project, tmp_path, tmp_path, str(torch_python)) as server:
        answers_of_all(server)


def test_a_model_that_is_used_before_the_fork_hangs(project: Path, tmp_path: Path) -> None:
    """Why gunicorn.conf.py imports libraries only: else the tests above fail.

    So do LightGBM, HistGradientBoosting and torch; a forest, whose threads are Python's, goes on.
    """
    write_contract(project, "warm")
    (project / "warm.py").write_text(WARM, encoding="utf-8")
    fitted = fit(KINDS["xgboost"], tmp_path / "fitted")
    # Where the module is loaded already, it does not predict again: as the proof would.
    source = PREDICT + "\n\ndef again():\n    fitted.predict_proba([[0.0] * 4] * 1000)\n"
    (project / "model" / "predict.py").write_text(source, encoding="utf-8")
    start = project / "service" / "start.py"
    text = start.read_text(encoding="utf-8")
    begin = (
        'def app() -> Flask:\n    """Return the app, or end the process when it cannot start."""\n'
    )
    assert begin in text
    called = begin + "    __import__('model.predict').predict.again()\n"
    start.write_text(text.replace(begin, called), encoding="utf-8")
    make_checksums_fit(project / "model")
    server = serve(project, fitted, tmp_path)
    try:
        deadline = time.monotonic() + 60
        while len(workers(server)) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        port = int(re.findall(r"127\.0\.0\.1:(\d+)", "\n".join(server.lines()))[0])
        with pytest.raises(TimeoutError):  # a worker that works has long been ready
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20)
        assert len(workers(server)) == 2
    finally:
        for pid in (server.process.pid, *workers(server)):
            os.kill(pid, signal.SIGKILL)
        server.process.wait()
