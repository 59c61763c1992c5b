"""What is wrong in the notebook itself: its code, its blanks, the order of its cells."""

import difflib
import re

from nb2service.notebook.syntax import syntax_remedy
from nb2service.running.trouble import Trouble

_NAME = re.compile(r"name '(\w+)' is not defined|free variable '(\w+)'|local variable '(\w+)'")


def no_python(trouble: Trouble) -> str | None:
    """A cell that is not Python."""
    if trouble.failure.error not in ("SyntaxError", "IndentationError", "TabError"):
        return None
    lines = trouble.failure.cell.source.splitlines()
    line = trouble.failure.line or 0
    return syntax_remedy(trouble.failure.text, lines[line - 1] if 0 < line <= len(lines) else "")


def exercise_blank(trouble: Trouble) -> str | None:
    """A place that the reader of a course was to fill in: `____`, or `x = ...`."""
    code = re.sub(r"""(['"]).*?\1|#.*""", "", trouble.statement)
    blank = re.search(r"(?<!\w)_{2,}(?!\w)", code) or "llipsis" in trouble.said
    name = _NAME.search(trouble.said)
    if blank or (name and set(name[1] or "x") == {"_"}):
        return "The notebook has blanks to fill in (____ or ...): fill them in and run it in Jupyter first."
    return None


def unbound_name(trouble: Trouble) -> str | None:
    """A name without a value: its cell comes later, hides its error, or is gone."""
    found = _NAME.search(trouble.said) if trouble.failure.error == "NameError" else None
    if not found:
        return None
    name = found[1] or found[2] or found[3]
    number = trouble.failure.cell.number
    cells = [s.cell for s in trouble.scope.statements if name in s.binds]
    later = [cell.number for cell in cells if cell.number > number]
    earlier = [cell.number for cell in cells if cell.number < number]
    if later and not earlier:
        return (
            f"`{name}` gets its value in cell {later[0]} only, which comes later: move that cell up. The "
            "notebook must run from top to bottom (Restart & Run All)."
        )
    if earlier:
        return (
            f"Cell {earlier[-1]} would give `{name}` its value, but has not done so in this run: see why. "
            "The notebook must run from top to bottom (Restart & Run All)."
        )
    within = [
        s.line for s in trouble.scope.statements if name in s.binds and s.cell.number == number
    ]
    if within:
        return (
            f"Line {within[0]} of the cell would give `{name}` its value, but has not done so before: see "
            "why. The notebook must run from top to bottom (Restart & Run All)."
        )
    close = difflib.get_close_matches(
        name, {n for s in trouble.scope.statements for n in s.binds}, 1, 0.8
    )
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return (
        f"No cell gives `{name}` a value: its cell was deleted.{hint} Make the notebook run from top to "
        "bottom (Restart & Run All)."
    )


def no_input(trouble: Trouble) -> str | None:
    """`input()`, `getpass()` or a debugger, which nobody can answer."""
    if trouble.failure.error == "StdinNotImplementedError":
        return "Nobody is there to answer it: assign the value in place of input(), and take debuggers out."
    return None


def command_line(trouble: Trouble) -> str | None:
    """A script's own command line, and other ways to leave."""
    if trouble.failure.error != "SystemExit":
        return None
    if "parse_args" in trouble.failure.cell.source or "argv" in trouble.failure.cell.source:
        return "A notebook has no command line: write parse_args([])."
    return "The cell leaves the notebook itself: take the call of exit() out."
