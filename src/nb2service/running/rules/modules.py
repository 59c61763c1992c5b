"""Modules and extensions that the kernel's environment lacks."""

import re
import sys
from pathlib import Path

from nb2service.running.distributions import distribution, is_known
from nb2service.running.trouble import OR_OLDER, Trouble

_OWN_MODULES = re.compile(
    r"^(?:utils?|helpers?|helper_\w+|\w+_(?:utils?|helpers?|functions?|module)|config|settings|src|lib|"
    r"libs?|common|tools?|functions?|my\w+|modules?|preprocess\w*|processing|data_\w+|models?|"
    r"dataset|datasets?_\w+|features?|constants?|custom_?\w*|project_?\w*|scripts?|eval\w*|plot\w*|"
    r"visuali[sz]\w*|vis|train\w*|unittests?|w\dunittest|testCases\w*|\w+_tests?)$"
)

# `sys.path.append("..")`, `sys.path.insert(0, os.path.abspath("../src"))`.
_ADDS_FOLDER = re.compile(r"""sys\.path\.(?:append|insert)\([^'"\n]*(['"])(?P<folder>[^'"\n]+)\1""")


def missing_module(trouble: Trouble) -> str | None:
    """A module that the kernel lacks, or that lay beside the notebook once."""
    if not trouble.module:
        return None
    top = trouble.module.partition(".")[0]
    lies = beside(trouble.notebook.path.parent, top)
    if lies is not None:
        return (
            f"It lies in {lies}, where Python does not look: put this above the import:\n"
            f"    import sys; sys.path.insert(0, {lies!r})"
        )
    if trouble.module != top and _is_installed(trouble.python, top):
        return (
            f"{top} is installed, but in another version than the notebook was written for: see how "
            f"that one names it. {OR_OLDER}"
        )
    if _OWN_MODULES.match(top) and not is_known(top):
        return (
            f"That looks like a module of the notebook's author: {top}.py is not beside the notebook. "
            "Fetch it from where the notebook came from, and put it there."
        )
    if not is_known(top):
        folder = _looks_in(trouble)
        places = f"beside the notebook, nor in {folder!r}" if folder else "beside the notebook"
        named = re.search(rf"\b{top}(?:\.\w+)*", trouble.statement)
        file = (named[0] if named else top).replace(".", "/") + ".py"
        return (
            f"{top} is not installed, and {file} is not {places}. If it is a file of the notebook's "
            "author, fetch it from where the notebook came from. If it is a package, install it: "
            f"{_install(trouble, top)}"
        )
    return (
        f"The notebook's Python lacks it: {_install(trouble, top)}\n"
        "or name another Python with kernel=/path/to/python."
    )


def magic(trouble: Trouble) -> str | None:
    """A magic that IPython does not know, or an extension that is not installed."""
    if trouble.failure.error == "UsageError" and trouble.failure.shown.startswith("%%"):
        return (
            "A magic with %% stands on the first line of its cell: move it there, or take it out."
        )
    if trouble.failure.error == "UsageError":
        return "Take that line out, or load the extension that brings it above."
    if trouble.module and re.search(r"%(?:re)?load_ext", trouble.failure.shown):
        return f"Take that line out, or install the extension: {_install(trouble, trouble.module)}"
    return None


def beside(folder: Path, module: str) -> str | None:
    """The folder near the notebook, but not its own, that a module lies in."""
    for place in ("..", "src", "../src", "../..", "lib", "utils", "scripts", "../scripts"):
        base = folder / place
        if (base / f"{module}.py").is_file() or (base / module / "__init__.py").is_file():
            return place
    return None


def _looks_in(trouble: Trouble) -> str:
    """The folder that a cell up to the failure adds to Python's path; `""` if none does."""
    cells = [c for c in trouble.notebook.cells if c.number <= trouble.failure.cell.number]
    found = [m["folder"] for cell in cells for m in _ADDS_FOLDER.finditer(cell.source)]
    return found[-1] if found else ""


def _is_installed(python: Path, module: str) -> bool:
    """Whether a module lies in the environment of an interpreter."""
    return any(_site_packages(python, module)) or (
        str(python) == sys.executable and module in sys.modules
    )


def _site_packages(python: Path, name: str) -> list[Path]:
    return list(python.parent.parent.glob(f"lib/python3*/site-packages/{name}"))


def _install(trouble: Trouble, module: str) -> str:
    """The command that installs a module into the kernel's environment."""
    name, python = distribution(module), trouble.python
    is_environment = (python.parent.parent / "pyvenv.cfg").is_file()
    if is_environment and not _site_packages(python, "pip"):
        return f"uv pip install --python {python} {name}"  # made by uv, which leaves pip out
    return f"{python} -m pip install {name}"
