"""Filters that look at the label: a request has none, so that they cannot be asked of it.

`df = df[(df["area"] > 4000) & (df["price"] < 300000)]` chose what the model is trained on. That a filter
needs the label, and nothing else does, is told by what is needed on the path with it and without it.
"""

import ast
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol, TypeVar

from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations.guards import ALL_ROWS
from nb2service.slicing.operations.syntax import is_accessor
from nb2service.slicing.operations.values import UnservableError
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.trees import copied

# Methods of a table that give a part of its rows.
_FILTERS = ("query", "drop", "dropna")


class Guarded(Protocol):
    """What is told of a function with guards; see `residual.ResidualFunction`."""

    @property
    def columns(self) -> tuple[Label, ...] | None:
        """The columns that it asks for."""

    @property
    def guards(self) -> tuple[str, ...]:
        """Which rows it refuses."""


Function = TypeVar("Function", bound=Guarded)


def without_label_guards(run: Run, compiled: Callable[[Collection[str]], Function]) -> Function:
    """Return the function without the guards for which alone it would ask for a label.

    Args:
        run: what is known of the run.
        compiled: makes the function without these guards.

    Raises:
        UnservableError: there is no function, whatever its guards.
    """
    function = compiled(())
    asked = {*(function.columns or ())} & (run.labels | run.taught.scaled)
    if not asked or not function.guards:
        return function
    try:
        gone = asked - {*(compiled(function.guards).columns or ())}
        by_label = [
            guard
            for guard in function.guards
            if gone & {*(compiled([g for g in function.guards if g != guard]).columns or ())}
        ]
        return compiled(by_label) if by_label else function
    except UnservableError:
        return function


def unguarded(effect: Effect, left_out: Collection[str]) -> Effect:
    """Return the effect without the filters of these guards: they keep all rows."""
    if effect.node is None or not left_out:
        return effect

    class Parts(ast.NodeTransformer):
        found = False

        def visit_Call(self, call: ast.Call) -> ast.AST:
            node = self.generic_visit(call)
            match node:
                case ast.Call(func=ast.Name(id=name), args=[kept, _, ast.Constant(value=why)]) if (
                    name == ALL_ROWS and why in left_out
                ):
                    whole = _whole(kept)
                    self.found = self.found or whole is not None
                    return node if whole is None else whole
            return node

    parts = Parts()
    node = parts.visit(copied(effect.node))
    return replace(effect, node=node, selection="position") if parts.found else effect


def _whole(kept: ast.expr) -> ast.expr | None:
    """Return the table that a filter takes its rows from; None where its form does not tell."""
    match kept:
        case ast.Subscript(value=ast.Attribute() as accessor, slice=ast.Tuple(elts=[_, which])) if (
            is_accessor(accessor)
        ):
            every = ast.Tuple([ast.Slice(), which], ast.Load())
            return ast.Subscript(accessor, every, kept.ctx)
        case ast.Subscript(value=ast.Attribute(value=table) as accessor) if is_accessor(accessor):
            return table
        case ast.Subscript(value=table):
            return table
        case ast.Call(func=ast.Attribute(value=table, attr=name)) if name in _FILTERS:
            return table
    return None
