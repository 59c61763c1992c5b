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


@cache
def _lines() -> Any:
    """Return what model/lines.json says; nothing in it is worth a failure."""
    try:
        return json.loads((_MODEL / "lines.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
