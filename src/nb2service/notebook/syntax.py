"""What to do about a cell that is not Python, or not Python 3."""

import re

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
