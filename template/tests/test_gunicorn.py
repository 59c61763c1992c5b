"""The service as a process: how it starts, what it logs, how it ends."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from tests.server import ROOT, Server, seal
from tests.test_model_folder import ARTIFACTS


def test_a_start_without_a_home_and_a_stop(tmp_path, record):
    with Server(tmp_path / "log", HOME="/nonexistent").until_ready() as server:
        status, _ = server.post({**record, "unknown field": "what nobody may read 7f3a"})
        assert status == 200
        assert server.get("/a%0Ab")[0] == 404
        assert server.stop() == 0
        log = "\n".join(server.lines())
    assert '"level": "ERROR"' not in log
    assert '"level": "CRITICAL"' not in log
    told = [one for one in map(json.loads, server.lines()) if "method" in one]
    # Each is told when its answer is sent, so in no order.
    assert {(one["method"], one["route"], one["status"]) for one in told} == {
        ("POST", "/predict", 200),
        ("GET", "unknown", 404),
    }
    assert "/readyz" not in log
    assert "7f3a" not in log


def test_after_the_start_nothing_is_loaded_any_more(project, tmp_path, record):
    with Server(tmp_path / "log", project) as server:
        server.until_ready()
        assert server.post(record)[0] == 200
        shutil.rmtree(project / "model")
        for _ in range(3):
            assert server.post(record)[0] == 200
        assert server.stop() == 0


def test_gunicorn_accepts_the_configuration_and_the_app():
    command = [sys.executable, "-B", "-m", "gunicorn", "--check-config"]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    # The model's libraries may warn; that is the notebook's own.
    assert checked.returncode == 0, checked.stderr
    assert "Traceback" not in checked.stderr


def _falsify_example(project):
    file = project / "model" / "contract.json"
    contract = json.loads(file.read_text(encoding="utf-8"))
    contract["examples"] = [{**contract["examples"][0], "answer": "never"}]
    file.write_text(json.dumps(contract), encoding="utf-8")
    return "the notebook answered"


def _flip_byte(name):
    def flip(project):
        file = project / "model" / "artifacts" / name
        data = bytearray(file.read_bytes())
        data[-1] ^= 1
        file.write_bytes(data)
        return f"model/artifacts/{name}: changed since it was extracted"

    return flip


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(_falsify_example, id="example"),
        *(pytest.param(_flip_byte(name), id="artifact") for name in sorted(ARTIFACTS)[:1]),
    ],
)
def test_a_start_that_fails_says_why_in_one_line(project, tmp_path, spoil):
    _say(project, stateful=False)  # a predict that remembers need not keep to its examples
    reason = spoil(project)
    seal(project / "model")
    with Server(tmp_path / "log", project, WEB_CONCURRENCY="2") as server:
        assert server.wait() == 3
        told = [line for line in server.lines() if "cannot start: " in line]
        assert len(told) == 1, server.lines()
        assert reason in told[0]
        assert not any("Traceback" in line for line in server.lines())


def _say(project, **predict):
    """Let the contract say something else of predict."""
    file = project / "model" / "contract.json"
    contract = json.loads(file.read_text(encoding="utf-8"))
    contract["predict"] |= predict
    file.write_text(json.dumps(contract), encoding="utf-8")


def _configuration(project, **environ):
    """Return what gunicorn.conf.py decides, without the imports of the model."""
    file = project / "model" / "contract.json"
    contract = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**contract, "imports": []}), encoding="utf-8")
    code = (
        "import json, os, runpy; found = runpy.run_path('gunicorn.conf.py');"
        "names = ['workers', 'preload_app', 'control_socket_disable', 'http_parser', 'bind'];"
        "print(json.dumps({**{name: found[name] for name in names}, **os.environ}))"
    )
    clean = {name: value for name, value in os.environ.items() if "THREAD" not in name}
    output = subprocess.run(
        [sys.executable, "-B", "-c", code],
        cwd=project,
        env={**clean, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return json.loads(output.stdout) if output.returncode == 0 else output.stderr


def test_the_configuration_shares_the_cpus_out(project):
    _say(project, rowwise=True, stateful=False)
    found = _configuration(project, CPU_LIMIT="9", PORT="9000")
    assert found["bind"] == "0.0.0.0:9000"
    assert found["workers"] > 1
    for variable in (
        "OMP_NUM_THREADS",
        "OMP_THREAD_LIMIT",
        "OPENBLAS_NUM_THREADS",
        "MKL_NUM_THREADS",
    ):
        assert 1 < found["workers"] * int(found[variable]) <= 9
    assert found["preload_app"] is False
    assert found["control_socket_disable"] is True
    assert found["http_parser"] == "python"


def test_the_configuration_leaves_what_the_environment_says(project):
    found = _configuration(project, CPU_LIMIT="8", WEB_CONCURRENCY="1", OMP_NUM_THREADS="3")
    assert found["workers"] == 1
    assert found["OMP_NUM_THREADS"] == "3"
    assert found["OPENBLAS_NUM_THREADS"] == "8"


@pytest.mark.parametrize("said", [{"rowwise": False}, {"stateful": True}])
def test_where_answers_mix_there_is_one_process(project, said):
    _say(project, **said)
    found = _configuration(project, CPU_LIMIT="8", WEB_CONCURRENCY="4")
    assert found["workers"] == 1
    assert found["OMP_NUM_THREADS"] == "8"


def test_a_bad_setting_is_one_line(project):
    refused = _configuration(project, PORT="http")
    assert refused == "cannot start: PORT=http: expected a whole number from 0 to 65535\n"
