"""The start: what is wrong with the settings is one line, at once."""

import os
import shutil
import socket
import subprocess
import sys

import pytest

from service import healthcheck
from service.serve import why_not
from service.settings import Settings
from tests.server import ROOT, Server


def _serve(*options, **environ):
    command = [sys.executable, "-B", "-m", "service.serve", *options]
    environ = {**os.environ, "ADDRESS": "127.0.0.1", **environ}
    return subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def taken():
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("WEB_CONCURRENCY", "abc", "WEB_CONCURRENCY=abc: expected a whole number from 1 to 1024"),
        ("WEB_CONCURRENCY", "1.5", "WEB_CONCURRENCY=1.5: expected a whole number"),
        ("PORT", "http", "PORT=http: expected a whole number from 0 to 65535"),
        ("ADDRESS", "192.0.2.7", "ADDRESS=192.0.2.7: this machine has no such address"),
        ("ADDRESS", "no such host", "ADDRESS=no such host: no such address"),
        ("MODEL_DIR", "/nowhere", "nowhere/contract.json: cannot be read"),
    ],
)
def test_a_bad_setting_is_one_line(variable, value, told):
    done = _serve(**{"PORT": "0", variable: value})
    assert done.returncode != 0
    lines = (done.stdout + done.stderr).splitlines()
    assert len(lines) == 1, lines
    assert lines[0].startswith("cannot start: ")
    assert told in lines[0]


def test_a_port_in_use_is_told_at_once(taken):
    done = _serve(PORT=str(taken))
    assert done.returncode == 1
    assert done.stderr == f"cannot start: PORT={taken}: the port is in use; give another one\n"


def test_addresses():
    assert why_not("127.0.0.1", 0) == ""
    assert Settings(address="::1", port=8080).bind == "[::1]:8080"
    assert Settings(address="[::]", port=8080).bind == "[::]:8080"


def test_empty_is_unset():
    empty = dict.fromkeys(("WEB_CONCURRENCY", "OMP_NUM_THREADS", "LOG_LEVEL"), "")
    done = _serve("--check-config", PORT="0", **empty)
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_model_elsewhere(tmp_path, record):
    elsewhere = tmp_path / "mounted" / "churn"
    shutil.copytree(ROOT / "model", elsewhere)
    bare = tmp_path / "project"
    shutil.copytree(ROOT / "service", bare / "service")
    shutil.copy(ROOT / "gunicorn.conf.py", bare)
    with Server(tmp_path / "log", bare, MODEL_DIR=str(elsewhere)).until_ready() as server:
        assert server.post(record)[0] == 200


def test_the_health_check(tmp_path, monkeypatch, capsys):
    with Server(tmp_path / "log").until_ready() as server:
        monkeypatch.setenv("PORT", str(server.port))
        monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
        assert healthcheck.main() == 0
    assert healthcheck.main() == 1
    monkeypatch.setenv("PORT", "abc")
    assert healthcheck.main() == 1
    assert "PORT=abc: expected a whole number" in capsys.readouterr().out
