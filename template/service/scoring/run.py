"""Run: a file of rows becomes a file of answers, chunk by chunk, and goes on where it was ended."""

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import msgspec

from service.contract import Contract
from service.scoring.answers import Answered, Scorer, names_of
from service.scoring.progress import Meter, State, StateFile, counted
from service.scoring.tables import (
    STANDARD,
    Row,
    RowWriter,
    TableError,
    form_of,
    read_rows,
    to_parquet,
)

_CHUNK = 5000  # rows that are in memory at once
_ROW = "row"


@dataclass(frozen=True)
class Job:
    """What to score, and how."""

    source: str
    target: str
    form: str = ""  # of standard input and output, and where a suffix says none
    on_error: str = "fail"  # or "skip", or "column"
    ids: Sequence[str] = ()  # fields of the record that its answer carries; none: its number
    chunk: int = _CHUNK

    def described(self, model_version: str) -> dict[str, Any]:
        """Return what a run must have in common with one that it goes on from."""
        told = {**asdict(self), "ids": list(self.ids), "model_version": model_version}
        if self.source != STANDARD:
            found = Path(self.source).stat()
            told |= {"bytes": found.st_size, "modified": found.st_mtime_ns}
        return told


class Stopped(Exception):
    """A faulty row ended the run, as it was asked to; the text names the row."""


class Run:
    """One run over a job's table."""

    def __init__(self, job: Job, scorer: Scorer, contract: Contract) -> None:
        self._job, self._scorer, self._contract = job, scorer, contract
        self._forms = [form_of(path, job.form) for path in (job.source, job.target)]
        self._streams = job.target == STANDARD
        target = Path(job.target)
        self._part = target.with_name(target.name + ".part")
        self._faults = target.with_name(target.name + ".faults.jsonl")
        self._state = StateFile(target.with_name(target.name + ".state.json"))

    def go(self) -> State:
        """Score all rows; return how many there were. Raises TableError and Stopped."""
        job = self._job.described(self._contract.model_version)
        resumable = not self._streams and self._job.source != STANDARD
        state = self._state.read(job) if resumable else State(job)
        meter = Meter(state.rows)
        rows = read_rows(self._job.source, self._forms[0], self._contract, self._job.chunk)
        rows = islice(rows, state.rows, None)
        with (
            self._opened(self._part, state.out_bytes, sys.stdout) as out,
            self._opened(self._faults, state.fault_bytes, sys.stderr) as told,
        ):
            writer = RowWriter(out, self._part_form, self._names, head=not state.rows)
            while chunk := list(islice(rows, self._job.chunk)):
                state = self._score(chunk, state, writer, told)
                out.flush()
                told.flush()
                if resumable:
                    state = replace(state, out_bytes=_size(out), fault_bytes=_size(told))
                    self._state.write(state)
                meter.tell(state)
        self._finish(state)
        meter.end(state)
        return state

    @property
    def _part_form(self) -> str:
        """The format in which answers are gathered: Parquet cannot be added to."""
        return "jsonl" if self._forms[1] == "parquet" else self._forms[1]

    @property
    def _names(self) -> list[str]:
        error = ["error"] if self._job.on_error == "column" else []
        return [*(self._job.ids or [_ROW]), *names_of(self._contract), *error]

    def _score(self, chunk: list[Row], state: State, writer: RowWriter, told: IO[str]) -> State:
        answers = self._scorer.answers(chunk)
        lines = list(self._lines(chunk, answers, state.rows))
        faulty = [at for at, one in enumerate(answers) if one.faults]
        if faulty and self._job.on_error == "fail":
            at = faulty[0]
            writer.write(lines[:at])
            raise Stopped(f"row {state.rows + at + 1}: {answers[at].faults[0]['message']}")
        for at in faulty:
            fault = {_ROW: state.rows + at + 1, "errors": answers[at].faults, "record": chunk[at]}
            told.write(msgspec.json.encode(fault).decode() + "\n")
        skipped = set(faulty) if self._job.on_error == "skip" else set()
        writer.write([line for at, line in enumerate(lines) if at not in skipped])
        return counted(state, len(chunk) - len(faulty), len(faulty))

    def _lines(self, chunk: list[Row], answers: list[Answered], before: int) -> Iterator[Row]:
        ids, named = self._job.ids, self._contract.named
        empty = dict.fromkeys(names_of(self._contract))
        with_error = self._job.on_error == "column"
        for at, (row, one) in enumerate(zip(chunk, answers, strict=True)):
            line: Row = {_ROW: before + at + 1}
            if ids:
                line = {name: row.get(name) if isinstance(row, dict) else None for name in ids}
            line |= empty if one.faults else named(one.answer)
            if with_error:
                line["error"] = one.faults[0]["message"] if one.faults else None
            yield line

    def _opened(self, path: Path, size: int, stream: IO[str]) -> Any:
        """Open a file behind its whole rows; a stream for standard output."""
        if self._streams:
            return _Borrowed(stream)
        try:
            file = path.open("a", encoding="utf-8", newline="")
        except OSError as error:
            raise TableError(f"{path}: cannot be written ({error.strerror})") from error
        file.truncate(size)
        file.seek(size)
        return file

    def _finish(self, state: State) -> None:
        """Put the answers in their place."""
        if self._streams:
            return
        target = Path(self._job.target)
        if self._forms[1] == "parquet":
            made = target.with_name(target.name + ".new")
            to_parquet(self._part, made, self._job.chunk)
            made.replace(target)
            self._part.unlink()
        else:
            self._part.replace(target)
        if not state.faulty:
            self._faults.unlink()
        self._state.path.unlink(missing_ok=True)


class _Borrowed:
    """A stream of the process, in a `with` that does not close it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __enter__(self) -> IO[str]:
        return self._stream

    def __exit__(self, *_: object) -> None:
        self._stream.flush()


def _size(file: IO[str]) -> int:
    return os.fstat(file.fileno()).st_size
