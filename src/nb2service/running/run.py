"""Run: execute the notebook in its own kernel and folder, and ask the kernel about its values."""

import asyncio
import atexit
import contextlib
import json
import os
import re
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from nb2service import places
from nb2service.errors import Nb2serviceError
from nb2service.notebook.magics import RUNNING
from nb2service.notebook.read import Cell, Notebook
from nb2service.running.failures import Failure
from nb2service.running.kernels import Kernel
from nb2service.running.tracebacks import failed_line, last_line_to_skip, without_wrapper

# The kernel side is loaded by path: nb2service is not installed in the kernel's environment. Nothing
# of it enters the notebook's names, and no bytecode is written next to the template's files.
_BOOT = """
def boot(folder):
    import importlib, sys, types
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    package = types.ModuleType("_nb2service")
    package.__path__ = [folder]
    sys.modules["_nb2service"] = package
    importlib.import_module("_nb2service.kernel.requests")
    sys.dont_write_bytecode = before
boot({folder!r})
"""
_ASK = "__import__('sys').modules['_nb2service.kernel.requests'].answer({request!r}, {path!r})"

_ENDS_THE_KERNEL = re.compile(r"(?<![\w.])(?:exit|quit)\s*\(\s*\)|os\._exit|os\.kill|os\.abort")
# The service's libraries, and the files that run in the kernel, need at least this Python.
OLDEST = (3, 10)
_VERSION = "__import__('sys').version_info[:2]"


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

    @property
    def outputs(self) -> list[Any]:
        """What the last cell showed, as nbformat has it."""
        cells = self._client.nb.cells
        return list(cells[-1].outputs) if cells else []

    async def start(self) -> None:
        """Load the kernel side and learn which Python it is.

        Raises:
            Nb2serviceError: it is too old.
        """
        reply = await self._execute("", user_expressions={"version": _VERSION})
        version = reply["user_expressions"]["version"].get("data", {}).get("text/plain", "")
        found = tuple(map(int, re.findall(r"\d+", version)))
        if found < OLDEST:
            raise _too_old(self.notebook, self.kernel, found)
        boot = _BOOT.format(folder=str(places.PACKAGE))
        await self._execute(f"exec({boot!r}, {{}})")
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

    async def run(self, cell: Cell) -> list[Failure]:
        """Run one cell as Jupyter would, and say what failed.

        Where a magic that binds no name or an import fails, the lines below it run nevertheless:
        the first plotting library of a cell must not take the others with it.

        Raises:
            Nb2serviceError: the kernel died.
        """
        failures: list[Failure] = []
        source = without_wrapper(cell.source)
        while (failure := await self._run_once(cell, source)) is not None:
            skipped = last_line_to_skip(source, cell.python, failure.line)
            failures.append(replace(failure, went_on=skipped is not None))
            if skipped is None:
                break
            source = "\n".join(["#"] * skipped + source.splitlines()[skipped:])
        return failures

    async def _run_once(self, cell: Cell, text: str) -> Failure | None:
        """Run `text`, which has the lines of the cell."""
        source = nbformat.v4.new_code_cell(text, id=f"cell-{cell.number}")
        self._client.nb.cells.append(source)
        try:
            await self._client.async_execute_cell(source, len(self._client.nb.cells) - 1)
        except CellExecutionError as error:
            found = failed_line(text, error.ename, error.evalue, error.traceback)
            return Failure(cell, found, error.ename, error.evalue)
        except DeadKernelError:
            raise _died(self.notebook, cell) from None
        return None

    async def _execute(self, code: str, **options: Any) -> dict[str, Any]:
        reply = await self._client.kc.execute_interactive(
            code,
            silent=True,
            store_history=False,
            output_hook=lambda message: None,
            timeout=600,
            **options,
        )
        if reply["content"]["status"] != "ok":
            content = reply["content"]
            raise RuntimeError(f"in the kernel: {content.get('ename')}: {content.get('evalue')}")
        return dict(reply["content"])


@asynccontextmanager
async def session(notebook: Notebook, kernel: Kernel) -> AsyncIterator[Session]:
    """Start the kernel in the notebook's folder; end it when the block ends.

    Raises:
        Nb2serviceError: the kernel does not start.
    """
    # Sets of strings are pickled in an order that depends on the hash seed: the same notebook must
    # give the same bytes.
    env = {"PYTHONHASHSEED": "0", **os.environ, RUNNING: "1"}
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
            # nbclient would answer Ctrl-C by killing the kernel and going on without it.
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        except (RuntimeError, OSError, DeadKernelError) as error:
            await _give_up(client)
            raise _did_not_start(notebook, kernel, error) from None
        try:
            running = Session(notebook, kernel, client, Path(folder))
            await running.start()
            yield running
        finally:
            with contextlib.suppress(Exception):  # it is over, however the kernel takes it
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


def _died(notebook: Notebook, cell: Cell) -> Nb2serviceError:
    remedy = "It may have run out of memory; the cell must run in Jupyter first."
    # `exit()` asks the kernel to end, which it does a moment later.
    for before in reversed([c for c in notebook.cells if c.number <= cell.number]):
        if _ENDS_THE_KERNEL.search(before.source):
            remedy = f"Cell {before.number} ends the kernel itself: take that call out."
            break
    return Nb2serviceError(notebook.place(cell), "the kernel died while this cell ran", remedy)


def _too_old(notebook: Notebook, kernel: Kernel, version: tuple[int, ...]) -> Nb2serviceError:
    found, oldest = ".".join(map(str, version)), ".".join(map(str, OLDEST))
    return Nb2serviceError(
        notebook.name,
        f"the kernel {kernel.name!r} is Python {found}, and the service's libraries need {oldest}",
        "Install the notebook's libraries into a newer Python, see that the notebook runs there, and "
        "name it with kernel=/path/to/python.",
    )


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
