"""The exporter `service` of nbconvert: a notebook becomes the zip of its Flask service.

It is found by its entry point: `jupyter nbconvert --to service churn.ipynb`, and in JupyterLab under "Save
and Export Notebook As".
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from nbconvert.exporters.exporter import Exporter
from traitlets import List, Unicode, default
from traitlets.config import Application

from nb2service.errors import Nb2serviceError
from nb2service.jupyter.archive import archived
from nb2service.notebook.magics import RUNNING
from nb2service.notebook.read import numbered
from nb2service.telling import VARIABLE


class ExportError(Exception):
    """Why there is no service: what `nb2service new` says."""


class ServiceExporter(Exporter):  # type: ignore[misc]
    """Generate the service of a saved notebook, and give it as one zip."""

    export_from_notebook = "Flask service"
    output_mimetype = "application/zip"

    answers = List(
        Unicode(),
        help="Answers to the template's questions, KEY=VALUE, as `nb2service new` takes them.",
    ).tag(config=True)

    @default("file_extension")  # type: ignore[untyped-decorator]
    def _file_extension(self) -> str:
        return ".zip"

    def from_notebook_node(
        self, nb: Any, resources: Any | None = None, **kw: Any
    ) -> tuple[bytes, Any]:
        """Return the zip and the resources.

        Raises:
            ExportError: there is no service of it. In the command that is one line and exit status 1,
                for nbconvert itself would print a traceback.
        """
        resources = self._init_resources(resources)
        try:
            return self._archive(nb, resources["metadata"]), resources
        except ExportError as error:
            if not _is_command():
                raise
            print(error, file=sys.stderr)
            sys.exit(1)

    def _archive(self, nb: Any, told: Any) -> bytes:
        notebook = _saved(nb, Path(told.get("path") or ".", f"{told.get('name')}.ipynb"))
        with tempfile.TemporaryDirectory(prefix="nb2s-") as folder:
            done = subprocess.run(
                [
                    sys.executable,
                    "-m",
                    "nb2service.cli",
                    "new",
                    notebook,
                    *self.answers,
                    "-o",
                    folder,
                ],
                cwd=notebook.parent,
                env=_environment(notebook.parent),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
            )
            made = sorted(Path(folder).iterdir())
            if done.returncode or len(made) != 1:
                raise ExportError(_without_progress(done.stderr))
            self.log.info("%s", done.stdout.rstrip())
            return archived(made[0], notebook)


def _is_command() -> bool:
    """Whether nbconvert's own command exports, not a server: that must not end."""
    return bool(Application.initialized()) and Application.instance().name == "jupyter-nbconvert"


def _saved(nb: Any, path: Path) -> Path:
    """Return the path of the notebook's file: its folder has the data and the modules that it needs."""
    path = path.absolute()
    try:
        same = [node.source for _, node in numbered(path)] == [
            cell.source for cell in nb.cells if cell.cell_type == "code" and cell.source.strip()
        ]
    except Nb2serviceError as error:
        raise ExportError(str(error)) from None
    if not same:
        told = Nb2serviceError(
            path.name,
            "the file has other code than what is exported",
            "Save the notebook (Ctrl-S).",
        )
        raise ExportError(str(told))
    return path


def _environment(folder: Path) -> dict[str, str]:
    left_out = ("FORCE_COLOR", "CLICOLOR_FORCE", VARIABLE, RUNNING)
    return {**{k: v for k, v in os.environ.items() if k not in left_out}, "PWD": str(folder)}


def _without_progress(text: str) -> str:
    """Return what was said without the line that tells that the notebook runs."""
    lines = [line for line in text.strip().splitlines() if not line.startswith("Running ")]
    return "\n".join(lines).strip() or "nb2service: was stopped; nothing was made."
