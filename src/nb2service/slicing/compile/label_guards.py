"""Filters that look at the label: a request has none, so that they cannot be asked of it.

`df = df[(df["area"] > 4000) & (df["price"] < 300000)]` chose what the model is trained on. That a filter
needs the label, and nothing else does, is told by what is needed on the path with it and without it,
and by what it names: one that is thought to need the whole table may not look at the label at all.
"""

import ast
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations.guards import ALL_ROWS, is_guard
from nb2service.slicing.operations.syntax import is_accessor
from nb2service.slicing.operations.values import UnservableError
from nb2service.slicing.trace.labels import Label, columns_set
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied

# `price` and `monthly rent` in "price > 0 and `monthly rent` < 9".
_WORDS = re.compile(r"(?<=`)[^`]+(?=`)|\w+")
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


def without_label_guards(
    run: Run,
    compiled: Callable[[Collection[str]], Function],
    effects: Callable[[], Sequence[Effect]],
) -> Function:
    """Return the function without the guards for which alone it would ask for a label.

    Args:
        run: what is known of the run.
        compiled: makes the function without these guards.
        effects: gives the effects that the function is made of.

    Raises:
        UnservableError: there is no function, whatever its guards.
    """
    function = compiled(())
    asked = {*(function.columns or ())} & (run.labels | run.taught.scaled)
    if not asked or not function.guards:
        return function
    try:
        gone = asked - {*(compiled(function.guards).columns or ())}
        looking = [g for g in function.guards if gone & named_by(effects(), g)]
        by_label = [
            guard
            for guard in looking
            if gone & {*(compiled([g for g in function.guards if g != guard]).columns or ())}
        ]
        return compiled(by_label) if by_label else function
    except UnservableError:
        return function


def named_by(effects: Sequence[Effect], guard: str) -> set[str]:
    """Return what a guard names, or what made that: columns, names and texts."""
    named: set[str] = set()
    table = ""
    for effect in reversed(effects):
        if effect.node is None:
            continue
        if (call := _call_of(effect.node, guard)) is not None:
            table = call.args[1].id if isinstance(call.args[1], ast.Name) else ""
            named |= _named_in(call.args[:1], table)
        elif named & ({*(effect.columns or ())} or {*effect.names} - {table}):
            named |= _named_in([effect.node], table)
    return named


def _call_of(node: ast.AST, guard: str) -> ast.Call | None:
    for part in ast.walk(node):
        match part:
            case ast.Call(args=[*_, ast.Constant(value=why)]) if why == guard and is_guard(part):
                return part
    return None


def _named_in(nodes: Iterable[ast.AST], table: str) -> set[str]:
    found = set()
    for part in (part for node in nodes for part in ast.walk(node)):
        match part:
            case ast.Name(id=text) | ast.Attribute(attr=text):
                found.add(text)
            case ast.Constant(value=str(text)):
                found.update([text, *_WORDS.findall(text)])  # of a query, too
    return found - {table}


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


def labels_set_by_rows(run: Run, before: Step) -> bool:
    """Return whether columns of labels were set before a step by what other columns hold."""
    return any(s.event < before.event and _sets_label(s.node, run) for s in run.steps)


def _sets_label(node: ast.stmt, run: Run) -> bool:
    """Return whether it sets a column of labels in some rows by what other columns hold.

    `df.loc[df["area"] > 300, "price"] = 0` makes a filter on the price one on the area.
    """
    match node:
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            given = [target.slice, value]
        case ast.AugAssign(target=ast.Subscript() as target, value=value):
            given = [target.slice, value]
        case _:
            return False
    if not run.labels.intersection(columns_set(target) or ()):
        return False
    known = {c for step in run.steps for v in step.versions.values() for c in v.get("columns", ())}
    others = known - run.labels - run.taught.scaled
    return bool(_named_in(given, "") & others)


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
