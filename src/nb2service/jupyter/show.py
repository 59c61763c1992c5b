"""Show: the progress, the card and the findings as HTML in a cell; all that a notebook says is escaped."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from nb2service.notebook.read import read

_TEMPLATES = Path(__file__).parent / "templates"
# Lines of the cell that are shown above and below the one that a finding is about.
_AROUND = 1


class Shown:
    """One output of a cell, which changes while the command runs."""

    def __init__(self) -> None:
        self._handle: Any = None

    def show(self, html: str, text: str) -> None:
        """Show this in place of what was there; the text is for front ends without HTML."""
        from IPython.display import display

        data = {"text/html": html, "text/plain": text}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


@cache
def _environment() -> Any:
    # Imported here: `%load_ext` alone needs none of it.
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _filled(template: str, **data: Any) -> str:
    return str(_environment().get_template(template).render(**data))


def progress_html(name: str, told: Mapping[str, Any]) -> str:
    """Return which cell runs."""
    return _filled("progress.html", name=name, **told)


def card_html(card: Mapping[str, Any]) -> str:
    """Return the result card; see `card.told`."""
    return _filled("card.html", card=card)


def said_html(text: str) -> str:
    """Return what a command said, as it stands."""
    return _filled("said.html", text=text, state="")


def error_html(text: str) -> str:
    """Return why nothing was made."""
    return _filled("said.html", text=text, state="bad")


def check_html(report: Mapping[str, Any], notebook: Path) -> str:
    """Return the findings of a check, each beside the lines of the cell that it is about."""
    from nb2service.check_card import marked, verdict

    findings = [dict(finding) for finding in report["findings"]]
    cells = (
        {cell.number: cell.source.splitlines() for cell in read(notebook).cells} if findings else {}
    )
    for finding in findings:
        line = None if finding["rule"] == "secret" else finding["line"]  # an output is shared, too
        finding["lines"] = list(_lines(cells.get(finding["cell"], ()), line))
    ordered = sorted(findings, key=lambda f: f["cell"] or 0)
    groups = [(cell, list(found)) for cell, found in groupby(ordered, key=lambda f: f["cell"])]
    return _filled(
        "check.html", report=report, marked=marked(report), verdict=verdict(report), groups=groups
    )


def _lines(source: Sequence[str], line: int | None) -> Iterator[tuple[int, str, bool]]:
    """Give the lines around the one that is meant: number, text, whether it is that one."""
    for number, text in enumerate(source, 1):
        if line is not None and abs(number - line) <= _AROUND:
            yield number, text, number == line
