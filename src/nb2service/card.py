"""What the user sees: the progress of the run and the result card."""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from nb2service.answers import Answers
from nb2service.notebook.read import Cell
from nb2service.pipeline import Outcome
from nb2service.proving.local_files import other_files
from nb2service.report import PROVE, counted
from nb2service.slicing.summary import rows_of_card
from nb2service.take import Watch
from nb2service.telling import is_told, tell

WIDTH = 88
# What else the card tells of the proof: most readers care for these.
_ALIKE = {
    "drawn": "drawn records",
    "alone": "rows alone as in their batch",
    "shuffled": "batches shuffled",
    "twice": "calls repeated",
    "again": "in another order",
    "threads": "from several threads",
}
# One screen has room for so many lines of what came along.
_MOST_ITEMS = 12
_MOST_NAMES = 40
_MOST_FASTER = 3


@contextmanager
def progress(name: str) -> Iterator[Watch]:
    """Show which cell of the notebook runs; a bar on a terminal, two lines in a log."""
    console = Console(stderr=True)
    if is_told():

        def tell_cell(index: int, count: int, cell: Cell) -> None:
            tell("cell", index=index, count=count, number=cell.number, title=cell.title)

        yield tell_cell
        return
    if not console.is_terminal:
        told: list[int] = []

        def say(index: int, count: int, cell: Cell) -> None:
            if not told:
                print(f"Running {name}, {count} cells", file=sys.stderr, flush=True)
                told.append(count)

        yield say
        return
    columns = (
        TextColumn("Running {task.description}", markup=False),
        BarColumn(24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[cell]}", markup=True),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(name, total=None, cell="starting the kernel")

        def watch(index: int, count: int, cell: Cell) -> None:
            shown = Text(f"cell {cell.number}: {cell.title[:30]}").markup
            bar.update(task, completed=index - 1, total=count, cell=shown)
            if index == count:
                bar.update(task, completed=count)

        yield watch


def card_of(asked: Answers, outcome: Outcome) -> dict[str, Any]:
    """What the card says: the report, and what belongs to this machine and this moment."""
    return {
        **outcome.report,
        "name": asked.name,
        "slug": asked.slug,
        "kernel": {"name": outcome.kernel.name, "why": outcome.kernel.why},
        "warnings": [
            *outcome.report["warnings"],
            *other_files(outcome.extraction.mark.function, outcome.proof.opened),
            *filter(None, [outcome.kernel.note]),
        ],
        **({"page": str(outcome.page)} if outcome.page else {}),
        "seconds": {step: round(spent, 2) for step, spent in outcome.seconds.items()},
    }


def print_card(report: Mapping[str, Any]) -> None:
    """Print the result card and the next commands, and tell them; see `telling.py`."""
    card = _card(report)
    tell("card", **card)
    console = Console(width=min(WIDTH, Console().width) if Console().is_terminal else WIDTH)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for label, body, state in card["rows"]:
        rows.add_row(label, _shown(body, state))
    console.print(Panel(rows, title=Text(card["title"]), title_align="left", expand=False))
    for warning in card["warnings"]:
        console.print(Text(f"Warning: {warning}", style="yellow"))
    console.print(Text("Next:"))
    for command in card["next"]:
        console.print(Text(f"    {command}"), soft_wrap=True)


def _card(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what stands on the card: `title`, `rows`, `warnings` and `next`, the commands.

    Each row has a label, a text or a table of texts, and its state, which is good, bad or nothing.
    """
    return {
        "title": f"{report['name']}, from {report['notebook']}",
        "rows": [(label, body, _state(label, report)) for label, body in _rows(report)],
        "warnings": report["warnings"],
        "next": [f"cd {report['slug']}", "make test", PROVE, "make run"],
    }


def _state(label: str, report: Mapping[str, Any]) -> str:
    if label != "Proof":
        return ""
    return "bad" if report["proof"]["findings"] else "good"


def _shown(body: str | Sequence[Sequence[str]], state: str) -> Text | Table:
    if isinstance(body, str):
        return Text(body, style={"good": "green", "bad": "red"}.get(state, ""))
    table = Table.grid(padding=(0, 2))
    for cells in body:
        table.add_row(*(Text(cell) for cell in cells))
    return table


def _rows(report: Mapping[str, Any]) -> Iterator[tuple[str, str | Sequence[Sequence[str]]]]:
    mark, kernel, proof = report["mark"], report["kernel"], report["proof"]
    yield "Marked", f"cell {mark['cell']}, {mark['function']}: {mark['how']}"
    yield "Ran in", f"{kernel['name']}, Python {report['python']}: {kernel['why']}"
    if "path" in report:
        yield from rows_of_card(report["path"])
    yield "Took", _items(report["items"])
    features, optional = report["record"]["features"], report["record"]["optional"]
    note = f" (optional: {_named(optional)})" if optional else ""
    yield "Record", f"{_count(features, 'feature')}: {_named(features)}{note}"
    yield "Proof", _proof(proof)
    if report["faster"]:
        yield "Faster", _faster(report["faster"])
    pins = ", ".join(f"{name} {version}" for name, version in report["requirements"].items())
    yield "Needs", f"{pins or 'nothing beyond Flask'}; {report['locked']}"
    yield "Version", report["model_version"]
    if report.get("page"):
        yield "Page", report["page"]
    seconds = report["seconds"]
    yield "Time", f"{seconds['notebook']:.1f} s the notebook, {seconds['rest']:.1f} s the rest"


def _named(names: Sequence[str]) -> str:
    """The names in one text; of very many the first, `report.json` has them all."""
    if len(names) <= _MOST_NAMES:
        return ", ".join(names)
    return f"{', '.join(names[: _MOST_NAMES - 1])} and {len(names) - _MOST_NAMES + 1} more"


def _count(things: Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _proof(proof: Mapping[str, Any]) -> str:
    alike, calls = counted(proof, "recorded")
    text = f"{alike} of {calls} recorded calls answered alike in a fresh process"
    if proof["seen"] > calls:
        text += f" (the notebook made {proof['seen']})"
    for check, words in _ALIKE.items():
        alike, asked = counted(proof, check)
        if asked:
            text += f"; {alike} of {asked} {words}"
    return text


def _faster(taken: Sequence[Mapping[str, Any]]) -> str:
    """The outermost methods, which predict calls; what lies within others is in the report."""
    places = [one["at"] for one in taken]
    shown = [one for one in taken if not any(_holds(place, one["at"]) for place in places)]
    names = ", ".join(one["method"] for one in shown[:_MOST_FASTER])
    more = f" and {len(shown) - _MOST_FASTER} more" if len(shown) > _MOST_FASTER else ""
    return f"{names}{more} by a drop-in, equal to the last bit"


def _holds(outer: Sequence[Any], inner: Sequence[Any]) -> bool:
    return len(outer) < len(inner) and list(inner[: len(outer)]) == list(outer)


def _items(items: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    table = []
    shown = items if len(items) <= _MOST_ITEMS else items[-(_MOST_ITEMS - 1) :]
    if len(shown) < len(items):
        hidden = items[: len(items) - len(shown)]
        names = ", ".join(item["name"] for item in hidden)
        table.append([f"{len(hidden)} more", names[:40], "", ""])
    for item in shown:
        where = f"cell {item['cell']}" if item["cell"] else ""
        table.append([item["becomes"], item["name"], where, item["why"]])
    return table
