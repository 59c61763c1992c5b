"""Command: `nb2service` as a process of its own, shown in a cell while it runs and when it is done."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nb2service.jupyter.show import (
    Shown,
    card_html,
    check_html,
    error_html,
    progress_html,
    said_html,
)
from nb2service.notebook.magics import RUNNING
from nb2service.telling import VARIABLE, heard

_TICK = 0.1
# Jupyter's stop button reaches the whole family of processes in most front ends, not in all.
_SECONDS_TO_STOP = 10


def run(command: Sequence[str], notebook: Path, shown: Shown) -> int:
    """Run `nb2service` beside the notebook and show what it tells; return its exit status."""
    if command[0] == "check" and "--json" not in command:
        command = [*command, "--json"]
    with tempfile.TemporaryDirectory(prefix="nb2s-") as folder:
        told, out, err = (Path(folder, name) for name in ("told", "out", "err"))
        told.touch()
        with out.open("wb") as stdout, err.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", "nb2service.cli", *command],
                cwd=notebook.parent,
                env=_environment(notebook.parent, told),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
            card = _follow(process, told, notebook.name, shown)
        texts = (path.read_text(encoding="utf-8", errors="replace").strip() for path in (out, err))
        _show_end(command[0], notebook, card, *texts, shown=shown, status=process.returncode)
    return process.returncode


def _environment(folder: Path, told: Path) -> dict[str, str]:
    """Return the environment of the command: a kernel's asks for colours, which HTML does not know."""
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    return {**kept, RUNNING: "1", VARIABLE: str(told), "PWD": str(folder)}


def _follow(
    process: "subprocess.Popen[bytes]", told: Path, name: str, shown: Shown
) -> dict[str, Any] | None:
    """Show which cell runs until the process ends; return the card, if it told one."""
    place, card = 0, None
    try:
        ended = False
        while not ended:
            ended = process.poll() is not None
            latest = None
            for behind, data in heard(told, place):
                place = behind
                card, latest = (data, latest) if data["kind"] == "card" else (card, data)
            if latest is not None and not ended:
                text = f"Running {name}: cell {latest['number']}, {latest['title']}"
                shown.show(progress_html(name, latest), text)
            elif not ended:
                time.sleep(_TICK)
    except KeyboardInterrupt:
        _stop(process)
    return card


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """Wait until a process that was asked to stop has cleared up; ask it where that did not reach it."""
    for number in (None, signal.SIGINT, signal.SIGKILL):
        if number is not None:
            process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_SECONDS_TO_STOP)
            return


def _show_end(
    kind: str,
    notebook: Path,
    card: dict[str, Any] | None,
    out: str,
    err: str,
    *,
    shown: Shown,
    status: int,
) -> None:
    if card is not None:
        shown.show(card_html(card), out)
    elif kind == "check" and out.startswith("{"):
        report = json.loads(out)
        shown.show(check_html(report, notebook), out)
    elif out:
        shown.show(said_html(out), out)
    if err and (status or not out):
        text = err if status >= 0 else f"{err}\nStopped."
        if out:
            shown = Shown()
        shown.show(error_html(text), text)
    elif not out:
        shown.show(error_html("Stopped; nothing was written."), "Stopped; nothing was written.")
