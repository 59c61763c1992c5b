"""Lock: exact versions and hashes of all that the service installs, compiled by uv."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)
_CONTINUED = " \\"
_OPTIONS = (
    "--generate-hashes",
    "--universal",
    "--no-header",
    "--no-annotate",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--quiet",
)


@dataclass(frozen=True)
class Lock:
    """The text of the lock files.

    Attributes:
        service: of `requirements.txt`.
        dev: of `requirements-dev.txt`.
        hashed: whether they carry hashes.
        note: why they carry none, in words; `""` if they do.
    """

    service: str
    dev: str
    hashed: bool
    note: str


def lock(
    template: Path,
    model: Path,
    closure: Mapping[str, str],
    python: str,
    uv: str | None = None,
) -> Lock:
    """Lock the service's requirements and the model's, for one version of Python.

    Args:
        template: the folder with `requirements/service.in` and `requirements/dev.in`, and with locks
            whose versions stay where they can.
        model: the folder with the model's `requirements.txt`.
        closure: what the model needs, with all that this depends on: distribution -> version, as
            the kernel has it. Kept wherever the service's own requirements allow.
        python: e.g. `3.11`.
        uv: the program uv; None finds it.

    Where uv cannot resolve, because no registry is reachable or no longer has a version, the lock
    holds the kernel's exact versions without hashes, and says so.
    """
    program = uv or _find_uv()
    needed = [template / "requirements" / "service.in", model / "requirements.txt"]
    dev = template / "requirements" / "dev.in"
    if program is None:
        return _unhashed(template, closure, "uv is not installed")
    with tempfile.TemporaryDirectory(prefix="nb2service-lock-") as folder:
        constraints = Path(folder, "constraints.txt")
        constraints.write_text("".join(f"{n}=={_public(v)}\n" for n, v in closure.items()))
        service, locked = Path(folder, "requirements.txt"), Path(folder, "requirements-dev.txt")
        for target in (service, locked):
            target.write_text(_versions(template / target.name))  # uv prefers what stands there
        error = _compile(program, needed, [constraints], service, python)
        if error and "No solution" in error:
            # The kernel's environment itself may be inconsistent; what the notebook imports stays.
            error = _compile(program, needed, [], service, python)
        error = error or _compile(program, [dev], [service], locked, python)
        if error:
            return _unhashed(template, closure, error)
        return Lock(service.read_text(), locked.read_text(), hashed=True, note="")


def _versions(lock: Path) -> str:
    """The lines of a lock with their markers, without hashes: those of now are asked for."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return "".join(f"{line.rstrip(_CONTINUED)}\n" for line in lines if _PIN.match(line))


def _compile(
    uv: str, sources: Sequence[Path], constraints: Sequence[Path], target: Path, python: str
) -> str:
    command = [uv, "pip", "compile", *_OPTIONS, "--python-version", python]
    command += ["--python", sys.executable, "--output-file", str(target)]
    for constraint in constraints:
        command += ["--constraint", str(constraint)]
    command += map(str, sources)
    # Three more tries of a registry that is not there would cost the user seconds for nothing.
    env = {"UV_HTTP_RETRIES": "1", **os.environ}
    done = subprocess.run(
        command, capture_output=True, text=True, stdin=subprocess.DEVNULL, env=env
    )
    return _reason(done.stderr) if done.returncode else ""


def _reason(stderr: str) -> str:
    """One line without addresses: whether it is the network or the versions."""
    text = re.sub(r"https?://\S+", "the registry", " ".join(stderr.split()))
    if "network was disabled" in text or "offline" in text.lower():
        return "uv was told to work offline"
    if "No solution found" in text:
        return text[text.index("No solution found") :][:300]
    if re.search(r"dns|connect|network|timed? ?out|fetch|request", text, re.IGNORECASE):
        return "no package registry is reachable"
    # No path of this machine belongs into a file of the service.
    return re.sub(r"(?:/[\w.+-]+)+/", "", text)[:300] or "uv failed without a word"


def _unhashed(template: Path, closure: Mapping[str, str], reason: str) -> Lock:
    """The template's own locked versions, overlaid with the kernel's."""
    own = dict(_PIN.findall((template / "requirements.txt").read_text(encoding="utf-8")))
    model_only = dict(
        _PIN.findall((template / "model" / "requirements.txt").read_text(encoding="utf-8"))
    )
    service = {n: v for n, v in own.items() if n not in model_only}
    service.update({name: _public(v) for name, v in closure.items() if name not in service})
    dev = dict(_PIN.findall((template / "requirements-dev.txt").read_text(encoding="utf-8")))
    dev.update({n: v for n, v in service.items() if n in dev})
    note = f"locked without hashes: {reason}"
    head = f"# Not hashed, because {reason}. `make lock` adds the hashes.\n"
    return Lock(head + _pins(service), head + _pins(dev), hashed=False, note=note)


def _pins(versions: Mapping[str, str]) -> str:
    return "".join(f"{name}=={versions[name]}\n" for name in sorted(versions))


def _public(version: str) -> str:
    """A version without its local label: no registry knows `2.1.0+cpu`, and `==2.1.0` matches it."""
    return version.partition("+")[0]


def _find_uv() -> str | None:
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        return shutil.which("uv")


def model_requirements(pins: Mapping[str, str], python: str) -> str:
    """The text of `model/requirements.txt`."""
    head = (
        "# What model/predict.py and its artifacts need, at the versions of the notebook's own\n"
        f"# environment (Python {python}).\n"
    )
    return head + _pins({name: _public(version) for name, version in pins.items()})
