"""Setup items: the names that setup code makes, when the service starts."""

import ast
from collections.abc import Iterable, Mapping, Set
from dataclasses import replace

from nb2service.closure import setup
from nb2service.closure.items import Item
from nb2service.notebook.statements import Scope, Statement


def is_made_by_setup(binding: Statement | None) -> bool:
    """Whether setup code makes the value of the name that the statement binds."""
    return (
        binding is not None
        and binding.cell.is_setup
        and not (binding.is_import or binding.is_definition)
        and not isinstance(binding.node, ast.Delete)
    )


def setup_item(scope: Scope, name: str, binding: Statement, wanted: Set[str]) -> Item:
    """The item of a name that setup code makes."""
    statements = setup.statements_for(scope, binding.cell, [name])
    bound = {n for statement in statements for n in statement.binds}
    return Item(
        name,
        "setup",
        "",
        binding.cell.number,
        statements[0].line,
        frozenset(n for s in statements for n in s.eager) - bound | (bound & wanted),
        frozenset(n for s in statements for n in s.lazy) - bound,
    )


def with_blocks(scope: Scope, taken: Mapping[str, Item], last_cell: int) -> dict[str, Item]:
    """The setup items, with one text for all that a cell brings; cells follow one another."""
    of_cell: dict[int, list[Item]] = {}
    for item in taken.values():
        if item.becomes == "setup":
            of_cell.setdefault(item.cell or 0, []).append(item)
    blocks: dict[str, Item] = {}
    reads = {cell: _reads(scope, taken, items, last_cell) for cell, items in of_cell.items()}
    levels = setup.depth(file for files in reads.values() for file in files)
    for number in sorted(of_cell):
        names = [item.name for item in of_cell[number]]
        statements = _statements(scope, of_cell[number], last_cell)
        home = f'"{setup.below(levels)}"' if levels else ""
        within = f"with notebook_folder({home}):" if reads[number] else ""
        needs = frozenset(n for item in of_cell[number] for n in item.needs) - {*names}
        for item in of_cell[number]:
            blocks[item.name] = replace(
                item,
                source=setup.block(statements, within),
                line=statements[0].line,
                needs=needs | frozenset(n for n in blocks if blocks[n].cell != number),
                files=tuple(reads[number]),
            )
    return blocks


def _statements(scope: Scope, items: Iterable[Item], last_cell: int) -> list[Statement]:
    bindings = [scope.binding(item.name, last_cell) for item in items]
    cell = next(b.cell for b in bindings if b is not None)
    return setup.statements_for(scope, cell, [item.name for item in items])


def _reads(scope: Scope, taken: Mapping[str, Item], items: list[Item], last_cell: int) -> list[str]:
    needed = [taken[n] for item in items for n in item.needs if n in taken]
    texts = {
        part.value
        for item in needed
        if item.becomes in ("literal", "parameter")
        for part in ast.walk(ast.parse(item.source))
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    }
    return setup.files_read(scope.notebook, _statements(scope, items, last_cell), texts)
