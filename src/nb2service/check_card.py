"""What the user sees of a check."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

# As wide as the result card, whose module takes half a second to load.
WIDTH = 88
_STYLE = {"error": "red", "warning": "yellow"}


def print_check(report: Mapping[str, Any], *, as_json: bool) -> None:
    """Print a check, for people or for machines."""
    if as_json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
        return
    console = Console(width=min(WIDTH, Console().width) if Console().is_terminal else WIDTH)
    console.print(Text(f"{report['notebook']}: {marked(report)}"), soft_wrap=True)
    if report["comes_along"]:
        console.print(Text("Would come along:"))
        console.print(_along(report["comes_along"]))
    for finding in report["findings"]:
        console.print()
        told = Text(f"{finding['severity']}: ", style=_STYLE[finding["severity"]])
        told.append(f"{finding['place']}: {finding['fact']}  [{finding['rule']}]", style="default")
        console.print(told, soft_wrap=True)
        for line in filter(None, finding["remedy"].split("\n")):
            console.print(Text(f"    {line}"), soft_wrap=True)
    console.print()
    console.print(Text(verdict(report)))


def marked(report: Mapping[str, Any]) -> str:
    """Return what is marked, in words."""
    mark, callers = report["mark"], report["called_in"]
    if mark is None:
        return "nothing is marked that could be served"
    if mark["bare"]:
        return f"cell {mark['cell']}, a bare cell: {mark['how']}; its input is found by running it"
    cells = f"called in {_cells(callers)}" if callers else "never called"
    return f"cell {mark['cell']}, {mark['function']}: {mark['how']}; {cells}"


def _cells(numbers: Sequence[int]) -> str:
    return f"cell{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _along(items: Sequence[Mapping[str, Any]]) -> Table:
    table = Table.grid(padding=(0, 2))
    for item in items:
        where = f"cell {item['cell']}" if item["cell"] else ""
        cells = (f"  {item['becomes']}", item["name"], where, item["why"])
        table.add_row(*(Text(cell) for cell in cells))
    return table


def verdict(report: Mapping[str, Any]) -> str:
    """Return how many faults there are, in words."""
    counts = [(report["errors"], "error"), (report["warnings"], "warning")]
    told = [f"{count} {name}{'' if count == 1 else 's'}" for count, name in counts if count]
    return ", ".join(told) if told else "Nothing found that would go wrong."
