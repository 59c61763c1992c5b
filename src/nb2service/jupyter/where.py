"""Where: which notebook a kernel belongs to, and whether its file is what the user sees."""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import numbered

_SAVE = "Save the notebook (Ctrl-S) and run this cell again."


@dataclass
class Runs:
    """The cells that ran since `%load_ext nb2service`: when, and their texts."""

    ran: list[tuple[float, str]] = field(default_factory=list)

    def hear(self, info: Any) -> None:
        """Note a cell that is about to run; IPython calls this."""
        if info is not None and info.store_history and info.raw_cell.strip():
            self.ran.append((time.time(), info.raw_cell))

    def since(self, moment: float) -> Iterator[str]:
        """Give the texts of those that ran later than this."""
        yield from (text for when, text in self.ran if when > moment)


def notebook_of(names: Mapping[str, Any], environment: Mapping[str, str]) -> Path:
    """Return the path of the notebook that a kernel belongs to, as its front end tells it.

    Raises:
        Nb2serviceError: the front end does not tell it, or not truly.
    """
    told = names.get("__vsc_ipynb_file__") or environment.get("JPY_SESSION_NAME", "")
    path = Path(str(told))
    if not told or path.suffix != ".ipynb" or not path.is_file():
        raise Nb2serviceError(
            "%service",
            f"this front end does not say which notebook it is ({told or 'no name'})",
            "In a terminal: nb2service new NOTEBOOK",
        )
    return path.absolute()


def refuse_unsaved(notebook: Path, cell: str, runs: Runs) -> None:
    """Raise Nb2serviceError if the file is not what was run: a service is made of what is on disk.

    That is certain of this very cell, and of a cell that ran after the file was saved. One that ran
    before may have been edited and saved since.
    """
    saved = {str(node.source).strip() for _, node in numbered(notebook)}
    if cell.strip() not in saved:
        raise Nb2serviceError(
            notebook.name, "the file lacks this cell, so the notebook has unsaved changes", _SAVE
        )
    lacks = [t for t in runs.since(notebook.stat().st_mtime) if t.strip() not in saved]
    if lacks:
        raise Nb2serviceError(
            notebook.name,
            f"the file lacks what ran since it was saved, the cell `{_first_line(lacks)}`",
            _SAVE,
        )


def _first_line(texts: Sequence[str]) -> str:
    return texts[-1].strip().splitlines()[0][:60]
