"""Late bindings: copies of what the notebook changes later, and names for all constants."""

import ast
import keyword
from collections.abc import Iterable, Sequence
from dataclasses import replace

from nb2service.notebook.statements import BUILTINS, Scope
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.forward import RESULT
from nb2service.slicing.compile.liveness import Live
from nb2service.slicing.operations.aggregates import FIXED
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import Captured, ConstantPool, captured, hint_for, key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied


def with_values(run: Run, start: Input, alive: Live, pool: ConstantPool) -> list[Effect]:
    """The effects with a copy of every value that a later statement of the notebook changed."""
    rows = {start.name, *(effect.name for effect in alive.effects)}
    found = []
    for effect in alive.effects:
        node = effect.node
        if node is not None:
            known = rows | _local_names(node)
            node = _Hold(run, effect.step, known, pool).visit(copied(node))
        found.append(replace(effect, node=node))
    return found


class _Hold(ast.NodeTransformer):
    """Put a constant copy in place of each name that means something else by the end.

    Of another table that only tells its columns these are frozen: it is no part of a service.
    """

    def __init__(self, run: Run, step: Step, known: set[str], pool: ConstantPool) -> None:
        self.run, self.step, self.known, self.pool = run, step, known, pool

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                attr in FIXED
                and name not in self.known
                and self.run.snapshots.before(name, self.step.event).get("kind") == "frame"
                and captured(self.step, node)
            ):
                text, hint = ast.unparse(node), hint_for(node)
                return self.pool.add(Captured(self.step, text, None, key_of(node), hint))
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if not isinstance(node.ctx, ast.Load) or name in self.known or self.pool.of(name):
            return node
        if not self.run.scope.binds(name):
            return node
        if self.run.live(name, self.step):
            self._refuse_changed(name, {name})
            return node
        if name not in self.step.copies:
            raise self._unservable(Reason.CHANGED_LATER, name)
        return self.pool.add(Captured(self.step, name, name, None, name))

    def _refuse_changed(self, function: str, known: set[str]) -> None:
        """Refuse a function that means something else by the end, by itself or by a name in it."""
        cell = self.run.answer.statement.cell.number
        binding = self.run.scope.binding(function, cell)
        if binding is None or not (binding.is_definition or isinstance(binding.value, ast.Lambda)):
            return
        if binding.is_definition and binding.follows(self.step.statement):
            raise self._unservable(Reason.DEFINED_ANEW, function)
        for name in sorted(binding.lazy - known):
            if not self.run.scope.binds(name):
                continue
            if not self.run.live(name, self.step):
                raise self._unservable(Reason.USES_CHANGED, function, name)
            known.add(name)
            self._refuse_changed(name, known)

    def _unservable(self, reason: Reason, *of: str) -> UnservableError:
        return UnservableError(Refused(reason, self.step, of))


def _local_names(node: ast.stmt) -> set[str]:
    """The names of lambdas' parameters, and those that get a value within the statement."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            found.add(part.arg)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
    return found


def names_of(scope: Scope, values: Sequence[Captured], taken: Iterable[str]) -> list[str]:
    """A name of its own for each constant, by what it is."""
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
