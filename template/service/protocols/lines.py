"""CSV and JSON Lines: records out of lines, and a line for each answer, in their order."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from service.contract import Contract, Record, Schema
from service.protocols.asking import invalid, not_carried
from service.protocols.documents import check_names
from service.records.cells import ABSENT, cell_reader
from service.records.conform import kinds
from service.records.reader import decode


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
    return [_record(row, names, readers) for row in rows]


def _record(
    row: Sequence[str], names: Sequence[str], readers: Sequence[Callable[[str], Any]]
) -> Record:
    if len(row) != len(names):
        raise invalid(
            f"expected {len(names)} fields ({', '.join(names)}) in a line, got {len(row)}"
        )
    values = (read(text) for read, text in zip(readers, row, strict=True))
    return {name: value for name, value in zip(names, values, strict=True) if value is not ABSENT}


def _reader(name: str, schema: Schema) -> Callable[[str], Any]:
    """Return what reads a field of the feature. Raises Refused where a number may be text."""
    wanted = set(kinds(schema)) - {"null"}
    if not wanted or ("string" in wanted and len(wanted) > 1):
        raise not_carried(f"feature {name} is of a type that CSV does not tell")
    return cell_reader(schema)


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
