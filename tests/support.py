"""What the tests share: where things lie, and notebooks made of cells."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import nbformat

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = CHECKOUT / "example_notebooks" / "churn_xgboost" / "churn.ipynb"

MakeNotebook = Callable[..., Path]


class Generation(NamedTuple):
    """What a generation left: the service's folder, and what the user read."""

    folder: Path
    stdout: str
    stderr: str


def write_notebook(path: Path, *cells: str, kernel: str = "python3", **metadata: object) -> Path:
    """Write a notebook of code cells; a cell that starts with `# tag: x` gets the tag x instead."""
    nodes = []
    for number, source in enumerate(cells, 1):
        first, _, rest = source.partition("\n")
        node = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        if first.startswith("# tag: "):
            node = nbformat.v4.new_code_cell(rest, id=f"cell-{number}")
            node.metadata["tags"] = [first.removeprefix("# tag: ")]
        nodes.append(node)
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=nodes, metadata={"kernelspec": spec, **metadata})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def tool(name: str) -> str:
    """The path of a program of the environment that the tests run in."""
    return str(Path(sys.executable).parent / name)


def cookiecutter(
    notebook: Path | str | None,
    output: Path,
    *answers: str,
    template: Path | str = CHECKOUT,
    program: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run the real cookiecutter, without questions, from the folder that `output` names."""
    output.mkdir(parents=True, exist_ok=True)
    given = [] if notebook is None else [f"notebook={notebook}"]
    return subprocess.run(
        [program or tool("cookiecutter"), str(template), "--no-input", *given, *answers],
        cwd=output,
        env={**os.environ, "PWD": str(output), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def copy_of_checkout(target: Path) -> Path:
    """The repository's own files, committed or not yet, as a clone would have them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, listed):
        source, copy = CHECKOUT / name, target / name
        if not source.exists() and not source.is_symlink():
            continue  # deleted, not committed yet
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy, follow_symlinks=False)
    return target
