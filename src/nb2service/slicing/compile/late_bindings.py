"""Hold what the notebook changes later: frozen copies, and names of their own for all frozen values."""

import ast
import keyword
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nb2service.notebook.statements import BUILTINS, Scope
from nb2service.slicing.compile.effects import Act
from nb2service.slicing.compile.forward import RESULT
from nb2service.slicing.compile.liveness import Live
from nb2service.slicing.operations.names import FIXED
from nb2service.slicing.trace.constants import Freezer, Frozen, hint_for, kept, key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.snapshots import StopError
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied


def with_values(run: Run, start: Input, alive: Live, freezer: Freezer) -> list[Act]:
    """The acts with a frozen copy of every value that a later statement of the notebook changed."""
    rows = {start.name, *(act.name for act in alive.acts)}
    found = []
    for act in alive.acts:
        node = act.node
        if node is not None:
            known = rows | _local_names(node)
            node = _Hold(run, act.step, known, freezer).visit(copied(node))
        found.append(replace(act, node=node))
    return found


class _Hold(ast.NodeTransformer):
    """Put a frozen copy in place of each name that means something else by the end.

    Of another table that only tells its columns these are frozen: it is no part of a service.
    """

    def __init__(self, run: Run, step: Step, known: set[str], freezer: Freezer) -> None:
        self.run, self.step, self.known, self.freezer = run, step, known, freezer

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                attr in FIXED
                and name not in self.known
                and self.run.versions.before(name, self.step.event).get("kind") == "frame"
                and kept(self.step, node)
            ):
                text, hint = ast.unparse(node), hint_for(node)
                return self.freezer.freeze(Frozen(self.step, text, None, key_of(node), hint))
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if not isinstance(node.ctx, ast.Load) or name in self.known or self.freezer.of(name):
            return node
        if not self.run.scope.binds(name):
            return node
        if self.run.live(name, self.step):
            self._refuse_changed(name, {name})
            return node
        if name not in self.step.copies:
            why = f"`{name}` gets another value later, and what it held was not kept"
            raise StopError(why, self.step)
        return self.freezer.freeze(Frozen(self.step, name, name, None, name))

    def _refuse_changed(self, function: str, known: set[str]) -> None:
        """Refuse a function that means something else by the end, by itself or by a name in it."""
        cell = self.run.answer.statement.cell.number
        binding = self.run.scope.binding(function, cell)
        if binding is None or not (binding.is_definition or isinstance(binding.value, ast.Lambda)):
            return
        if binding.is_definition and binding.follows(self.step.statement):
            raise StopError(f"`{function}` is defined anew later", self.step)
        for name in sorted(binding.lazy - known):
            if not self.run.scope.binds(name):
                continue
            if not self.run.live(name, self.step):
                why = f"`{function}` uses `{name}`, which gets another value later"
                raise StopError(why, self.step)
            known.add(name)
            self._refuse_changed(name, known)


def _local_names(node: ast.stmt) -> set[str]:
    """The names of lambdas' parameters, and those that get a value within the statement."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            found.add(part.arg)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
    return found


def names_of(scope: Scope, values: Sequence[Frozen], taken: Iterable[str]) -> list[str]:
    """A name of its own for each frozen value, by what it is."""
    used, found = set(taken) | {RESULT}, list[str]()
    for value in values:
        base = value.hint if value.hint.isidentifier() else f"value_{value.step.cell}"
        if keyword.iskeyword(base):
            base += "_"
        name, count = base, 1
        while name in used or scope.binds(name) or name in BUILTINS:
            count += 1
            name = f"{base}_{count}"
        used.add(name)
        found.append(name)
    return found


def renamed(act: Act, names: Sequence[str]) -> Act:
    """The act with the names of the frozen values in place of their placeholders."""

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            if node.id.startswith("__frozen_"):
                return ast.Name(names[int(node.id.strip("_").partition("_")[2])], node.ctx)
            return node

    if act.node is None:
        return act
    node = Rename().visit(act.node)
    return replace(act, node=node)
