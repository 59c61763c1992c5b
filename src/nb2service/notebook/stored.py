"""Stored: what the notebook's file says of the last time that its cells were executed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from nb2service.notebook.read import Notebook, numbered


@dataclass(frozen=True)
class Stored:
    """What is stored beside a cell's code.

    Attributes:
        count: the number that Jupyter shows, as in `In [7]`; None if the cell was not executed.
        outputs: its outputs, as nbformat has them.
    """

    count: int | None
    outputs: tuple[Mapping[str, Any], ...]


def stored(notebook: Notebook) -> dict[int, Stored]:
    """Read what is stored, by the number of the cell."""
    return {
        number: Stored(cell.get("execution_count"), tuple(cell.get("outputs", ())))
        for number, cell in numbered(notebook.path)
    }


def shown_text(output: Mapping[str, Any]) -> str:
    """The text of an output: what was printed, or what an expression came to; `""` for others."""
    found = output.get("text", output.get("data", {}).get("text/plain", ""))
    if output.get("name") == "stderr":
        return ""
    return found if isinstance(found, str) else "".join(map(str, found))
