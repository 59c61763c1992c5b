"""Inside Jupyter: `%load_ext nb2service`, then `%service` in a cell of the notebook itself."""

import html
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import read
from nb2service.recorded import FILE

# Set where a notebook is run to make a service of it: its `%service` has nothing to do there.
_RUNNING = "NB2SERVICE_RUNNING"
_STYLE = "font-size:12px;line-height:1.3;white-space:pre-wrap"


def load_ipython_extension(shell: Any) -> None:
    """Give the shell the magic `%service`."""
    shell.register_magic_function(lambda line: service(shell, line), "line", "service")


def service(shell: Any, line: str) -> None:
    """Make a service of this notebook, let it follow, or check it: `%service [NAME] [--check] …`.

    NAME is the service's folder, beside the notebook; other words go to `nb2service` as they are.
    """
    if os.environ.get(_RUNNING):
        return
    try:
        notebook = notebook_of(shell.user_ns, os.environ)
        _refuse_unsaved(notebook, shell.history_manager.input_hist_raw[-1])
        command = command_of(notebook, line.split())
    except Nb2serviceError as error:
        _show(str(error))
        return
    done = subprocess.run(
        [sys.executable, "-m", "nb2service.cli", *command],
        cwd=notebook.parent,
        env=_environment(notebook.parent),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    _show(done.stdout.rstrip() or done.stderr.strip())
    if done.stdout.strip() and done.returncode:
        _show(done.stderr.strip())


def _environment(folder: Path) -> dict[str, str]:
    """Return the environment of the command: a kernel's asks for colours, which HTML does not know."""
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "CLICOLOR_FORCE")}
    return {**kept, _RUNNING: "1", "PWD": str(folder)}


def notebook_of(names: Mapping[str, Any], environment: Mapping[str, str]) -> Path:
    """Return the path of the notebook that a kernel belongs to, as its front end tells it.

    Raises:
        Nb2serviceError: the front end does not tell it, or not truly.
    """
    told = names.get("__vsc_ipynb_file__") or environment.get("JPY_SESSION_NAME", "")
    path = Path(str(told))
    if not told or path.suffix != ".ipynb" or not path.is_file():
        raise Nb2serviceError(
            "%service",
            f"this front end does not say which notebook it is ({told or 'no name'})",
            "In a terminal: nb2service new NOTEBOOK",
        )
    return path.absolute()


def _refuse_unsaved(notebook: Path, cell: str) -> None:
    """Raise Nb2serviceError if this very cell is not in the file: what is on disk is made a service of."""
    saved = [one.source.strip() for one in (*read(notebook).cells, *read(notebook).ignored)]
    if cell.strip() not in saved:
        raise Nb2serviceError(
            notebook.name,
            "the file lacks this cell, so the notebook has changes that are not saved",
            "Save it, and run the cell again.",
        )


def command_of(notebook: Path, words: Sequence[str]) -> list[str]:
    """Return the words for `nb2service`: check, sync where the service is there already, or new."""
    if "--check" in words:
        return ["check", notebook.name, *(word for word in words if word != "--check")]
    names = [word for word in words if "=" not in word and not word.startswith("-")]
    rest = [word for word in words if word not in names[:1]]
    folder = notebook.parent / (names[0] if names else notebook.stem)
    if (folder / FILE).is_file():
        return ["sync", str(folder), *rest]
    return ["new", notebook.name, *rest, *([f"project_slug={names[0]}"] if names else [])]


def _show(text: str) -> None:
    from IPython.display import HTML, display

    display(HTML(f'<pre style="{_STYLE}">{html.escape(text)}</pre>'))
