"""CSV and JSON Lines: records out of lines, and a line for each answer, in their order."""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from service.contract import Contract, Schema
from service.protocols.asking import invalid, not_carried
from service.protocols.documents import as_record, check_names
from service.records.conform import kinds
from service.records.reader import decode

_FLAGS = {"true": True, "false": False}
_LONGEST = 300  # digits of a whole number; more of them are beyond all floats
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def read_json_lines(body: bytes) -> list[Any]:
    """Return the records of the lines. Raises Refused."""
    return [decode(line) for line in body.splitlines()]


def read_csv(body: bytes, contract: Contract, header: str = "") -> list[Any]:
    """Return the records of the lines; an empty field is null. Raises Refused.

    `header` is "present" or "absent"; without it a first line of nothing but features is one.
    """
    try:
        text = io.StringIO(body.decode("utf-8-sig"), newline="")
        rows = list(csv.reader(text, strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise invalid(f"malformed CSV: {error}") from error
    first = [name.strip() for name in rows[0]] if rows else []
    named = set(first) <= set(contract.features) and set(first) >= contract.required
    if header == "present" or (header != "absent" and named):
        names, rows = first, rows[1:]
        if not named:
            told = ", ".join(contract.features)
            raise invalid(f"expected a header of the features {told}, got {', '.join(first)}")
        check_names(names)
    else:
        names = list(contract.features)
    readers = [_reader(name, contract.features[name]) for name in names]
    return [as_record(contract, _fields(row, readers), names) for row in rows]


def _fields(row: list[str], readers: Sequence[Callable[[str], Any]]) -> list[Any]:
    """Return the values of a line; where it has too many or few fields, that is told later."""
    if len(row) != len(readers):
        return row
    return [read(text) if text else None for read, text in zip(readers, row, strict=True)]


def _reader(name: str, schema: Schema) -> Callable[[str], Any]:
    """Return what reads a field of the feature; one that is no such value stays text."""
    wanted = set(kinds(schema)) - {"null"}
    if wanted == {"string"}:
        return str
    if wanted == {"boolean"}:
        return lambda text: _FLAGS.get(text.strip().lower(), text)
    if wanted and wanted <= {"number", "integer"}:
        return _number
    raise not_carried(f"feature {name} is of a type that CSV does not tell")


def _number(text: str) -> Any:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        whole = text.lstrip("+-").isdigit() and len(text) < _LONGEST
        return int(text) if whole else float(text)
    return None if text.lower() == "nan" else text  # how many writers write no value


def write_json_lines(answers: Sequence[Any]) -> bytes:
    """Return a line of JSON for each answer."""
    return b"".join(msgspec.json.encode(answer) + b"\n" for answer in answers)


def write_csv(answers: Sequence[Any]) -> bytes:
    """Return a line for each answer, the values of an object in their order. Raises Refused."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for answer in answers:
        values = answer.values() if isinstance(answer, Mapping) else answer
        writer.writerow([_cell(one) for one in (values if _is_many(values) else [values])])
    return text.getvalue().encode()


def _is_many(values: Any) -> bool:
    return isinstance(values, list) or not isinstance(values, (str, int, float, type(None)))


def _cell(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise not_carried("the answer is nested, which CSV is not")
    if isinstance(value, bool):
        return "true" if value else "false"
    return value
