"""Choose the Python that the notebook runs in: a kernel by its name, or an interpreter by its path."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Notebook

# Python's own kernel; Jupyter gives this name to whatever environment it runs in.
GENERIC = "python3"
_ENVIRONMENTS = (".venv", "venv")


@dataclass(frozen=True)
class Kernel:
    """A kernel to start.

    Attributes:
        name: what messages call it.
        argv: the command that starts it, with `{connection_file}` in it.
        env: environment variables that it sets.
        why: why this one was taken, in words.
        note: what the user should know about that choice, `""` if nothing.
    """

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    why: str
    note: str = ""

    @property
    def python(self) -> str:
        """The interpreter that runs it, as its command names it."""
        return self.argv[0]

    def manager(self) -> KernelSpecManager:
        """A kernel spec manager that knows this kernel alone."""
        return _OneKernel(self)


class _OneKernel(KernelSpecManager):  # type: ignore[misc]
    def __init__(self, kernel: Kernel) -> None:
        super().__init__()
        self.kernel = kernel

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        kernel = self.kernel
        return KernelSpec(argv=list(kernel.argv), env=dict(kernel.env), display_name=kernel.name)


def choose(notebook: Notebook, wanted: str) -> Kernel:
    """Choose the kernel for a notebook.

    Args:
        notebook: the notebook.
        wanted: the name of a kernel or the path of a Python interpreter; `""` takes the kernel that
            the notebook names. Where it names just `python3`, or one that is not installed here, the
            environment `.venv` beside the notebook goes first, if there is one.

    Raises:
        Nb2serviceError: the kernel that was asked for is not installed, or none is.
    """
    if wanted and ("/" in wanted or "\\" in wanted):
        return _interpreter(_existing(notebook, Path(wanted)), "as asked for")
    specs = KernelSpecManager()
    if wanted:
        found = _named(specs, wanted, "as asked for")
        if found is None:
            raise _not_installed(notebook, specs, f"the kernel {wanted!r} was asked for")
        return found
    own = notebook.kernel or GENERIC
    found = _named(specs, own, "the notebook names it")
    if found is not None and own != GENERIC:
        return found
    fallback = _beside(notebook) or found or _named(specs, GENERIC, "this environment's own")
    if fallback is None:
        fact = f"the kernel {own!r} is what the notebook asks for"
        raise _not_installed(notebook, specs, fact)
    if own == GENERIC:
        return fallback
    note = (
        f"The notebook names the kernel {own!r}, which is not installed here; it ran in "
        f"{fallback.name} instead. Name its Python with kernel=/path/to/python if that matters."
    )
    return replace(fallback, why=f"{own} is not installed", note=note)


def _beside(notebook: Notebook) -> Kernel | None:
    """The environment that lies beside the notebook."""
    for environment in _ENVIRONMENTS:
        python = notebook.path.parent / environment / "bin" / "python"
        if python.is_file():
            return _interpreter(python, f"{environment} lies beside the notebook")
    return None


def _named(specs: KernelSpecManager, name: str, why: str) -> Kernel | None:
    try:
        spec = specs.get_kernel_spec(name)
    except (NoSuchKernel, ValueError):  # the second for what cannot be a name
        return None
    argv = tuple(sys.executable if part in ("python", "python3") else part for part in spec.argv)
    return Kernel(name=name, argv=argv, env=dict(spec.env), why=why)


def _not_installed(notebook: Notebook, specs: KernelSpecManager, fact: str) -> Nb2serviceError:
    known = ", ".join(sorted(specs.find_kernel_specs())) or "none"
    return Nb2serviceError(
        notebook.name,
        f"{fact}, but it is not installed here (installed: {known})",
        "Give another one with kernel=NAME, or the Python of the notebook's environment with "
        "kernel=/path/to/python.",
    )


def _existing(notebook: Notebook, python: Path) -> Path:
    if python.is_dir() and (python / "bin" / "python").is_file():
        return python / "bin" / "python"
    if not python.is_file():
        raise Nb2serviceError(
            notebook.name,
            f"there is no Python interpreter {python}",
            "kernel= takes the name of a Jupyter kernel or the path of a Python interpreter.",
        )
    return python


def _interpreter(python: Path, why: str) -> Kernel:
    argv = (str(python.absolute()), "-m", "ipykernel_launcher", "-f", "{connection_file}")
    return Kernel(name=str(python), argv=argv, env={}, why=why)
