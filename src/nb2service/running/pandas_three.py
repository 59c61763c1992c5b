"""What pandas 3 does otherwise without a word, so that a later cell fails: text columns, and copies."""

import re
from collections.abc import Iterator
from pathlib import Path

from nb2service.notebook.read import Notebook
from nb2service.running.failures import Failure

_OBJECT = re.compile(r"[=!]=\s*(?:['\"](?:object|O)['\"]|object\b|np\.object_?\b)")
_IN_PLACE = re.compile(
    r"(?P<table>\w+)(?P<column>\[['\"][^\]]+\]|\.\w+)\.(?P<method>fillna|replace|ffill|bfill|clip)"
    r"\(.*\binplace\s*=\s*True"
)
_MISSING = re.compile(r"\bNaNs?\b|null|missing|infinity", re.IGNORECASE)
_UNLIKE = ("ValueError", "TypeError", "KeyError", "IndexError", "AttributeError")


def silent_change(failure: Failure, notebook: Notebook, python: Path) -> str | None:
    """Say which line above a failure means something else since pandas 3, if one does."""
    if failure.error not in _UNLIKE or not _has_pandas_three(python):
        return None
    if _MISSING.search(failure.text):
        for place, found in _lines(_IN_PLACE, failure, notebook):
            column = f"{found['table']}{found['column']}"
            return (
                f"pandas 3 fills a copy in {column}.{found['method']}(…, inplace=True) ({place}): write "
                f"{column} = {column}.{found['method']}(…)."
            )
    for place, found in _lines(_OBJECT, failure, notebook):
        return (
            f"pandas 3 gives text columns the dtype str, so `{found[0]}` finds none of them ({place}): "
            f"write {found[0][:2]} 'str' there."
        )
    return None


def _lines(
    pattern: re.Pattern[str], failure: Failure, notebook: Notebook
) -> Iterator[tuple[str, re.Match[str]]]:
    """The lines up to the failing cell that the pattern finds, with their places."""
    for cell in notebook.cells:
        if cell.number > failure.cell.number:
            return
        for number, line in enumerate(cell.source.splitlines(), 1):
            found = pattern.search(line)
            if found and not line.lstrip().startswith("#"):
                yield f"cell {cell.number}, line {number}", found


def _has_pandas_three(python: Path) -> bool:
    found = python.parent.parent.glob("lib/python3*/site-packages/pandas-*.dist-info")
    return any(int(path.name.split("-")[1].split(".")[0]) >= 3 for path in found)
