"""Follow the rows of an input from step to step, up to the answer."""

import ast
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from nb2service.marking.answers import is_predict_call
from nb2service.slicing.compile.effects import Act, Actor, answer_act
from nb2service.slicing.compile.expressions import Reader
from nb2service.slicing.compile.single_record import aligns, depends, mixes
from nb2service.slicing.plan import COMPOUND
from nb2service.slicing.trace.constants import Freezer, kept, key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.snapshots import StopError
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied

# The name of the answer on the path.
RESULT = "answer"


def acts_of(run: Run, start: Input, freezer: Freezer) -> list[Act]:
    """What the steps do to the rows of the input, the last act gives the answer.

    Raises:
        StopError: the answer does not come from the input.
    """
    actor = Actor([start.name], run.copies_on_write, single=start.single)
    found: list[Act] = []
    steps = list(run.steps)
    if start.single:
        steps = sorted([*steps, *run.compounds], key=lambda step: step.event)
    aligned = max((s.event for s in steps if aligns(s.node, loops=start.single)), default=-1)
    verbatim: Step | None = None
    for step in steps:
        begins = step.event == start.step.event and (start.place is not None or start.as_used)
        if step.event <= start.step.event and not begins:
            continue
        if begins and start.place is not None:
            step = _with_input(step, start)
        if verbatim is not None and step.statement is verbatim.statement:
            continue
        if not step.opaque and isinstance(step.node, COMPOUND):
            names = actor.rows | actor.blocked.keys()
            if not is_answer(run, step) and depends(step.node, names):
                verbatim = step
                found += actor.verbatim(step)
            continue
        before = partial(run.versions.before, event=step.event)
        reader = Reader(
            step,
            actor.rows,
            actor.blocked,
            freezer,
            run.live,
            run.labels,
            before,
            single=start.single,
            aligned=step.event <= aligned,
        )
        if is_answer(run, step) and run.answer.node is not None:
            node = _located(step, run.answer.node)
            if node is not None:
                found.append(actor.traced(answer_act(step, reader, node, RESULT)))
                return found
        found += actor.acts(step, reader)
    name = run.answer.name
    if name is None or not any(act.name == name for act in found):
        raise StopError("the answer does not come from it", None)
    last = next(act for act in reversed(found) if act.name == name)
    result = ast.Assign([ast.Name(RESULT, ast.Store())], ast.Name(name, ast.Load()))
    found.append(Act(last.step, RESULT, "bind", result, picks=last.picks))
    return found


def for_one_row(start: Input, acts: Sequence[Act]) -> bool:
    """Whether one of the acts is meant for one record alone."""
    names = {start.name, *(act.name for act in acts)}
    return any(mixes(node, names) for act in acts for node in _before_the_answer(act))


def _before_the_answer(act: Act) -> Sequence[ast.AST]:
    """What an act does to the rows: of a prediction what it is given, not what becomes of its answer."""
    if act.node is None:
        return []
    calls = [n for n in ast.walk(act.node) if isinstance(n, ast.Call) and is_predict_call(n)]
    given = [part for call in calls for part in [*call.args, *(k.value for k in call.keywords)]]
    return given if calls and not act.verbatim else [act.node]


def first_row(run: Run, act: Act) -> tuple[bool, Act]:
    """Whether the answer has rows, and the act that gives the first one of them."""
    step, name, node = act.step, run.answer.name, run.answer.node
    seen = [step.versions.get(name or "", {})] if node is None else kept(step, node)
    kind = seen[-1].get("kind", "other") if seen else "other"
    if kind == "other" or seen[-1].get("rows") != 1:
        return False, act  # it has no rows: `predict_proba(X)[0]` is one value for the record
    if act.node is None or kind not in ("array", "series", "list"):
        raise StopError("it takes one row only, and does not answer with one value", None)
    bound = copied(act.node)
    assert isinstance(bound, ast.Assign)
    rows = ast.Attribute(bound.value, "iloc", ast.Load()) if kind == "series" else bound.value
    bound.value = ast.Subscript(rows, ast.Constant(0), ast.Load())
    return True, replace(act, node=bound)


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
    """The step with the parameter in place of what is written down."""
    place = start.place

    class Put(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            if isinstance(node, ast.expr) and hasattr(node, "lineno") and key_of(node) == place:
                return ast.copy_location(ast.Name(start.name, ast.Load()), node)
            return self.generic_visit(node)

    node = Put().visit(copied(step.node))
    assert isinstance(node, ast.stmt)
    return replace(step, node=node)
