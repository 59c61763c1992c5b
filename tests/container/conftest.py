"""Builds the image of a generated service and runs it, without a daemon and without a registry.

buildah does both; the base image is made by build_base.sh. The isolation is a chroot: the service
shares the machine's network and process numbers, so it gets a free port on 127.0.0.1, and signals
go to its own main process, not to the buildah that waits for it.
"""

import ast
import configparser
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

IMAGE = "localhost/nb2service-test"
START_SECONDS = 60.0
STOP_SECONDS = 60.0
# No command of an engine waits for longer: a test that hangs says nothing.
COMMAND_SECONDS = 600.0
BASE_SECONDS = 1200.0

# pip's settings that say how packages are reached.
REACH = (
    *("index-url", "extra-index-url", "no-index", "find-links", "trusted-host"),
    *("cert", "client-cert", "proxy", "timeout", "default-timeout", "retries"),
)

Completed = subprocess.CompletedProcess[str]


def kept_store() -> Path:
    """Return the folder that keeps the base image between runs."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "nb2service" / "containers"


class Engine:
    """Run buildah on a store of its own, which sees the base image in the kept one."""

    def __init__(self, store: Path) -> None:
        scratch = store / "tmp"
        scratch.mkdir()
        self.environment = os.environ | {"BUILDAH_ISOLATION": "chroot", "TMPDIR": str(scratch)}
        self.command = [
            *("buildah", "--root", str(store / "storage"), "--runroot", str(store / "run")),
            *("--storage-driver", "vfs"),  # unlike overlay it works inside containers too
            *("--storage-opt", f"vfs.imagestore={kept_store() / 'storage'}"),
        ]

    def attempt(self, *arguments: str) -> Completed:
        return subprocess.run(
            [*self.command, *arguments],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    def build(self, service: Path, tag: str, *options: str) -> Completed:
        """Build the image as `make image` does, by the service's own script."""
        script = [sys.executable, str(service / "deploy" / "image.py"), f"--tag={tag}"]
        script += [f"--engine={' '.join(self.command)}", "--", "--pull=never", *options]
        return subprocess.run(
            script,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=COMMAND_SECONDS,
        )

    def __call__(self, *arguments: str) -> str:
        return printed(self.attempt(*arguments))


def printed(done: Completed) -> str:
    """Return what a command printed; if it failed, fail with its last lines."""
    if done.returncode:
        tail = "\n".join((done.stdout + done.stderr).splitlines()[-40:])
        pytest.fail(f"{done.args} ended with {done.returncode}:\n{tail}", pytrace=False)
    return done.stdout


def pip_settings() -> dict[str, str]:
    """Return how this machine's pip reaches packages, as option names and values."""
    pip = shutil.which("pip", path=str(Path(sys.executable).parent)) or shutil.which("pip")
    listing = subprocess.check_output([pip, "config", "list"], text=True) if pip else ""
    settings: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.rpartition(".")
        if section in settings and name in REACH:
            settings[section][name] = " ".join(ast.literal_eval(value).split())
    # The later wins, as in pip.
    found = settings["global"] | settings["install"] | settings[":env:"]
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        if variable in os.environ:
            found.setdefault("cert", os.environ[variable])
    return found


def pip_volumes(folder: Path) -> list[str]:
    """Return the options with which `buildah build` lets pip reach packages as it does outside.

    They show the build a pip.conf and the files and folders that it names, read-only. The image
    keeps no more of them than empty mount points, and the Dockerfile need not know.
    """
    settings = pip_settings()
    conf = configparser.RawConfigParser()
    conf["global"] = settings
    with (folder / "pip.conf").open("w") as file:
        conf.write(file)
    paths = set()
    for name, value in settings.items():
        for path in (Path(unquote(word.removeprefix("file://"))) for word in value.split()):
            if path.is_absolute() and path.exists():
                # The pages of an index that is a folder link to packages in the folders beside it.
                paths.add(path.parent if "index" in name else path)
    volumes = [
        f"{folder / 'pip.conf'}:/etc/pip.conf:ro",
        *(f"{path}:{path}:ro" for path in sorted(paths)),
    ]
    return [f"--volume={volume}" for volume in volumes]


@pytest.fixture(scope="session")
def project(churn_service: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the generated service, beside which its bill of materials is written."""
    return shutil.copytree(churn_service, tmp_path_factory.mktemp("project") / "churn")


@pytest.fixture(scope="session")
def engine(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """An engine that holds the image of the generated service."""
    if shutil.which("buildah") is None:
        pytest.fail(
            "buildah is not installed, and NB2SERVICE_REQUIRE_CONTAINER=1 asks for it",
            pytrace=False,
        )
    found = re.search(
        r"^ARG PYTHON_VERSION=(\S+)$", (project / "Dockerfile").read_text(), re.MULTILINE
    )
    assert found, "the Dockerfile has no line ARG PYTHON_VERSION=…"
    base = ["bash", str(Path(__file__).with_name("build_base.sh")), str(kept_store()), found[1]]
    printed(subprocess.run(base, capture_output=True, text=True, check=False, timeout=BASE_SECONDS))

    store = tmp_path_factory.mktemp("containers")
    run = Engine(store)
    printed(run.build(project, IMAGE, *pip_volumes(store)))
    run("from", "--pull=never", "--name=service", IMAGE)
    yield run
    run("rm", "service")
    run("rmi", IMAGE)


@pytest.fixture(scope="session")
def image(engine: Engine) -> dict[str, Any]:
    """What the image says about itself: User, Env, Cmd, Entrypoint, WorkingDir, Healthcheck."""
    config: dict[str, Any] = json.loads(engine("inspect", "--type=image", IMAGE))["Docker"][
        "config"
    ]
    return config


@pytest.fixture(scope="session")
def inside(engine: Engine) -> Callable[..., Completed]:
    """Run a command in the container, as the image's user, and return how it ended."""

    def run(*command: str, **environment: object) -> Completed:
        settings = [f"--env={name}={value}" for name, value in environment.items()]
        return engine.attempt("run", *settings, "service", "--", *command)

    return run


@dataclass(frozen=True)
class Process:
    number: int
    parent: int
    uid: int


@dataclass(frozen=True)
class Service:
    """The service as it runs in its container; `buildah` ends when it ends, with its exit code."""

    port: int
    log: Path
    buildah: subprocess.Popen[bytes]

    def ask(self, path: str, body: object = None) -> tuple[int, Any]:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", data, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, json.load(error)

    def processes(self) -> list[Process]:
        """Return the service's processes, known by the port in their environment, main first."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"PORT={self.port}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                    parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                    found.append(Process(int(folder.name), parent, folder.stat().st_uid))
            except OSError:
                continue  # it has just ended
        numbers = {process.number for process in found}
        return sorted(found, key=lambda process: process.parent in numbers)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.buildah.poll() is None:
            try:
                if self.ask("/readyz")[0] == 200:
                    return
            except OSError:
                pass  # nobody listens yet
            time.sleep(0.05)
        pytest.fail(f"the service did not become ready:\n{self.log.read_text()}", pytrace=False)

    def stop(self) -> int:
        """Send SIGTERM to the main process, as a container engine does; return the exit code."""
        for process in self.processes()[:1]:
            os.kill(process.number, signal.SIGTERM)
        return self.buildah.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End what is left of it: a shell in between may have gone and left the service running."""
        for process in self.processes():
            with suppress(ProcessLookupError):
                os.kill(process.number, signal.SIGKILL)
        self.buildah.kill()
        self.buildah.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, folder: Path, **environment: str) -> Iterator[Service]:
    """Run the command that starts the service on the port, and stop it at the end."""
    log = folder / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    service = Service(port, log, process)
    try:
        service.wait_until_ready()
        yield service
    finally:
        try:
            service.stop()
        finally:
            service.kill()


@pytest.fixture(scope="session")
def start(
    engine: Engine, image: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., AbstractContextManager[Service]]:
    """Start what the image starts, as its user or another, and stop it at the end."""

    def started(*options: str) -> AbstractContextManager[Service]:
        port = free_port()
        command = [*engine.command, "run", f"--env=PORT={port}", *options, "service", "--"]
        command += [*(image["Entrypoint"] or []), *(image["Cmd"] or [])]
        return running(command, port, tmp_path_factory.mktemp("run"), **engine.environment)

    return started


# What `docker run --read-only --tmpfs /tmp` does, in a mount namespace of its own.
_READ_ONLY = """
set -eu
root=$1 user=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -o remount,bind,ro "$root"
exec chroot --userspec="$user" "$root" env -i --chdir=/app "$@"
"""


@pytest.fixture(scope="session")
def start_read_only(
    engine: Engine, image: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], AbstractContextManager[Service]]]:
    """Start what the image starts, on a root file system that can only be read but for /tmp.

    buildah has no option for that, so the root is mounted here.
    """
    root = engine("mount", "service").strip()

    def started() -> AbstractContextManager[Service]:
        port = free_port()
        command = ["unshare", "--mount", "sh", "-c", _READ_ONLY, "sh", root, image["User"]]
        command += [*image["Env"], f"PORT={port}", *(image["Entrypoint"] or []), *image["Cmd"]]
        return running(command, port, tmp_path_factory.mktemp("read_only"))

    yield started
    engine("umount", "service")


@pytest.fixture(scope="session")
def service(start: Callable[..., AbstractContextManager[Service]]) -> Iterator[Service]:
    """One running service, for the tests that leave it running."""
    with start() as running_service:
        yield running_service
