"""Run: execute the notebook in its own kernel and folder, and ask the kernel about its values."""

import asyncio
import atexit
import contextlib
import json
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from nb2service import places
from nb2service.errors import Nb2serviceError
from nb2service.kernels import Kernel
from nb2service.read import Cell, Notebook

# The kernel side is loaded by path: nb2service is not installed in the kernel's environment. Nothing
# of it enters the notebook's names, and no bytecode is written next to the template's files.
_BOOT = """
def boot(paths):
    import importlib, sys, types
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    package = types.ModuleType("_nb2service")
    package.__path__ = paths
    sys.modules["_nb2service"] = package
    importlib.import_module("_nb2service.requests")
    sys.dont_write_bytecode = before
boot({paths!r})
"""
_ASK = "__import__('sys').modules['_nb2service.requests'].answer({request!r}, {path!r})"

Progress = Callable[[Cell], None]


@dataclass(frozen=True)
class KernelInfo:
    """The Python that the notebook runs in.

    Attributes:
        executable: the absolute path of its interpreter.
        python: its version, e.g. `3.11.7`.

    """

    executable: str
    python: str

    @property
    def minor(self) -> str:
        """Its version without the patch level, e.g. `3.11`."""
        return ".".join(self.python.split(".")[:2])


class Session:
    """A running kernel that holds the notebook's values.

    Get one from `session`; it ends with the `async with` block.
    """

    def __init__(self, notebook: Notebook, kernel: Kernel, client: NotebookClient, folder: Path):
        self.notebook = notebook
        self.kernel = kernel
        self._client = client
        self._folder = folder
        self.info = KernelInfo(kernel.python, "")

    async def start(self) -> None:
        """Load the kernel side and learn which Python it is."""
        paths = [str(places.KERNEL), str(places.service()), str(places.PACKAGE)]
        code = f"exec({_BOOT.format(paths=paths)!r}, {{}})"
        await self._execute(code)
        hello = await self.ask("hello")
        self.info = KernelInfo(hello["executable"], hello["python"])

    async def ask(self, request: str, **arguments: Any) -> Any:
        """Ask the kernel side; `request` is a name in `kernel/requests.py`.

        Raises:
            RuntimeError: the kernel side failed, which is a defect of nb2service.

        """
        path = self._folder / "answer.json"
        path.unlink(missing_ok=True)
        asked = json.dumps({"request": request, **arguments})
        await self._execute(_ASK.format(request=asked, path=str(path)))
        if not path.is_file():
            raise RuntimeError(f"the kernel did not answer the request {request!r}")
        reply = json.loads(path.read_text(encoding="utf-8"))
        if "error" in reply:
            raise RuntimeError(f"the kernel failed to answer {request!r}: {reply['traceback']}")
        return reply["ok"]

    async def run(self, cell: Cell) -> None:
        """Run one cell as Jupyter would.

        Raises:
            Nb2serviceError: it fails.

        """
        source = nbformat.v4.new_code_cell(cell.source, id=f"cell-{cell.number}")
        self._client.nb.cells.append(source)
        try:
            await self._client.async_execute_cell(source, len(self._client.nb.cells) - 1)
        except CellExecutionError as error:
            raise failed(self.notebook, cell, error, source, self.kernel) from None
        except DeadKernelError:
            raise Nb2serviceError(
                self.notebook.place(cell),
                "the kernel died while this cell ran",
                "It may have run out of memory; the cell must run in Jupyter first.",
            ) from None

    async def _execute(self, code: str) -> None:
        reply = await self._client.kc.execute_interactive(
            code, silent=True, store_history=False, output_hook=lambda message: None, timeout=600
        )
        if reply["content"]["status"] != "ok":
            content = reply["content"]
            raise RuntimeError(f"in the kernel: {content.get('ename')}: {content.get('evalue')}")


@asynccontextmanager
async def session(notebook: Notebook, kernel: Kernel) -> AsyncIterator[Session]:
    """Start the kernel in the notebook's folder; end it when the block ends.

    Raises:
        Nb2serviceError: the kernel does not start.

    """
    # Sets of strings are pickled in an order that depends on the hash seed: the same notebook must
    # give the same bytes.
    env = {"PYTHONHASHSEED": "0", **os.environ}
    with (
        tempfile.TemporaryDirectory(prefix="nb2s-") as folder,
        Path(folder, "kernel.log").open("wb") as log,
    ):
        client = NotebookClient(
            nbformat.v4.new_notebook(),
            km=_manager(kernel, folder),
            timeout=None,
            resources={"metadata": {"path": str(notebook.path.parent)}},
            shutdown_kernel="immediate",
        )
        try:
            setup = client.async_setup_kernel(
                cleanup_kc=True,  # nbclient ends only kernels of its own making otherwise
                env=env,
                cwd=str(notebook.path.parent),
                stdout=log,
                stderr=log,
            )
            await setup.__aenter__()
        except (RuntimeError, OSError, DeadKernelError) as error:
            await _give_up(client)
            raise _did_not_start(notebook, kernel, error) from None
        try:
            running = Session(notebook, kernel, client, Path(folder))
            await running.start()
            yield running
        finally:
            await setup.__aexit__(None, None, None)


async def _give_up(client: NotebookClient) -> None:
    """Clean up after a kernel that did not start, so that nothing complains when Python ends."""
    atexit.unregister(client._cleanup_kernel)  # nbclient leaves it behind, and it fails
    with contextlib.suppress(Exception):  # whatever is there of it
        client.kc.stop_channels()
    with contextlib.suppress(Exception):
        await client.km.shutdown_kernel(now=True)


def _manager(kernel: Kernel, folder: str) -> AsyncKernelManager:
    """A manager whose kernel listens on Unix sockets where there are any: no port, nobody else."""
    manager = AsyncKernelManager(
        kernel_name="nb2service",
        kernel_spec_manager=kernel.manager(),
        connection_file=str(Path(folder, "kernel.json")),
    )
    if os.name == "posix":
        manager.transport = "ipc"
        manager.ip = str(Path(folder, "k"))
    return manager


def failed(
    notebook: Notebook, cell: Cell, error: CellExecutionError, executed: Any, kernel: Kernel
) -> Nb2serviceError:
    """Say which cell failed, on which line, and what may help."""
    line = _line_in_cell(cell, error.traceback)
    fact = f"{error.ename}: {error.evalue}".replace("\n", " ")[:300].rstrip(".")
    shown = cell.source.splitlines()[line - 1].strip()[:80] if line else cell.title
    return Nb2serviceError(
        notebook.place(cell, line),
        f"the cell fails\n    {shown}\n    {fact}",
        _remedy(error.ename, error.evalue, kernel),
    )


def _remedy(name: str, text: str, kernel: Kernel) -> str:
    if name == "ModuleNotFoundError" and "'" in text:
        module = text.split("'")[1].split(".")[0]
        python = kernel.python
        return (
            f"The notebook's Python lacks it: {python} -m pip install {DISTRIBUTIONS.get(module, module)}"
            "\nor name another Python with kernel=/path/to/python."
        )
    if name == "NameError":
        return (
            "No cell above gives that name a value: a cell was deleted, or ran in another order. "
            "Make the notebook run from top to bottom (Restart & Run All)."
        )
    if name == "FileNotFoundError":
        return "The notebook runs in its own folder; give a path that holds from there."
    return "Make the notebook run from top to bottom (Restart & Run All), then try again."


# Where the name to install is not the name to import.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "cv2": "opencv-python-headless",
    "PIL": "pillow",
    "yaml": "pyyaml",
    "bs4": "beautifulsoup4",
    "skimage": "scikit-image",
    "dateutil": "python-dateutil",
}


def _line_in_cell(cell: Cell, traceback: str) -> int | None:
    """The line of this cell that the traceback names last, from IPython's `Cell In[n], line 3`."""
    import re

    plain = re.sub(r"\x1b\[[0-9;]*m", "", traceback)
    found = re.findall(
        r"(?:Cell In\s*\[\d+\], line (\d+)|<ipython-input-\d+-\w+> in .*\n.*-> (\d+))", plain
    )
    lines = [int(a or b) for a, b in found]
    count = len(cell.source.splitlines())
    return next((line for line in lines if line <= count), None)


def _did_not_start(notebook: Notebook, kernel: Kernel, error: Exception) -> Nb2serviceError:
    python = kernel.python
    try:
        probe = subprocess.run(
            [python, "-c", "import ipykernel"], capture_output=True, text=True, timeout=60
        )
    except OSError:
        return Nb2serviceError(
            notebook.name,
            f"the kernel {kernel.name!r} does not start: there is no program {python}",
            "Its environment was moved or deleted. Name another one with kernel=/path/to/python.",
        )
    if probe.returncode and "No module named" in probe.stderr:
        return Nb2serviceError(
            notebook.name,
            f"the Python {python} cannot run notebooks: it has no ipykernel",
            f"Install it there: {python} -m pip install ipykernel",
        )
    return Nb2serviceError(
        notebook.name,
        f"the kernel {kernel.name!r} does not start ({type(error).__name__}: {error})",
        f"See whether Jupyter starts it; the command is: {' '.join(kernel.argv)}",
    )


def run_async(work: Any) -> Any:
    """Run a coroutine to its end; Ctrl-C ends the kernel too."""
    return asyncio.run(work)
