"""Deploy: the lines of `deploy/` whose value is measured when a service is generated.

Such a line says so itself: `memory: 512Mi  # measured: memory; …`. It may stand in any YAML file there,
also in one that a fork added. What could not be measured keeps the template's value and its reason.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from nb2service.measured import Measured

_LINE = re.compile(r"(?m)^(\s*[\w-]+: )(\S+)  # measured: ([\w-]+); (.*)$")
# Of the startup probe; a probe's timeout is never shorter than the other one.
_PERIOD, _TIMEOUT = 5, 5
# A start may take so many times as long where a CPU is shared.
_SLOWER = 4

# Value and words of a line, by its name.
Lines = Mapping[str, tuple[str, str]]


def lines_of(found: Measured | None) -> Lines:
    """Return what the lines say of a measurement; nothing of what was not measured."""
    if found is None:
        return {}
    seconds = found.start_seconds()
    told = {
        "memory": (
            f"{found.mebibytes(1)}Mi",
            f"{found.mebibytes(1)} MiB with one worker when this was generated",
        ),
        "memory-limit": (
            f"{found.limit()}Mi",
            f"1.5 times {found.mebibytes(2)} MiB, as a worker is renewed beside the old one",
        ),
        "start": (
            str(_SLOWER * seconds // _PERIOD),
            f"{_SLOWER * seconds} s; the start took less than {seconds} s of CPU time, and a shared CPU "
            f"may take {_SLOWER} times as long",
        ),
    }
    slow = found.answer_seconds()
    if slow is not None:
        told["answer"] = (
            str(max(_TIMEOUT, 2 * slow)),
            f"twice the largest recorded call, which took less than {slow} s; {_TIMEOUT} at least",
        )
    return told


def fill_deploy(project: Path, lines: Lines) -> None:
    """Fill in the measured lines of the project's `deploy/`."""

    def filled(line: re.Match[str]) -> str:
        value, words = lines.get(line[3], (line[2], line[4]))
        return f"{line[1]}{value}  # measured: {line[3]}; {words}"

    _rewrite(project, lambda _, text: _LINE.sub(filled, text))


def copy_deploy(project: Path, service: Path) -> None:
    """Fill in the measured lines of the project's `deploy/` as they are in a service's."""

    def as_there(file: Path, text: str) -> str:
        there = service / file.relative_to(project)
        known = _LINE.findall(there.read_text(encoding="utf-8")) if there.is_file() else []
        told = {
            (key, name): f"{key}{value}  # measured: {name}; {words}"
            for key, value, name, words in known
        }
        return _LINE.sub(lambda line: told.get((line[1], line[3]), line[0]), text)

    _rewrite(project, as_there)


def _rewrite(project: Path, changed: Callable[[Path, str], str]) -> None:
    for file in _files(project):
        text = file.read_text(encoding="utf-8")
        if (after := changed(file, text)) != text:
            file.write_text(after, encoding="utf-8")


def _files(project: Path) -> Iterator[Path]:
    for file in sorted((project / "deploy").rglob("*.y*ml")):
        if file.is_file() and not file.is_symlink():
            yield file
