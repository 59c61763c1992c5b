"""`%load_ext nb2service`, then `%service` in a cell of the notebook, or `%%service` on top of one."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.jupyter.command import run
from nb2service.jupyter.show import Shown, error_html
from nb2service.jupyter.where import Runs, notebook_of, refuse_unsaved
from nb2service.notebook.magics import RUNNING
from nb2service.recorded import FILE

_RUNS = "_nb2service_runs"


class CellFailedError(Exception):
    """The cell below `%%service` failed; IPython has shown why, and the notebook stops there."""

    def _render_traceback_(self) -> list[str]:
        return [f"No service was made: {self}"]


def load(shell: Any) -> None:
    """Give the shell the magics."""
    unload(shell)
    runs = Runs()
    vars(shell)[_RUNS] = hear = runs.hear
    shell.events.register("pre_run_cell", hear)
    shell.register_magic_function(lambda line: service(shell, runs, line), "line", "service")
    shell.register_magic_function(
        lambda line, cell: service_of_cell(shell, runs, line, cell), "cell", "service"
    )


def unload(shell: Any) -> None:
    """Take them away again."""
    hear = vars(shell).pop(_RUNS, None)
    if hear is not None:
        shell.events.unregister("pre_run_cell", hear)
        for kind in ("line", "cell"):
            shell.magics_manager.magics[kind].pop("service", None)


def service_of_cell(shell: Any, runs: Runs, line: str, cell: str) -> None:
    """Run the cell as usual; then serve it: `%%service [NAME] [--check] …` marks it.

    Raises:
        CellFailedError: it failed.
    """
    done = shell.run_cell(cell, store_history=False)
    if not done.success:
        error = done.error_before_exec or done.error_in_exec
        raise CellFailedError(f"the cell failed ({type(error).__name__})")
    service(shell, runs, line)


def service(shell: Any, runs: Runs, line: str) -> None:
    """Make a service of this notebook, let it follow, or check it: `%service [NAME] [--check] …`.

    NAME is the service's folder, beside the notebook; other words go to `nb2service` as they are.
    """
    if os.environ.get(RUNNING):
        return
    shown = Shown()
    try:
        notebook = notebook_of(shell.user_ns, os.environ)
        refuse_unsaved(notebook, shell.history_manager.input_hist_raw[-1], runs)
        command = command_of(notebook, line.split())
    except Nb2serviceError as error:
        shown.show(error_html(str(error)), str(error))
        return
    run(command, notebook, shown)


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
