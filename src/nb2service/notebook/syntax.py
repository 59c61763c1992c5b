"""A cell that is not Python, or not Python 3: what it would have done, and what to do about it."""

import re
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Cell, Notebook

_PYTHON_2 = re.compile(
    r"Missing parentheses in call to '(?:print|exec)'|multiple exception types must be"
)
_OLD_LINES = re.compile(
    r"^\s*(?:print\s+[^=(\s]|except\s+\w+\s*,\s*\w+\s*:|raise\s+\w+\s*,|exec\s+['\"])"
)
_PASTED = re.compile(
    r"^\s*(?:>>> |In \[\d*\]:|Out\[\d+\]:|Traceback \(most recent|\$ |[<>=]{7}(?: |$))"
)
_BLANK = re.compile(r"(?<!\w)_{3,}(?!\w)|=\s*(?:#|$)|\.\.\.\.")
_SHELL = re.compile(r"^\s*(?:pip|pip3|conda|apt|apt-get|git|wget|curl|cd|ls)\s+[\w-]")

# What a line of a broken cell gives a value to, or changes in place; the names are the first group.
_LIKELY = tuple(
    re.compile(pattern)
    for pattern in (
        r"\s*((?:\w+\s*,\s*)*\w+)\s*(?::[^=]+)?(?:[-+*/%|&^@]|//|\*\*)?=(?!=)",
        r"\s*(\w+)\s*[.\[].*[^=!<>]=(?!=)",
        r"\s*(\w+)[.\w]*\.(?:fit\w*|partial_fit|append|extend|update|insert|pop|add|drop|train|load\w*)\(",
        r"\s*(?:async\s+)?(?:def|class)\s+(\w+)",
        r"\s*(?:from\s+\S+\s+)?import\s+(.+)",
        r"\s*for\s+(.+?)\s+in\s",
        r".*\bas\s+(\w+)\s*:",
        r"\s*(?:del|global)\s+(.+)",
    )
)


@dataclass(frozen=True)
class Broken:
    """A cell that is not Python.

    Attributes:
        cell: the cell.
        line: the line where Python gives up, counted from 1.
        message: what Python says.
    """

    cell: Cell
    line: int
    message: str

    def error(self, notebook: Notebook) -> Nb2serviceError:
        """The error for such a cell where something depends on it."""
        shown = self.cell.source.splitlines()[self.line - 1 : self.line]
        return Nb2serviceError(
            notebook.place(self.cell, self.line),
            f"syntax error: {self.message}{': ' + shown[0].strip()[:80] if shown else ''}",
            syntax_remedy(self.message, shown[0] if shown else ""),
        )


def likely_names(code: str) -> frozenset[str]:
    """The global names that code which is not Python would probably bind or change."""
    found: set[str] = set()
    inside: int | None = None  # the indentation of the function or class whose body this is
    for line in code.splitlines():
        depth = len(line) - len(line.lstrip())
        if not line.strip() or (inside is not None and depth > inside):
            continue
        inside = depth if re.match(r"\s*(?:async\s+)?(?:def|class)\s", line) else None
        for pattern in _LIKELY:
            if match := pattern.match(line):
                found.update(re.findall(r"[^\W\d]\w*", re.sub(r"[\w.]+\s+as\s+", "", match[1])))
    return frozenset(found)


def syntax_remedy(message: str, line: str) -> str:
    """Say what to do about a syntax error.

    Args:
        message: what Python says.
        line: the line of source.
    """
    if _PYTHON_2.search(message) or _OLD_LINES.search(line):
        return (
            "The notebook is Python 2: translate it once (2to3, or by hand: print(x), except E as e), "
            "and run it in Jupyter."
        )
    if _PASTED.search(line):
        return "That is pasted output and no code: turn the cell into text, or delete it."
    if _SHELL.search(line):
        return f"That is a command for a shell: write !{line.strip()}"
    if _BLANK.search(line):
        return "The notebook has blanks to fill in: fill them in and run it in Jupyter first."
    return "Mend the cell, or delete it if nothing needs it."
