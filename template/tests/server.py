"""A real gunicorn on a free port, for tests."""

import hashlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PATIENCE = 240  # seconds, for machines under load


def seal(model: Path) -> None:
    """Make SHA256SUMS fit the files of a model/ that a test has changed."""
    sums = model / "SHA256SUMS"
    names = [line.split("  ", 1)[1] for line in sums.read_text(encoding="utf-8").splitlines()]
    digests = [hashlib.sha256((model / name).read_bytes()).hexdigest() for name in names]
    lines = [f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True)]
    sums.write_text("".join(lines), encoding="utf-8")


def parse_strictly(text: str | bytes) -> Any:
    """Return the parsed JSON; NaN and Infinity, which Python alone accepts, are errors."""

    def refuse(word: str) -> None:
        raise ValueError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)


class Server:
    """gunicorn in a folder, with its output in a file. Use it in a with statement.

    It serves that folder's service, or else the `app` that is named.
    """

    port = 0
    body_limit = 0

    def __init__(
        self,
        log: Path,
        root: Path = ROOT,
        app: str = "",
        python: str = sys.executable,
        **environ: str,
    ) -> None:
        self.log = log
        command = [python, "-m", "gunicorn", "--bind", "127.0.0.1:0"]
        command += [app] if app else []
        quick = {"WEB_CONCURRENCY": "1", "DRAIN_DELAY": "0", "PYTHONDONTWRITEBYTECODE": "1"}
        environ = {**os.environ, **quick, **environ}
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                command, cwd=root, env=environ, stdout=output, stderr=subprocess.STDOUT
            )

    def __enter__(self) -> "Server":
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None and self.stop() is None:
            self.process.kill()

    def stop(self) -> int | None:
        """Ask gunicorn to end and return its exit code, or None if it does not end."""
        self.process.send_signal(signal.SIGTERM)
        return self.wait()

    def wait(self) -> int | None:
        """Return the exit code, or None if the process goes on."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            return None

    def lines(self) -> list[str]:
        """Return the lines that gunicorn has written."""
        return self.log.read_text(errors="replace").splitlines()

    def until_ready(self) -> "Server":
        """Wait until the service is ready."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self.process.poll() is None:
            found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", "\n".join(self.lines()))
            if found:
                self.port = int(found[1])
                assert self.get("/readyz")[0] == 200
                return self
            time.sleep(0.02)
        raise AssertionError("\n".join(self.lines()))

    def children(self) -> list[int]:
        """Return the process ids of the workers."""
        pid = self.process.pid
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def get(self, path: str) -> tuple[int, Any]:
        """Return status and parsed body."""
        return self._request("GET", path, None, {})

    def text(self, path: str) -> str:
        """Return the body as text."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def post(self, body: Any, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Send the body (an iterable of bytes goes in chunks, the rest as JSON) to /predict."""
        content = body if hasattr(body, "__next__") else json.dumps(body).encode()
        return self._request(
            "POST", "/predict", content, {"Content-Type": "application/json", **(headers or {})}
        )

    def connect(self) -> http.client.HTTPConnection:
        """Return a connection that stays open from request to request."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    def _request(
        self, method: str, path: str, body: Any, headers: dict[str, str]
    ) -> tuple[int, Any]:
        connection = self.connect()
        try:
            connection.request(
                method, path, body, headers, encode_chunked=hasattr(body, "__next__")
            )
            response = connection.getresponse()
            return response.status, parse_strictly(response.read())
        finally:
            connection.close()
