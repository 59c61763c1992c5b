"""The README's commands do what it says, in a fresh clone, as a newcomer would run them."""

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from support import CHECKOUT, Generation, copy_of_checkout

README = (CHECKOUT / "README.md").read_text(encoding="utf-8")
PATIENCE = 300  # seconds: two environments are made on the way


def consoles() -> list[tuple[str, str]]:
    """The README's console blocks: command, output."""
    blocks = re.findall(r"```console\n\$ (.*?)\n(.*?)```", README, re.DOTALL)
    assert len(blocks) == 2
    return blocks


def test_the_marked_cell_is_the_example_s() -> None:
    shown = re.findall(r"```python\n(.*?)\n```", README, re.DOTALL)
    stored = json.loads(
        (CHECKOUT / "example_notebooks" / "churn_xgboost" / "churn.ipynb").read_text()
    )
    assert shown == ["".join(c["source"]) for c in stored["cells"] if c["id"] == "predict"]


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_the_card_is_what_generation_prints(generation: Generation) -> None:
    def stable(card: str) -> list[str]:
        """The card without what differs from machine to machine: versions."""
        return [re.sub(r"\d+(\.\d+)+|\s+|│", "", line) for line in card.splitlines()]

    assert stable(consoles()[0][1]) == stable(generation.stdout)


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_the_curl_is_the_service_s_own(generation: Generation) -> None:
    command, answer = consoles()[1]
    readme = (generation.folder / "README.md").read_text()
    assert f"```sh\n{command}\n```" in readme
    found = json.loads(readme.split("```json\n")[1].split("\n```")[0])
    assert found == pytest.approx(json.loads(answer))


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """`make demo` in a fresh clone, running."""
    clone = copy_of_checkout(tmp_path_factory.mktemp("clone") / "nb2service")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("VIRTUAL_ENV", "PYTEST"))}
    with Path(clone / "demo.log").open("w+") as log:
        process = subprocess.Popen(
            ["make", "demo", f"PORT={port}"],
            cwd=clone,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            _wait_until_ready(process, port, clone / "demo.log")
            yield process, port
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                process.wait(30)


def _wait_until_ready(process: subprocess.Popen[str], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.5)
    pytest.fail(log.read_text()[-3000:])


@pytest.mark.environment
def test_make_demo_serves_what_the_readme_shows(demo: tuple[subprocess.Popen[str], int]) -> None:
    process, port = demo
    command, shown = consoles()[1]
    words = shlex.split(command.replace("localhost:8080", f"127.0.0.1:{port}"))
    assert words[0] == "curl"
    header, body = words[words.index("-H") + 1], words[words.index("-d") + 1]
    request = urllib.request.Request(
        f"http://{words[1]}", body.encode(), dict([header.split(": ", 1)])
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert json.load(answer) == pytest.approx(json.loads(shown))
    # Ctrl-C stops it.
    os.killpg(process.pid, signal.SIGINT)
    process.wait(30)
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5)
