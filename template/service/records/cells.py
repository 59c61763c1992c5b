"""Values out of the cells of a table of text, by the types of their features."""

import json
import re
from collections.abc import Callable
from typing import Any

from service.contract import Schema
from service.records.conform import kinds

ABSENT = object()  # what an empty cell means for a feature that may not be null

# Python itself reads 1_000 and inf as well, which no table means.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_LONGEST = 300  # digits of a whole number; more of them are beyond all floats
_FLAGS = ("True", "False", "TRUE", "FALSE")


def cell_reader(schema: Schema | None) -> Callable[[str], Any]:
    """Return what makes a value of a cell: text that is none stays, and the contract refuses it."""
    if schema is None:
        return str
    wanted = set(kinds(schema)) - {"null"}
    empty = None if "null" in kinds(schema) or not wanted else ABSENT
    if wanted == {"string"}:
        return lambda cell: cell if cell or empty is ABSENT else None
    if wanted and wanted <= {"number", "integer"}:
        return lambda cell: _number(cell.strip(), empty) if cell else empty
    return lambda cell: _other(cell, "string" in wanted) if cell else empty


def _number(cell: str, empty: Any) -> Any:
    if _NUMBER.fullmatch(cell):
        whole = cell.lstrip("+-").isdigit() and len(cell) < _LONGEST
        return int(cell) if whole else float(cell)
    return empty if cell.lower() == "nan" else cell  # how many writers write no value


def _other(cell: str, text: bool) -> Any:
    """Return what a cell holds as JSON: true, 3.5, a list; a table writes True as well."""
    if text:
        return cell
    try:
        return json.loads(cell.lower() if cell in _FLAGS else cell)
    except ValueError:
        return cell
