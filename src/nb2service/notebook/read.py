"""Read: a notebook file becomes numbered cells of plain Python."""

import difflib
import hashlib
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from nb2service.errors import Nb2serviceError
from nb2service.notebook.magics import to_python
from nb2service.notebook.roles import answers_requests, has_role, makes_request

_MARK = re.compile(r"\s*#\s?\|\s*predict\b")


@dataclass(frozen=True)
class Cell:
    """A code cell that holds something.

    Attributes:
        number: what Jupyter shows as `In [number]` after "Restart & Run All": 1 for the first code cell
            that is not empty.
        source: the text as it stands in the notebook.
        python: the same text as Python, line by line: magics translated, other languages blanked out.
        tags: the cell's tags.
        file: the file that the text stands in, if the cell runs it by `%run`; `""` otherwise.
        error: the name of the exception that the saved notebook shows below it; `""` without one.
    """

    number: int
    source: str
    python: str
    tags: frozenset[str]
    file: str = ""
    error: str = ""

    @property
    def title(self) -> str:
        """Its first line of code, for messages; of comments alone the first of these."""
        lines = [line.strip() for line in self.source.splitlines() if line.strip()]
        code = [line for line in lines if not line.startswith("#")]
        return (code or lines or [""])[0][:60]

    @property
    def is_setup(self) -> bool:
        """Whether its code runs when the service starts."""
        return has_role("setup", self.source, self.tags)

    @property
    def is_parameters(self) -> bool:
        """Whether the names that it binds are settings, as papermill has it."""
        return has_role("parameters", self.source, self.tags)


@dataclass(frozen=True)
class Notebook:
    """A notebook as the later steps see it.

    Attributes:
        path: the absolute path of the file.
        cells: its code cells, in the order in which they run.
        ignored: the cells that are marked `ignore`; nothing looks at them but messages.
        kernel: the name of the kernel that it asks for, `""` if it names none.
        sha256: of the code alone, so that running the notebook again does not change it.
        marked_texts: the cells of text that are marked as if they predicted: the number of the code cell
            above each, 0 for none.
    """

    path: Path
    cells: tuple[Cell, ...]
    kernel: str
    sha256: str
    ignored: tuple[Cell, ...] = ()
    marked_texts: tuple[int, ...] = ()

    @property
    def name(self) -> str:
        """The file's name, as messages give it."""
        return self.path.name

    @property
    def last_cell(self) -> int:
        """The number of its last cell; more than their count, where some are ignored."""
        return self.cells[-1].number if self.cells else 0

    def place(self, cell: Cell | int | None = None, line: int | None = None) -> str:
        """Say where something is: `churn.ipynb, cell 7, line 3`."""
        number = cell.number if isinstance(cell, Cell) else cell
        parts = [self.name]
        if number is not None:
            parts.append(f"cell {number}")
        if isinstance(cell, Cell) and cell.file:
            parts.append(f"file {cell.file}")
        if line is not None:
            parts.append(f"line {line}")
        return ", ".join(parts)


def read(path: Path) -> Notebook:
    """Read a Python notebook of any nbformat from 3 on.

    Raises:
        Nb2serviceError: there is no such file, or it holds no notebook, or not one in Python.
    """
    stored = content(path)
    language = _language(stored)
    if language.rstrip("23") not in ("", "python", "ipython"):
        raise Nb2serviceError(
            path.name,
            f"is a notebook in {language}",
            "nb2service serves Python notebooks.",
        )
    found = list(_code_cells(stored["cells"]))
    tried = any(makes_request(cell.source) for cell in found)
    ignored = tuple(
        cell
        for cell in found
        if has_role("ignore", cell.source, cell.tags)
        or (answers_requests(cell.source) and not tried)
    )
    skipped = {cell.number for cell in ignored}
    cells = tuple(cell for cell in found if cell.number not in skipped)
    digest = hashlib.sha256(json.dumps([cell.source for cell in cells]).encode()).hexdigest()
    kernel = str(stored.get("metadata", {}).get("kernelspec", {}).get("name", ""))
    texts = tuple(_marked_texts(stored["cells"]))
    return Notebook(path.absolute(), cells, kernel, digest, ignored, texts)


def content(path: Path) -> Any:
    """Return the notebook of a file as nbformat has it, in its version 4.

    Raises:
        Nb2serviceError: as `read` does.
    """
    if not path.exists():
        raise Nb2serviceError(str(path), "no such file", _remedy_for_missing(path))
    if path.is_dir():
        raise Nb2serviceError(
            str(path), "is a folder, not a notebook", "Give the path of an .ipynb file."
        )
    remedy = "Save it from Jupyter as .ipynb."
    if path.suffix == ".py":
        remedy = f"It looks like a script: jupytext --to ipynb {path.name} makes a notebook of it."
    try:
        parsed = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError) as error:
        raise Nb2serviceError(
            path.name, f"is not a notebook: it holds no JSON ({error})", remedy
        ) from None
    if not isinstance(parsed, dict) or not ({"cells", "worksheets"} & parsed.keys()):
        raise Nb2serviceError(path.name, "is JSON, but not a notebook: it has no cells", remedy)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without ids: the user's notebook is only read
            return nbformat.reads(json.dumps(parsed), as_version=4)
    except Exception as error:  # nbformat raises whatever its converters stumble over
        raise Nb2serviceError(
            path.name,
            f"is a damaged notebook ({type(error).__name__}: {error})".replace("\n", " ")[:300],
            "Open it in Jupyter and save it again.",
        ) from None


def _remedy_for_missing(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"There is no folder {folder} either."
    notebooks = sorted(p.name for p in folder.glob("*.ipynb"))
    close = difflib.get_close_matches(path.name, notebooks, n=1, cutoff=0.5)
    if close:
        return f"Did you mean {folder / close[0]}?"
    if notebooks:
        return f"The notebooks there: {', '.join(notebooks[:5])}."
    return f"There is no notebook in {folder.absolute()}."


def _language(stored: Any) -> str:
    metadata = stored.get("metadata", {})
    for key, field in (("kernelspec", "language"), ("language_info", "name")):
        language = metadata.get(key, {}).get(field)
        if language:
            return str(language).lower()
    return ""


def numbered(path: Path) -> Iterator[tuple[int, Any]]:
    """Give the code cells of a notebook that hold something as nbformat has them, by their numbers.

    Raises:
        Nb2serviceError: as `read` does.
    """
    yield from _numbered(content(path)["cells"])


def _numbered(cells: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    code = (c for c in cells if c.get("cell_type") == "code" and str(c.get("source", "")).strip())
    yield from enumerate(code, 1)


def _code_cells(cells: Iterable[Any]) -> Iterator[Cell]:
    for number, cell in _numbered(cells):
        source = str(cell["source"])
        tags = frozenset(str(tag) for tag in cell.get("metadata", {}).get("tags", []))
        outputs = cell.get("outputs", ())
        errors = [str(o.get("ename", "")) for o in outputs if o.get("output_type") == "error"]
        error = errors[-1] if errors else ""
        yield Cell(number, source, to_python(source), tags, error=error)


def _marked_texts(cells: Iterable[Any]) -> Iterator[int]:
    above = 0
    for cell in cells:
        source = str(cell.get("source", ""))
        if cell["cell_type"] == "code":
            above += bool(source.strip())
        elif "predict" in cell.get("metadata", {}).get("tags", []) or _MARK.match(source):
            yield above
