"""Trial: a copy of the service with an environment of its own, in which versions are tried."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from service.proof.locks import Locks, pins, read_locks, versions_here, write_locks
from service.proof.swap import STAGE
from service.upgraded import FILE, upgraded_text

# The verbs of the Makefile that must pass, the quick ones first.
PROOF = ("setup", "prove")
ALL = (*PROOF, "check", "test")
_VENV = ".venv"
_LEFT_OUT = {".git", STAGE, "__pycache__", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
# What make, or a Python around this one, would hand down.
_NOT_HANDED_DOWN = ("MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "VENV", "VIRTUAL_ENV")


class CannotTryError(Exception):
    """Why nothing can be tried, in words."""


class Trial:
    """The copy, in a folder that is empty before; its Makefile is asked as anybody would."""

    def __init__(self, root: Path, folder: Path) -> None:
        self._copy = folder / root.name
        shutil.copytree(root, self._copy, symlinks=True, ignore=_left_out)
        self._known: dict[tuple[Locks, str], str] = {}

    def compile(self, base: Locks, names: Sequence[str] = ()) -> Locks:
        """Return the locks with the newest versions of some packages, or of all.

        What requirements/*.in says holds; the notebook's own versions are where the model's may
        start. Raises CannotTryError.
        """
        model = self._copy / "model"
        write_locks(self._copy, base)
        wanted = pins((model / "requirements.txt").read_text(encoding="utf-8"))
        lines = (f"{name}>={version}\n" for name, version in wanted.items())
        (model / FILE).write_text("".join(lines), encoding="utf-8")
        which = " ".join(f"--upgrade-package {name}" for name in names) or "--upgrade"
        self._lock(f"UPGRADE={which}")
        versions = versions_here(wanted, read_locks(self._copy).service)
        if not base.model and versions == wanted:
            (model / FILE).unlink()
        else:
            (model / FILE).write_text(upgraded_text(model, versions), encoding="utf-8")
        self._lock()  # so that `make lock` finds what it would make: other Pythons had their own
        return read_locks(self._copy)

    def failing(self, locks: Locks, verbs: Sequence[str] = ALL) -> str:
        """Return why the service does not hold with these versions, in words; `""` if it does."""
        for verb in verbs:
            if (locks, verb) not in self._known:
                if read_locks(self._copy) != locks:
                    write_locks(self._copy, locks)
                self._known[locks, verb] = self._why(verb)
            if why := self._known[locks, verb]:
                return why
        return ""

    def _lock(self, *arguments: str) -> None:
        done = self._make("lock", *arguments)
        if done.returncode:
            raise CannotTryError(f"the versions cannot be compiled:\n{done.stderr.strip()}")

    def _why(self, verb: str) -> str:
        done = self._make(verb)
        if done.returncode == 0:
            return ""
        if verb == "setup":
            return f"it cannot be installed: {_last(done.stderr or done.stdout)}"
        if verb == "prove":
            command = [
                str(self._copy / _VENV / "bin" / "python"),
                "-m",
                "service.proof.differences",
            ]
            told = subprocess.run(  # noqa: S603
                command, cwd=self._copy, capture_output=True, text=True
            )
            return _last(told.stdout) or f"make prove fails: {_last(done.stdout + done.stderr)}"
        lines = (done.stdout + done.stderr).splitlines()
        failed = [line for line in lines if line.startswith(("FAILED ", "ERROR "))]
        return f"make {verb} fails: {failed[0] if failed else _last(done.stdout)}"

    def _make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {name: text for name, text in os.environ.items() if name not in _NOT_HANDED_DOWN}
        env["COLUMNS"] = "200"  # pytest cuts its lines
        return subprocess.run(  # noqa: S603
            ["make", *arguments, f"PYTHON={sys.executable}", f"VENV={_VENV}"],  # noqa: S607
            cwd=self._copy,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )


def _left_out(folder: str, names: list[str]) -> set[str]:
    """Return what is no part of a service: caches, git's own, environments."""
    return {n for n in names if n in _LEFT_OUT or Path(folder, n, "pyvenv.cfg").exists()}


def _last(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
