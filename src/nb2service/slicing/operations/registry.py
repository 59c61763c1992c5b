"""The operations of all families, by the names of the functions and methods that they are about."""

import ast
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path

from nb2service.slicing.operations.aggregates import captures_part
from nb2service.slicing.operations.operation import Analysis, Call, Narrowed, Operation, Tables
from nb2service.slicing.operations.values import Value
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.probes import Capture
from nb2service.slicing.trace.trees import name_of


@cache
def _by_name() -> dict[str, list[Operation]]:
    found: dict[str, list[Operation]] = {}
    folder = Path(__file__).parent
    for name in sorted(module.name for module in pkgutil.iter_modules([str(folder)])):
        module = import_module(f"{__package__}.{name}")
        operations: Sequence[Operation] = getattr(module, "OPERATIONS", ())
        for operation in operations:
            for called in operation.names:
                found.setdefault(called, []).append(operation)
    return found


def _operations(call: ast.Call) -> Iterator[Operation]:
    yield from _by_name().get(name_of(call), ())


def capture_of(node: ast.expr) -> Capture | None:
    """How the kernel captures an expression while it runs, None if it need not."""
    if not isinstance(node, ast.Call):
        return "keep" if captures_part(node) else None
    ways = (one.captures(node) for one in _operations(node) if one.captures is not None)
    return next(filter(None, ways), None)


def forward(call: Call, analysis: Analysis) -> Value | None:
    """What a call does to rows; None if no operation claims it."""
    for operation in _operations(call.node):
        if operation.forward is not None:
            value = operation.forward(call, analysis)
            if value is not None:
                return value
    return None


def columns(call: ast.Call, tables: Tables) -> list[Label] | None:
    """The columns that a call gives; None if unknown."""
    for operation in _operations(call):
        if operation.columns is not None:
            found = operation.columns(call, tables)
            if found is not None:
                return found
    return None


def narrowed(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """Which columns a call reads where some are wanted; None if no operation claims it."""
    for operation in _operations(call):
        if operation.narrowed is not None:
            found = operation.narrowed(call, want, tables)
            if found is not None:
                return found
    return None


def keeps_columns(call: ast.Call, tables: Tables) -> bool:
    """Whether each column of what a call gives comes from the same column of what it is a method of."""
    return any(
        one.by_column is not None and one.by_column(call, tables) for one in _operations(call)
    )
