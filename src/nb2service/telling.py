"""Telling: what people see in a terminal, told as data to who shows it elsewhere.

A cell of a notebook starts the commands as processes and names a file; they add a line of JSON to it for
each thing that they show.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

VARIABLE = "NB2SERVICE_TELL"


def is_told() -> bool:
    """Whether somebody listens."""
    return bool(os.environ.get(VARIABLE))


def tell(kind: str, **data: Any) -> None:
    """Tell one thing, if somebody listens."""
    path = os.environ.get(VARIABLE)
    if path:
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **data}, ensure_ascii=False) + "\n")


def heard(path: Path, start: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give what was told in a file since the place `start`, each with the place behind it."""
    with path.open("rb") as file:
        file.seek(start)
        for line in file:
            if not line.endswith(b"\n"):
                return  # it is being written
            start += len(line)
            yield start, json.loads(line)
