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
from nb2service.closure.items import Item
from nb2service.closure.modules import LocalModule
from nb2service.notebook.read import Cell
from nb2service.pipeline import Outcome
from nb2service.proving.local_files import other_files
from nb2service.take import Watch

WIDTH = 88
_KINDS = {"import": 0, "code": 1, "literal": 2, "artifact": 3, "setup": 4, "parameter": 5}
# One screen has room for so many lines of what came along.
_MOST_ITEMS = 12


@contextmanager
def progress(name: str) -> Iterator[Watch]:
    """Show which cell of the notebook runs; a bar on a terminal, two lines in a log."""
    console = Console(stderr=True)
    if not console.is_terminal:
        told: list[int] = []

        def tell(index: int, count: int, cell: Cell) -> None:
            if not told:
                print(f"Running {name}, {count} cells", file=sys.stderr, flush=True)
                told.append(count)

        yield tell
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


def report_of(asked: Answers, outcome: Outcome) -> dict[str, Any]:
    """What there is to say about an extraction, as JSON-able data."""
    taken, proof = outcome.extraction, outcome.proof
    record = taken.inference.record
    return {
        "name": asked.name,
        "slug": asked.slug,
        "notebook": taken.notebook.name,
        "mark": {
            "cell": taken.mark.cell.number,
            "how": taken.mark.how,
            "function": taken.mark.function,
        },
        "kernel": {
            "name": outcome.kernel.name,
            "python": taken.python,
            "why": outcome.kernel.why,
        },
        "items": [
            *_modules(taken.modules),
            *(_described(item) for item in _sorted(taken.items.values())),
        ],
        "record": {
            "input": taken.inference.input,
            "features": list(record["properties"]),
            "optional": [n for n in record["properties"] if n not in record["required"]],
        },
        "model_version": taken.model_version,
        "proof": {
            "seen": taken.inference.seen,
            "calls": proof.calls,
            "alike": proof.alike,
            "rows": proof.rows,
            "skews": list(proof.skews),
            "unstable": list(proof.unstable),
        },
        "requirements": dict(outcome.requirements.pins),
        "locked": outcome.lock.note or "locked with hashes",
        "warnings": warnings(outcome),
        "seconds": {step: round(spent, 2) for step, spent in outcome.seconds.items()},
    }


def warnings(outcome: Outcome) -> list[str]:
    """What the user should know before anyone deploys this."""
    taken, proof = outcome.extraction, outcome.proof
    found = []
    function = taken.mark.function
    if proof.skews:
        found.append(
            f"{function} answers a row otherwise alone than in a table ({len(proof.skews)} of "
            f"{proof.rows} rows; {proof.skews[0]}). It looks across the rows of a request, so "
            "clients that send one record get other answers than the notebook."
        )
    found += other_files(function, proof.opened)
    if proof.unstable:
        found.append(f"{function} does not always give the same answer: {proof.unstable[0]}.")
    found += [
        f"`{item.name}` is a table of {item.artifact.rows} rows and comes along whole: are these "
        "training data that should not leave the notebook?"
        for item in taken.artifacts
        if item.artifact and (item.artifact.rows or 0) > 100
    ]
    found += [
        f"`{item.name}` is {_size(item.artifact.bytes)}: every worker of the service loads it."
        for item in taken.artifacts
        if item.artifact and item.artifact.bytes > 100_000_000
    ]
    if outcome.lock.note:
        found.append(f"The requirements are {outcome.lock.note}.")
    return found + list(taken.notes)


def print_card(report: Mapping[str, Any]) -> None:
    """Print the result card and the next three commands."""
    console = Console(width=min(WIDTH, Console().width) if Console().is_terminal else WIDTH)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for label, body in _rows(report):
        rows.add_row(label, body)
    title = f"{report['name']}, from {report['notebook']}"
    console.print(Panel(rows, title=Text(title), title_align="left", expand=False))
    for warning in report["warnings"]:
        console.print(Text(f"Warning: {warning}", style="yellow"))
    console.print(Text("Next:"))
    for command in (f"cd {report['slug']}", "make test", "make run"):
        console.print(Text(f"    {command}"), soft_wrap=True)


def _rows(report: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    mark, kernel, proof = report["mark"], report["kernel"], report["proof"]
    yield "Marked", Text(f"cell {mark['cell']}, {mark['function']}: {mark['how']}")
    yield "Ran in", Text(f"{kernel['name']}, Python {kernel['python']}: {kernel['why']}")
    yield "Took", _items(report["items"])
    features = ", ".join(report["record"]["features"])
    optional = report["record"]["optional"]
    note = f" (optional: {', '.join(optional)})" if optional else ""
    yield "Record", Text(f"{_count(report['record']['features'], 'feature')}: {features}{note}")
    yield "Proof", Text(_proof(proof), style="red" if proof["skews"] else "green")
    pins = ", ".join(f"{name} {version}" for name, version in report["requirements"].items())
    yield "Needs", Text(f"{pins or 'nothing beyond Flask'}; {report['locked']}")
    yield "Version", Text(report["model_version"])
    seconds = report["seconds"]
    yield (
        "Time",
        Text(f"{seconds['notebook']:.1f} s the notebook, {seconds['rest']:.1f} s the rest"),
    )


def _count(things: Sequence[Any], name: str) -> str:
    return f"{len(things)} {name}{'' if len(things) == 1 else 's'}"


def _proof(proof: Mapping[str, Any]) -> str:
    text = f"{proof['alike']} of {proof['calls']} recorded calls answered alike in a fresh process"
    if proof["seen"] > proof["calls"]:
        text += f" (the notebook made {proof['seen']})"
    if proof["rows"]:
        alone = proof["rows"] - len(proof["skews"])
        text += f"; {alone} of {proof['rows']} rows alone as in their table"
    return text


def _items(items: Sequence[Mapping[str, Any]]) -> Table:
    table = Table.grid(padding=(0, 2))
    shown = items if len(items) <= _MOST_ITEMS else items[-(_MOST_ITEMS - 1) :]
    if len(shown) < len(items):
        hidden = items[: len(items) - len(shown)]
        names = ", ".join(item["name"] for item in hidden)
        table.add_row(Text(f"{len(hidden)} more"), Text(names[:40]), Text(""), Text(""))
    for item in shown:
        where = f"cell {item['cell']}" if item["cell"] else ""
        table.add_row(Text(item["becomes"]), Text(item["name"]), Text(where), Text(item["why"]))
    return table


def _sorted(items: Any) -> list[Item]:
    return sorted(items, key=lambda i: (_KINDS[i.becomes], i.cell or 0, i.line, i.name))


def _described(item: Item) -> dict[str, Any]:
    why = f"used by {item.by}"
    if item.artifact:
        kind = item.artifact.type.rpartition(".")[2]
        why = f"{kind}, {_size(item.artifact.bytes)}, {why}"
    elif item.becomes == "parameter":
        why = f"environment variable, {item.source.partition(', ')[2][:-1]} unless set, {why}"
    elif item.becomes == "setup":
        brings = f", brings {', '.join(item.files)}" if item.files else ""
        why = f"runs at start{brings}, {why}"
    elif item.computed:
        why = f"computed there, {why}"
    return {"name": item.name, "becomes": item.becomes, "cell": item.cell, "why": why}


def _modules(modules: Sequence[LocalModule]) -> list[dict[str, Any]]:
    """One entry for each top-level module: a package is one thing, whatever files it has."""
    tops: dict[str, list[LocalModule]] = {}
    for module in modules:
        tops.setdefault(module.name.partition(".")[0], []).append(module)
    found = []
    for top, parts in tops.items():
        users = [part.by for part in parts if part.by.partition(".")[0] != top]
        files = f"{len(parts)} files, " if len(parts) > 1 else ""
        why = f"{files}used by {users[0]}"
        found.append({"name": top, "becomes": "module", "cell": None, "why": why})
    return found


def _size(count: int) -> str:
    for unit, size in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if count >= size:
            return (
                f"{count / size:.0f} {unit}"
                if count >= 100 * size
                else f"{count / size:.3g} {unit}"
            )
    return f"{count} bytes"
