"""Tracebacks of the extracted code that name the notebook's cell and line."""

import json
import traceback
from functools import cache
from pathlib import Path
from typing import Any

from service.contract import CONTRACT_FILE

_MODEL = CONTRACT_FILE.parent


def notebook_place(file: str, line: int | None) -> str:
    """Return `churn.ipynb, cell 10, line 4` for a line of model/predict.py, "" for any other."""
    known = _lines()
    if line is None or Path(file) != _MODEL / "predict.py":
        return ""
    for first, last, cell, start in known.get("predict.py", ()):
        if first <= line <= last:
            at = f", line {start + line - first}" if start else ""
            return f"{known['notebook']}, cell {cell}{at}"
    return ""


def last_place(error: BaseException) -> str:
    """Return the last place in the notebook that the error came through, "" if there is none."""
    frames = traceback.extract_tb(error.__traceback__)
    found = [notebook_place(frame.filename, frame.lineno) for frame in frames]
    return next(filter(None, reversed(found)), "")


def told(error: BaseException) -> str:
    """Return the traceback as Python prints it, with the cell beside each line of the notebook."""
    whole = traceback.TracebackException.from_exception(error)
    _name_cells(whole, set())
    return "".join(whole.format()).rstrip("\n")


def _name_cells(told: traceback.TracebackException, seen: set[int]) -> None:
    """Put the notebook's places into the names of the files, here and in the causes."""
    if id(told) in seen:
        return
    seen.add(id(told))
    for frame in told.stack:
        place = notebook_place(frame.filename, frame.lineno)
        if place:
            _ = frame.line  # read it now, as long as the file's name is its name
            frame.filename = f"{place} ({frame.filename})"
    for other in (told.__cause__, told.__context__, *(getattr(told, "exceptions", None) or ())):
        if other is not None:
            _name_cells(other, seen)


@cache
def _lines() -> Any:
    """Return what model/lines.json says; nothing in it is worth a failure."""
    try:
        return json.loads((_MODEL / "lines.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
