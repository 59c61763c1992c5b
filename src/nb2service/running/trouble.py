"""Trouble: a cell that failed, and what a rule may look at to tell why."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import Scope
from nb2service.running.failures import Failure, lines_of
from nb2service.running.tracebacks import COLOURS

# What may also help where a library has changed.
OR_OLDER = "Or name the Python of the notebook's own environment with kernel=/path/to/python."
# A text that is written in the code.
STRING = re.compile(r"""(['"])(?P<text>[^'"\n]{2,200})\1""")
_MODULE = re.compile(r"No module named '([\w.]+)'")


@dataclass(frozen=True)
class Trouble:
    """A failure and what a rule may look at.

    Attributes:
        failure: what failed.
        notebook: the notebook.
        scope: its statements.
        python: the kernel's interpreter.
    """

    failure: Failure
    notebook: Notebook
    scope: Scope
    python: Path

    @property
    def said(self) -> str:
        """The exception's name and text."""
        return f"{self.failure.error}: {COLOURS.sub('', self.failure.text)}"

    @property
    def statement(self) -> str:
        """The lines of the failing statement; the whole cell if the line is unknown."""
        line = self.failure.line
        for statement in self.scope.statements:
            first, last = lines_of(statement)
            in_cell = statement.cell.number == self.failure.cell.number
            if in_cell and line and first <= line <= last:
                return "\n".join(self.failure.cell.source.splitlines()[first - 1 : last])
        return self.failure.shown if line else self.failure.cell.source

    @property
    def module(self) -> str:
        """The module that Python does not find; `""` if that is not the trouble."""
        found = _MODULE.search(self.said)
        return found[1] if found else ""

    def files(self) -> Iterator[Path]:
        """The existing files that the notebook names up to the failure, the latest first."""
        before = [c.source for c in self.notebook.cells if c.number < self.failure.cell.number]
        for source in (self.statement, self.failure.cell.source, *reversed(before)):
            for found in STRING.finditer(source):
                path = self.notebook.path.parent / found["text"]
                if len(found["text"]) > 2 and path.is_file():
                    yield path


Rule = Callable[[Trouble], str | None]
