"""Whole or not at all: what a folder held before Cookiecutter wrote into it is put back if it fails.

Cookiecutter copies the template, toy model and all, between our two hooks, and clears up after itself only
where the folder was new. So the first hook keeps what will be overwritten, the second one lets go of it,
and a process of ours waits for the end of Cookiecutter, in case the second hook never runs. It is
this file, run as a script: it needs the standard library alone.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

STAGE = ".nb2service"
_BEFORE, _PLAN = "before", "whole.json"
# Copying the template takes a second; who waits longer than this has missed the end.
_SECONDS, _TICK = 120, 0.1


def keep(project: Path, names: Iterable[str]) -> None:
    """Copy what Cookiecutter is about to overwrite into the stage.

    Args:
        project: the project's folder; its stage is there.
        names: what the template has at its top.
    """
    before = project / STAGE / _BEFORE
    before.mkdir()
    listed = sorted(names)
    for name in listed:
        path = project / name
        if path.is_dir() and not path.is_symlink():
            shutil.copytree(path, before / name, symlinks=True)
        elif path.exists() or path.is_symlink():
            shutil.copy2(path, before / name, follow_symlinks=False)
    own = [path.name for path in project.iterdir() if path.name != STAGE]
    kept = sorted(path.name for path in before.iterdir())
    plan = {"names": listed, "kept": kept, "new": not own}
    (project / STAGE / _PLAN).write_text(json.dumps(plan), encoding="utf-8")


def restore(project: Path, *, folder: bool = True) -> bool:
    """Put back what was kept, and remove what was not there; return whether there was a need.

    Args:
        project: the project's folder.
        folder: whether the folder itself goes, too, if it was new.
    """
    stage = project / STAGE
    try:
        plan = json.loads((stage / _PLAN).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    for name in plan["names"]:
        kept = stage / _BEFORE / name
        is_there = kept.exists() or kept.is_symlink()
        if name in plan["kept"] and not is_there:
            continue  # put back already, by one who was stopped
        _remove(project / name)
        if is_there:
            kept.rename(project / name)
    shutil.rmtree(stage, ignore_errors=True)
    if plan["new"] and folder:
        with contextlib.suppress(OSError):
            project.rmdir()
    return True


def let_go(project: Path) -> None:
    """Forget what was kept: the service is whole."""
    (project / STAGE / _PLAN).unlink(missing_ok=True)


def guard(project: Path, cookiecutter: int) -> subprocess.Popen[bytes] | None:
    """Start the process that restores the folder if Cookiecutter ends without its second hook.

    Return it; None where there is none.

    Args:
        project: the project's folder.
        cookiecutter: the process id of Cookiecutter.
    """
    if os.name != "posix":
        return None  # elsewhere one cannot ask whether a process lives without ending it
    return subprocess.Popen(
        [sys.executable, "-I", "-S", __file__, str(project), str(cookiecutter)],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C ends Cookiecutter, not this
    )


def watch(project: Path, cookiecutter: int) -> None:
    """Wait for the second hook or for the end of Cookiecutter, whichever is first."""
    plan, until = project / STAGE / _PLAN, time.monotonic() + _SECONDS
    while plan.is_file() and time.monotonic() < until:
        if not _lives(cookiecutter):
            restore(project)
            return
        time.sleep(_TICK)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2]
    except ProcessLookupError:
        return False
    except OSError:
        return True  # there is no /proc, or it is another user's
    return state.split()[0] != "Z"


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]), int(sys.argv[2]))
