"""Setup: code that runs when the service starts, and the files that it reads."""

import ast
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.statements import Scope, Statement

# Where the notebook's folder lies in `model/files/` if the code reads files above it.
_STANDIN = "notebook"
_SHOWS = frozenset({"print", "display"})
# Folders that every Linux machine has.
_SYSTEM = ("/etc/", "/usr/", "/dev/", "/proc/", "/sys/", "/bin/", "/lib")


def statements_for(scope: Scope, cell: Cell, names: Iterable[str]) -> list[Statement]:
    """The statements of a setup cell that these names need, in order.

    Those that bind one of them, or what these use in turn, and those that bind nothing but work on
    it: `conn.execute("PRAGMA …")`.
    """
    statements = [
        s for s in scope.of_cell(cell) if not (s.is_import or s.is_definition or s.is_future)
    ]
    bound_here = {name for statement in statements for name in statement.binds}
    wanted, taken = {*names}, set[int]()
    while more := [
        at
        for at, s in enumerate(statements)
        if at not in taken and (s.binds & wanted or (_works_on(s) & wanted & bound_here))
    ]:
        taken.update(more)
        for at in more:
            wanted |= (statements[at].eager | statements[at].lazy) & bound_here
    return [statements[at] for at in sorted(taken)]


def _works_on(statement: Statement) -> frozenset[str]:
    match statement.node:
        case ast.Expr(value=ast.Name() | ast.Constant()):
            return frozenset()
        case ast.Expr(value=ast.Call(func=ast.Name(id=name))) if name in _SHOWS:
            return frozenset()
    return frozenset() if statement.binds else statement.eager


def files_read(
    notebook: Notebook, statements: Iterable[Statement], texts: Iterable[str]
) -> list[str]:
    """The files and folders that texts name, as they name them, where they exist.

    Args:
        notebook: paths are relative to its folder.
        statements: setup code, whose string literals count.
        texts: further strings that this code uses.

    Raises:
        Nb2serviceError: one of them is named by an absolute path, which no other machine has.
    """
    folder, found = notebook.path.parent, set(texts)
    for statement in statements:
        for text in _strings(statement.node):
            found.add(text)
            _refuse_absolute(notebook, statement, text)
    return sorted(text for text in found if _is_beside(folder, text))


def _strings(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value


def _is_beside(folder: Path, text: str) -> bool:
    path = os.path.normpath(text)
    if not text.strip() or len(text) > 250 or "\0" in text or Path(text).is_absolute():
        return False
    if set(PurePosixPath(path).parts) <= {".", ".."}:
        return False  # the folder itself, or one that holds it
    try:
        return (folder / path).exists()
    except OSError:
        return False


def _refuse_absolute(notebook: Notebook, statement: Statement, text: str) -> None:
    if not text.startswith("/") or text.startswith(_SYSTEM) or len(text) > 250 or "\0" in text:
        return
    if Path(text).is_file():
        raise Nb2serviceError(
            notebook.place(statement.cell, statement.line),
            f"the setup code reads {text}, which only this machine has",
            "Name the file relative to the notebook's folder: then it comes along.",
        )


def depth(files: Iterable[str]) -> int:
    """How many folders above the notebook's the files reach."""
    return max((PurePosixPath(os.path.normpath(f)).parts.count("..") for f in files), default=0)


def below(levels: int) -> str:
    """Where the notebook's folder lies in `model/files/`, given how far up its files reach."""
    return "/".join([_STANDIN] * levels)


def copy_files(notebook: Notebook, files: Iterable[str], levels: int, target: Path) -> None:
    """Copy the files into `target`, each where its path leads to from the notebook's stand-in."""
    home = target / below(levels)
    home.mkdir(parents=True, exist_ok=True)
    for name in files:
        source = notebook.path.parent / name
        copy = Path(os.path.normpath(home / name))
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy, dirs_exist_ok=True)
        else:
            shutil.copyfile(source, copy)
    if levels:
        (home / ".keep").touch()  # git keeps no empty folder


def block(statements: Iterable[Statement], within: str) -> str:
    """The text of setup code; `within` is the line of a `with` around it, or `""`."""
    text = "\n".join(statement.source for statement in statements)
    return f"{within}\n{indented(text)}" if within else text


def indented(code: str) -> str:
    """The code one level deeper; the lines inside of long strings stay as they are."""
    fixed: set[int] = set()
    for part in ast.walk(ast.parse(code)):
        if isinstance(part, ast.JoinedStr | ast.Constant):
            fixed.update(range(part.lineno + 1, (part.end_lineno or part.lineno) + 1))
    lines = code.splitlines()
    return "\n".join(
        f"    {line}" if line.strip() and number not in fixed else line
        for number, line in enumerate(lines, 1)
    )
