"""Makers: the statements that a value was made by, through all cells."""

from bisect import bisect_left
from collections.abc import Iterable

from nb2service.notebook.changes import changed_names
from nb2service.notebook.statements import Scope, Statement


def makers(scope: Scope, names: Iterable[str], last_cell: int) -> list[Statement]:
    """The statements that the names' values after the cell `last_cell` depend on, in order.

    Those that bind them, those that change in place what they bound (`model.fit(X, y)`), and what
    these need in turn, as far as the code tells.
    """
    statements = [s for s in scope.statements if s.cell.number <= last_cell]
    binds: dict[str, list[int]] = {}
    touches: dict[str, list[int]] = {}
    for index, statement in enumerate(statements):
        for name in statement.binds:
            binds.setdefault(name, []).append(index)
        for name in statement.binds | changed_names(statement.node):
            touches.setdefault(name, []).append(index)
    found: set[int] = set()
    pending = [(name, len(statements)) for name in names]
    seen: set[tuple[str, int]] = set()
    while pending:
        name, use = pending.pop()
        touching = touches.get(name, [])
        until = bisect_left(touching, use)
        if (name, until) in seen:
            continue
        seen.add((name, until))
        binding = binds.get(name, [])
        before = bisect_left(binding, use)
        start = binding[before - 1] if before else -1
        later = () if start >= 0 and statements[start].is_import else touching[:until]
        for index in {start, *(i for i in later if i > start)} - {-1}:
            found.add(index)
            pending += [(need, index) for need in statements[index].eager]
            # What a function's body needs, it needs when the function is used.
            pending += [(need, use) for need in statements[index].lazy]
    return [statements[index] for index in sorted(found)]
