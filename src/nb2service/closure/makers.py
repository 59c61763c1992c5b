"""Makers: the statements that a value was made by, through all cells."""

from collections.abc import Iterable

from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope, Statement


def makers(scope: Scope, names: Iterable[str], last_cell: int) -> list[Statement]:
    """The statements that the names' values after the cell `last_cell` depend on, in order.

    Those that bind them, those that may change in place what they bound (`model.fit(X, y)`), and what
    these need in turn, as far as the code tells.
    """
    found = graph(scope).slice_back(names, scope.end_of(last_cell))
    return [scope.statements[index] for index in found]
