"""`%run helper.py`: what that file defines, the cell defines."""

import ast
import json
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from nb2service.notebook.magics import to_python
from nb2service.notebook.read import Cell, Notebook


def cells_run_by(notebook: Notebook, cell: Cell, node: ast.stmt) -> Iterator[Cell]:
    """Give the cells of the file that a statement runs by `%run`, under the number of its own cell.

    A script is one cell. A file that is not there or cannot be read gives none: running the cell
    will say why.
    """
    match node:
        case ast.Expr(
            ast.Call(
                func=ast.Attribute(attr="run_line_magic"),
                args=[ast.Constant("run"), ast.Constant(str(text))],
            )
        ):
            path = _file(notebook.path.parent, text)
            if path is None:
                return
            for source in _sources(path):
                yield replace(
                    cell, source=source, python=to_python(source), tags=frozenset(), file=path.name
                )


def _file(folder: Path, text: str) -> Path | None:
    try:
        words = shlex.split(text)
    except ValueError:
        return None
    named = next((word for word in words if not word.startswith("-")), None)
    if named is None or "-m" in words:
        return None
    found = (folder / f"{named}{suffix}" for suffix in ("", ".py", ".ipynb"))
    return next((path for path in found if path.is_file()), None)


def _sources(path: Path) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".ipynb":
            return [text]
        cells = json.loads(text).get("cells", [])
        code = [cell["source"] for cell in cells if cell.get("cell_type") == "code"]
    except (OSError, ValueError, KeyError, AttributeError):
        return []
    return [source if isinstance(source, str) else "".join(source) for source in code]
