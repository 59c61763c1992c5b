"""The effects of each form of statement: assignments, augmented ones, calls for what they change."""

import ast
from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from nb2service.notebook.changes import root_name
from nb2service.slicing.compile.by_place import apart, by_place
from nb2service.slicing.compile.effects import (
    Bindings,
    Effect,
    binding,
    opaque,
)
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.compile.in_place import called, deleted, popped
from nb2service.slicing.compile.part_effects import augmented, part_set
from nb2service.slicing.compile.shared import with_shared
from nb2service.slicing.compile.stops import stops
from nb2service.slicing.operations.aggregates import is_aggregate, is_row_count, leak
from nb2service.slicing.operations.selection import SPLITS
from nb2service.slicing.operations.values import Constant, PerRow, Refused
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.labels import columns_set, one_from_another
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import name_of


@dataclass(frozen=True)
class EffectAnalysis:
    """Finds the effects of one step.

    Attributes:
        expressions: what its expressions give.
        bindings: what the names hold; it is kept up to date.
        gathered: the names in which a loop gathers the answers of several models.
    """

    expressions: ExpressionAnalysis
    bindings: Bindings
    gathered: Set[str] = frozenset()

    @property
    def step(self) -> Step:
        """The step."""
        return self.expressions.step

    def effects(self) -> list[Effect]:
        """What the step does to the names that hold rows."""
        step = self.step
        if step.opaque or isinstance(step.node, ast.While | ast.AsyncFor | ast.Match):
            found = opaque(step, self.bindings)
        else:
            found = self._without_models(self._effects())
            found = [*stops(self.expressions), *with_shared(found, self.expressions, self.bindings)]
        for effect in found:
            self.bindings.note(effect)
        return found

    def _without_models(self, effects: Sequence[Effect]) -> list[Effect]:
        found = []
        for effect in effects:
            if self.bindings.is_trained(effect):
                self.bindings.forget(effect.name)
            else:
                found.append(effect)
        return found

    def _effects(self) -> list[Effect]:
        match self.step.node:
            case ast.Assign(targets=targets, value=value):
                return [effect for t in targets for effect in self._assigned(t, value)]
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._assigned(target, value)
            case ast.AugAssign(target=target, op=operator, value=value):
                return augmented(target, operator, value, self.expressions)
            case ast.Expr(value=ast.Call(func=ast.Attribute()) as call):
                return called(call, self.expressions)
            case ast.Delete(targets=targets):
                return deleted(targets, self.expressions)
        return []

    def _assigned(self, target: ast.expr, value: ast.expr) -> list[Effect]:
        if isinstance(target, ast.Tuple | ast.List):
            return self._unpacked(target.elts, value)
        if isinstance(target, ast.Name) and self._is_of_all(value):
            self.bindings.forget(target.id)
            expressions = self.expressions
            refused = leak(value, expressions) or expressions.across_answers(value)
            if refused is not None:
                self.bindings.block(target.id, refused)
            return []
        found = self.expressions.value(value)
        if not isinstance(target, ast.Name):
            return part_set(target, found, self.expressions)
        taken = popped(value, self.expressions)
        if isinstance(found, Constant) and target.id in self.gathered:
            begun = binding(self.step, target.id, found)
            self.bindings.begin(begun)
            return [*taken, begun]
        if isinstance(found, Constant):
            self.bindings.forget(target.id)
            return taken
        return [*taken, binding(self.step, target.id, found)]

    def _is_of_all(self, value: ast.expr) -> bool:
        """Whether it makes one value of all rows, which a name may hold."""
        expressions = self.expressions
        return (
            expressions.mentions(value)
            and not is_row_count(value, expressions)
            and is_aggregate(value, expressions)
        )

    def _unpacked(self, targets: Sequence[ast.expr], value: ast.expr) -> list[Effect]:
        """`a, b = x, y` and `X_train, X_test, … = train_test_split(X, …)`."""
        if isinstance(value, ast.Tuple) and len(value.elts) == len(targets):
            if one_from_another(targets, value.elts):
                return self._together(targets, value)
            pairs = zip(targets, value.elts, strict=True)
            return [effect for t, v in pairs for effect in self._assigned(t, v)]
        if isinstance(value, ast.Call) and name_of(value) in SPLITS | {"shuffle"}:
            count = 2 if name_of(value) in SPLITS else 1
            if len(targets) == count * len(value.args):
                return self._split(targets, [value.args[i // count] for i in range(len(targets))])
        return self._together(targets, value)

    def _split(self, targets: Sequence[ast.expr], tables: Sequence[ast.expr]) -> list[Effect]:
        """`X_train, X_test, … = train_test_split(X, …)`."""
        found = []
        for target, table in zip(targets, tables, strict=True):
            value = self.expressions.value(table)
            if not isinstance(target, ast.Name):
                continue
            if isinstance(value, Constant):
                self.bindings.forget(target.id)
                continue
            found.append(replace(binding(self.step, target.id, value), selection="position"))
        return found

    def _together(self, targets: Sequence[ast.expr], value: ast.expr) -> list[Effect]:
        """What is set by one expression that cannot be taken apart."""
        if isinstance(value, ast.Call) and name_of(value) in ("cut", "qcut") and len(targets) == 2:
            self.bindings.forget(root_name(targets[1]))  # the bins, which are the same for all rows
            return self._assigned(targets[0], value)
        whole = self.expressions.value(value)
        match whole:
            case PerRow(node=ast.Tuple(elts=parts)) if isinstance(value, ast.Call) and len(
                parts
            ) == len(targets):
                return apart(targets, parts, self.expressions, self.bindings)
        if isinstance(whole, PerRow) and all(isinstance(t, ast.Name) for t in targets):
            return by_place(targets, whole, self.expressions, self.bindings)
        from_rows = not isinstance(whole, Constant)
        several = Refused(Reason.SEVERAL_NAMES, self.step, (self.step.text,))
        refused = whole if isinstance(whole, Refused) else several
        found = []
        for target in targets:
            name = root_name(target)
            if isinstance(target, ast.Subscript | ast.Attribute) and name in self.bindings.rows:
                columns = columns_set(target) if isinstance(target, ast.Subscript) else None
                found.append(Effect(self.step, name, "column", None, columns, refused))
            elif isinstance(target, ast.Name) and from_rows:
                found.append(Effect(self.step, name, "bind", None, None, refused))
            elif isinstance(target, ast.Name):
                self.bindings.forget(name)
        return found
