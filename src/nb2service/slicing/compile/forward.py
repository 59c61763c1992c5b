"""Forward: what the steps do to the rows of an input, up to the answer."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2service.marking.answers import is_predict_call
from nb2service.marking.gathered import gathered, gathered_in
from nb2service.marking.later import changes_of
from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.slicing.compile.branches import untaken
from nb2service.slicing.compile.effects import (
    Bindings,
    Effect,
    answer_of,
    answering,
    verbatim,
)
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.compile.in_order import stands_in_order
from nb2service.slicing.compile.single_record import aligns, depends, goes_over, mixes
from nb2service.slicing.compile.statements import EffectAnalysis
from nb2service.slicing.compile.stops import stops
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import ConstantPool, captured, key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.probes import COMPOUND
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step, one_by_one
from nb2service.slicing.trace.trees import copied

# The name of the answer on the path.
RESULT = "answer"


@dataclass(frozen=True)
class _Forward:
    """Goes from step to step.

    Attributes:
        run: the run.
        start: the input.
        pool: gets the constants.
        bindings: what the names hold.
        aligned: the last event that gives a table the columns that it lacks.
        gathered: the names in which loops of the marked cell gather the answers of several models.
    """

    run: Run
    start: Input
    pool: ConstantPool
    bindings: Bindings
    aligned: int
    gathered: frozenset[str] = frozenset()

    def effects(self, steps: Sequence[Step]) -> list[Effect]:
        found: list[Effect] = []
        kept: Step | None = None
        for step in steps:
            if kept is not None and step.statement is kept.statement:
                continue  # it stands in a loop or a branch that is kept as a whole
            if self._changes_answer(step):
                kept = step
                found += self._as_written(step)
                continue
            if self._builds_of_answers(step):
                for name in self._changed(step):
                    self.bindings.block(name, Refused(Reason.LOOP, step))
                kept = step
                continue
            if not step.opaque and isinstance(step.node, COMPOUND):
                inner = _inside(step, steps)
                if self._takes_apart(step):
                    for name in step.binds | step.changes:
                        self.bindings.block(name, Refused(Reason.LOOP, step))
                    kept = step
                elif self._stays_whole(step):
                    kept = step
                    found += self._whole(step)
                else:
                    found += stops(self._expressions(step), inner)
                    if not self.start.single:
                        found += untaken(self._expressions(step), inner)
                continue
            expressions = self._expressions(step)
            answer = self.run.answer.node if is_answer(self.run, step) else None
            node = None if answer is None else _located(step, answer)
            if node is not None:
                value = expressions.value(answer_of(node))
                return [*found, answering(step, RESULT, value)]
            gathered = self.gathered if self._is_marked(step) else frozenset[str]()
            found += EffectAnalysis(expressions, self.bindings, gathered).effects()
        return [*found, self._result(found)]

    def _expressions(self, step: Step) -> ExpressionAnalysis:
        bindings = self.bindings
        return ExpressionAnalysis(
            self.run,
            step,
            frozenset(bindings.rows),
            dict(bindings.blocked),
            self.pool,
            self.start.single,
            step.event <= self.aligned,
            frozenset(bindings.answered) if self._is_marked(step) else None,
            frozenset(bindings.ordered),
        )

    def _is_marked(self, step: Step) -> bool:
        """Whether it stands in the marked cell, where answers are made and no model is trained."""
        return step.cell == self.run.answer.statement.cell.number

    def _changes_answer(self, step: Step) -> bool:
        """Whether it changes an answer in a way that is kept as it is written: a loop, a call."""
        if not self._is_marked(step) or step.node is not step.statement.node:
            return False
        changed = self._changed(step)
        match step.node:
            case ast.For():
                return bool(changed & self.bindings.answered) and not self._trains_turns(step)
            case ast.If(test=test):
                asked = any(isinstance(n, ast.Name) and n.id in changed for n in ast.walk(test))
                return asked and bool(changed & self.bindings.answered)
            case ast.Expr():
                return bool((changed - step.changes) & self.bindings.answered)
        return False

    def _builds_of_answers(self, step: Step) -> bool:
        """Whether it is a loop that makes something else of the answers."""
        loop = isinstance(step.node, ast.For) and step.node is step.statement.node
        if not (loop and self._is_marked(step)) or self._trains_turns(step):
            return False
        return bool(step.uses & self.bindings.answered)

    def _trains_turns(self, step: Step) -> bool:
        """Whether it is a loop that trains a model each turn, and gathers what they answer."""
        fits = any(isinstance(n, ast.Attribute) and n.attr in FITS for n in ast.walk(step.node))
        return fits and bool(gathered(step.statement.node))

    def _changed(self, step: Step) -> set[str]:
        return set(changes_of(self.run.scope, step.statement)) | step.binds

    def _as_written(self, step: Step) -> list[Effect]:
        """The effect of a statement that changes an answer; what else it touches is not followed."""
        touched = self._changed(step)
        (name, *others) = sorted(touched & self.bindings.answered)
        for other in touched - {name}:
            self.bindings.block(other, Refused(Reason.LOOP, step))
        blocked = [
            self.bindings.blocked[n]
            for n in sorted(step.uses - touched)
            if n in self.bindings.blocked
        ]
        if others:
            blocked.append(Refused(Reason.SEVERAL_NAMES, step, (step.text,)))
        refused = blocked[0] if blocked else None
        node = None if refused else step.node
        return [Effect(step, name, "change", node, refused=refused, verbatim=True)]

    def _takes_apart(self, step: Step) -> bool:
        """Whether it is a loop over the values of a record that the cell writes down."""
        written = self.start.kind == "list" and self._is_marked(step)
        return written and goes_over(step.node, self.bindings.held)

    def _stays_whole(self, step: Step) -> bool:
        single = self.start.single and not is_answer(self.run, step)
        return single and bool(step.binds | step.changes) and depends(step.node, self.bindings.held)

    def _whole(self, step: Step) -> list[Effect]:
        found = verbatim(step, self.bindings)
        for effect in found:
            self.bindings.note(replace(effect, form="bind"))
        return found

    def _result(self, found: Sequence[Effect]) -> Effect:
        """The effect that takes the answer from its name."""
        name = self.run.answer.name
        last = next((effect for effect in reversed(found) if effect.name == name), None)
        if name in self.bindings.blocked:
            raise UnservableError(self.bindings.blocked[name])
        if name is None or last is None:
            raise UnservableError(Refused(Reason.NOT_FROM_INPUT))
        result = ast.Assign([ast.Name(RESULT, ast.Store())], ast.Name(name, ast.Load()))
        return Effect(last.step, RESULT, "bind", result, selection=last.selection)


def _inside(whole: Step, steps: Sequence[Step]) -> list[Step]:
    """The steps that ran in a loop or a branch."""
    same = [s for s in steps if s.statement is whole.statement and s.event > whole.event]
    again = [s.event for s in same if s.node is whole.node]
    return [s for s in same if s.event < min(again, default=s.event + 1)]


def effects_from(run: Run, start: Input, pool: ConstantPool) -> list[Effect]:
    """What the steps do to the rows of the input; the last effect gives the answer.

    Raises:
        UnservableError: the answer does not come from the input.
    """
    steps = list(run.steps)
    steps = sorted([*one_by_one(steps), *run.compounds], key=lambda step: step.event)
    aligned = max((s.event for s in steps if aligns(s.node, loops=start.single)), default=-1)
    bindings = Bindings(start.name, single=start.single)
    if stands_in_order(start, run.steps):
        bindings.ordered.add(start.name)
    gathered = gathered_in(run.scope, run.answer.statement.cell)
    forward = _Forward(run, start, pool, bindings, aligned, gathered)
    return forward.effects(_steps_from(start, steps))


def _steps_from(start: Input, steps: Sequence[Step]) -> list[Step]:
    """The steps behind the one that makes the input, and that one, too, if it is made within it."""
    begins = start.place is not None or start.as_used
    found = [s for s in steps if s.event >= start.step.event + (not begins)]
    if start.place is None:
        return found
    return [_with_input(s, start) if s.event == start.step.event else s for s in found]


def for_one_row(start: Input, effects: Sequence[Effect]) -> bool:
    """Whether one of the effects is meant for one record alone."""
    names = {start.name, *(effect.name for effect in effects)}
    return any(mixes(node, names) for effect in effects for node in _before_the_answer(effect))


def _before_the_answer(effect: Effect) -> Sequence[ast.AST]:
    """What is done to the rows: of a prediction what it is given, not what becomes of its answer."""
    if effect.node is None:
        return []
    calls = [n for n in ast.walk(effect.node) if isinstance(n, ast.Call) and is_predict_call(n)]
    given = [part for call in calls for part in [*call.args, *(k.value for k in call.keywords)]]
    return given if calls and not effect.verbatim else [effect.node]


def first_row(run: Run, effect: Effect) -> tuple[bool, Effect]:
    """Whether the answer has rows, and the effect that gives the first one of them."""
    step, name, node = effect.step, run.answer.name, run.answer.node
    seen = [step.versions.get(name or "", {})] if node is None else captured(step, node)
    kind = seen[-1].get("kind", "other") if seen else "other"
    if kind == "other" or seen[-1].get("rows") != 1:
        return False, effect  # it has no rows: `predict_proba(X)[0]` is one value for the record
    if effect.node is None or kind not in ("array", "series", "list"):
        raise UnservableError(Refused(Reason.NOT_ONE_VALUE))
    bound = copied(effect.node)
    assert isinstance(bound, ast.Assign)
    rows = ast.Attribute(bound.value, "iloc", ast.Load()) if kind == "series" else bound.value
    bound.value = ast.Subscript(rows, ast.Constant(0), ast.Load())
    return True, replace(effect, node=bound)


def is_answer(run: Run, step: Step) -> bool:
    """Whether the step is the statement that answers, or a part of it."""
    return step.statement is run.answer.statement


def _located(step: Step, node: ast.expr) -> ast.expr | None:
    """The answer's expression in the step, which may have the input in it by now."""
    place = key_of(node)
    for part in ast.walk(step.node):
        if isinstance(part, ast.expr) and hasattr(part, "lineno") and key_of(part) == place:
            return part
    return None


def _with_input(step: Step, start: Input) -> Step:
    """The step with the parameter in place of what is written down, wherever it asks about that."""
    placed = [n for n in ast.walk(step.node) if isinstance(n, ast.expr) and hasattr(n, "lineno")]
    text = next((ast.dump(n) for n in placed if key_of(n) == start.place), "")
    given = {
        id(part)
        for call in ast.walk(step.node)
        if isinstance(call, ast.Call) and is_predict_call(call)
        for part in [*call.args, *(k.value for k in call.keywords)]
    }
    same = {key_of(n) for n in placed if id(n) in given and ast.dump(n) == text}
    same.add(start.place or "")

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and hasattr(node, "lineno") and key_of(node) in same:
                return ast.copy_location(ast.Name(start.name, ast.Load()), node)
            return self.generic_visit(node)

    node = Put().visit(copied(step.node))
    assert isinstance(node, ast.stmt)
    return replace(step, node=node)
