"""Which line of a cell failed, as IPython's tracebacks of several versions tell it."""

import ast
import re

from nb2service.notebook.magics import without_ours

COLOURS = re.compile(r"\x1b\[[0-9;]*m")
# `Cell In[4], line 3`; `Input In [4], in <cell line: 3>()` in IPython 8.0 to 8.6.
_LINE = re.compile(
    r"^\s*(?:Cell |Input )In\s*\[\d+\],? (?:line |in <cell line: )(\d+)", re.MULTILINE
)
# Before IPython 8: a header without a line, and below it an arrow at the line, `----> 3 x = 1/0`.
_ARROW = re.compile(
    r"^\s*(?:<ipython-input-[^>]*>|Input In \[\d+\],?) in <module>.*?^-+> (\d+) ",
    re.MULTILINE | re.DOTALL,
)
_UNKNOWN_MAGIC = re.compile(r"agic function `(%\w+)` not found|agic `(%%\w+)` not found")
# Cell magics without influence on what their body binds. The first hides an error of it, and both
# hide its line numbers.
_WRAPPER = re.compile(r"\A(\s*)%%(?:capture|time)[ \t]*(?=\n)")
_MAGIC = re.compile(r"%(?!%)(\w+)|get_ipython\(\)\.(?:magic|run_line_magic)\(\W*(\w+)")
# These bind names; the lines below them need those.
_BINDING_MAGICS = frozenset({"run", "pylab", "store", "recall", "rerun", "load", "macro", "time"})


def failed_line(source: str, error: str, text: str, traceback: str) -> int | None:
    """Find the line of a cell's source that failed, counted from 1; None if nothing tells."""
    lines = source.splitlines()
    if error == "UsageError":
        named = _UNKNOWN_MAGIC.search(text)
        magic = (named[1] or named[2]) if named else "%"
        return _first(lines, re.escape(magic) + r"(?!\w)")
    if error == "SystemExit":
        return _first(lines, r"\b(?:exit|quit|parse_args|main)\s*\(|\bSystemExit\b")
    plain = COLOURS.sub("", traceback)
    found = _LINE.search(plain) or _ARROW.search(plain)
    if not found:
        return None
    # IPython drops the blank lines that a cell begins with, before it counts.
    blank = next((n for n, line in enumerate(lines) if line.strip()), 0)
    line = int(found[1]) + blank
    return line if line <= len(lines) else None


def last_line_to_skip(source: str, python: str, line: int | None) -> int | None:
    """Find where a cell may go on although a line failed, because nothing below builds on it.

    That is so for a magic that binds no name, and for an import: who needs its names says so.

    Args:
        source: the cell's text.
        python: the same as Python, line by line.
        line: the line that failed.

    Returns:
        The last line of the failed statement; None if the cell must stop there.
    """
    if line is None:
        return None
    found = _MAGIC.match(source.splitlines()[line - 1])
    if found and (found[1] or found[2]) not in _BINDING_MAGICS:
        return line
    try:
        body = ast.parse(python).body
    except SyntaxError:
        return None
    there = [node for node in body if node.lineno <= line <= (node.end_lineno or 0)]
    if len(there) == 1 and isinstance(there[0], ast.Import | ast.ImportFrom):
        return there[0].end_lineno
    return None


# IPython cuts blank lines off the top, and then counts from the next one.
_BLANK_TOP = re.compile(r"\A[ \t]*\n(?!\s*%%)")


def without_wrapper(source: str) -> str:
    """The cell without `%%time` or `%%capture` around it and without our own magics.

    Each line keeps its number.
    """
    return _BLANK_TOP.sub("#\n", _WRAPPER.sub(r"\1#", without_ours(source)))


def _first(lines: list[str], pattern: str) -> int | None:
    return next((n for n, line in enumerate(lines, 1) if re.search(pattern, line)), None)
