"""The floors of slicing/: what lies on one imports from the same floor or from those below."""

import ast
from pathlib import Path

import pytest

from nb2service import places
from nb2service.slicing.reasons import Reason
from support import CHECKOUT

SLICING = Path(places.PACKAGE) / "slicing"
FLOORS = ["reasons", "trace", "operations", "compile"]


def floor_of(parts: tuple[str, ...]) -> int:
    """The floor of a module of slicing/; what lies beside the folders is the top one."""
    return FLOORS.index(parts[0]) if parts and parts[0] in FLOORS else len(FLOORS)


@pytest.mark.parametrize("file", sorted(SLICING.rglob("*.py")), ids=lambda f: f.stem)
def test_imports_go_down(file: Path) -> None:
    own = floor_of(file.relative_to(SLICING).with_suffix("").parts)
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("nb2service."):
            _, room, *rest = (node.module or "").split(".")
            if room == "slicing":
                assert floor_of(tuple(rest)) <= own, node.module


def test_every_reason_has_its_row_in_the_docs() -> None:
    text = (CHECKOUT / "docs" / "bare-cells.md").read_text(encoding="utf-8")
    table = text.partition("## What keeps an input from being one")[2]
    rows = {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")}
    assert {reason.row for reason in Reason} <= rows
