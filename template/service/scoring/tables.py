"""Tables as files: rows in, by their suffix, and rows out, in pieces of bounded memory."""

import csv
import importlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from service.contract import Contract
from service.records.cells import ABSENT, cell_reader

Row = dict[str, Any]

STANDARD = "-"
FORMATS = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


class TableError(Exception):
    """A table that cannot be read or written; the text says why, and what to do."""


def form_of(path: str, given: str) -> str:
    """Return the format of a table: the one that is given, or by its suffix. Raises TableError."""
    form = given or FORMATS.get(Path(path).suffix.lower(), "")
    if not form and path == STANDARD:
        return "jsonl"
    if not form:
        known = ", ".join(FORMATS)
        raise TableError(f"{path}: its suffix says no format; use {known}, or --format")
    if form == "parquet":
        if path == STANDARD:
            raise TableError("-: Parquet cannot be streamed; use csv or jsonl")
        pyarrow()
    return form


def pyarrow() -> Any:
    """Return pyarrow.parquet. Raises TableError where it is not installed."""
    try:
        return importlib.import_module("pyarrow.parquet")
    except ModuleNotFoundError:
        why = "Parquet needs pyarrow, which is not installed here: pip install pyarrow"
        raise TableError(why) from None


def read_rows(path: str, form: str, contract: Contract, at_once: int) -> Iterator[Row]:
    """Yield the rows of a table as JSON has them. Raises TableError."""
    if form == "parquet":
        for batch in pyarrow().ParquetFile(path).iter_batches(at_once):
            for row in batch.to_pylist():
                yield msgspec.to_builtins(row)
        return
    with _opened(path) as file:
        yield from _csv_rows(file, contract) if form == "csv" else _json_rows(file)


@contextmanager
def _opened(path: str) -> Iterator[IO[str]]:
    if path == STANDARD:
        yield sys.stdin
        return
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            yield file
    except OSError as error:
        raise TableError(f"{path}: cannot be read ({error.strerror})") from error


def _json_rows(file: IO[str]) -> Iterator[Row]:
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(file, 1):
        if line.isspace():
            continue
        try:
            yield decode(line)
        except msgspec.DecodeError as error:
            raise TableError(f"line {number}: malformed JSON ({error})") from error


def _csv_rows(file: IO[str], contract: Contract) -> Iterator[Row]:
    rows = csv.reader(file)
    names = next(rows, [])
    readers = [(name, cell_reader(contract.features.get(name))) for name in names]
    for cells in rows:
        if len(cells) != len(names):
            told = f"line {rows.line_num}: {len(cells)} cells under {len(names)} names"
            raise TableError(f"{told}; mend the file")
        row = {name: read(cell) for (name, read), cell in zip(readers, cells)}  # noqa: B905
        yield {name: value for name, value in row.items() if value is not ABSENT}


class RowWriter:
    """Writes rows of the same names to a file that is open, as CSV or as JSON Lines."""

    def __init__(self, file: IO[str], form: str, names: Sequence[str], *, head: bool) -> None:
        self._file, self._csv, self._names = file, form == "csv", names
        self._encode = msgspec.json.Encoder().encode
        if self._csv:
            self._table = csv.writer(file, lineterminator="\n")
            if head:
                self._table.writerow(names)

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write the rows; a value that is no plain one is JSON in a CSV cell."""
        if self._csv:
            self._table.writerows([_cell(row.get(name)) for name in self._names] for row in rows)
        else:
            self._file.write("".join(self._encode(row).decode() + "\n" for row in rows))


def _cell(value: Any) -> Any:
    if isinstance(value, bool | dict | list):
        return json.dumps(value, ensure_ascii=False)
    return value


def to_parquet(rows: Path, target: Path, at_once: int) -> None:
    """Write JSON Lines as Parquet, piece by piece; the first piece says the types."""
    parquet, arrow = pyarrow(), importlib.import_module("pyarrow")
    writer: Any = None
    with rows.open(encoding="utf-8") as file:
        found = _json_rows(file)
        while piece := [row for _, row in zip(range(at_once), found)]:  # noqa: B905
            table = arrow.Table.from_pylist(piece, schema=writer.schema if writer else None)
            writer = writer or parquet.ParquetWriter(target, table.schema)
            writer.write_table(table)
    if writer is None:
        raise TableError("no row was answered, so the types of a Parquet table are unknown")
    writer.close()
