"""One record in parts: nothing that comes from the record of a sample may stay as it is in the example."""

import ast
from collections.abc import Sequence

from nb2service.marking.answers import is_predict_call
from nb2service.notebook.dataflow.graph import graph
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.trees import name_of

# What puts parts of a record together.
_TOGETHER = frozenset(
    {"hstack", "vstack", "dstack", "concatenate", "column_stack", "stack", "append", "concat"}
    | {"block", "chain", "extend", "join", "merge"}
)


def refuse_other_parts(run: Run, start: Input, effects: Sequence[Effect]) -> None:
    """Refuse an input beside which other parts of the same record would be constants.

    Raises:
        UnservableError: a name that the path uses comes from the record, too, but not through the input.
    """
    if start.place is not None:
        _refuse_other_samples(start, effects)
    if start.place is not None or not start.single:
        return
    flow = graph(run.scope)
    places = {id(statement): number for number, statement in enumerate(run.scope.statements)}
    records = {
        places[id(step.statement)]
        for step in run.steps
        if any(version.get("rows") == 1 for version in step.versions.values())
    }
    own = places[id(start.step.statement)]
    roots = records & {own, *flow.slice_back([start.name], own + 1)}
    rows = {start.name, *(name for effect in effects for name in effect.names)}
    for effect in effects:
        beside = _beside(effect, rows, run)
        if beside:
            raise UnservableError(Refused(Reason.OTHER_PARTS, effect.step, (beside,)))
        at = places[id(effect.step.statement)]
        for name in sorted(_names_in(effect.node) - rows):
            if roots & set(flow.slice_back([name], at)):
                raise UnservableError(Refused(Reason.OTHER_PARTS, effect.step, (name,)))


def _refuse_other_samples(start: Input, effects: Sequence[Effect]) -> None:
    """Refuse a written sample beside which another model is asked about one of its own."""
    rows = {start.name, *(name for effect in effects for name in effect.names)}
    for effect in effects:
        for call in ast.walk(effect.node) if effect.node is not None else ():
            names = {n.id for n in ast.walk(call) if isinstance(n, ast.Name)}
            if isinstance(call, ast.Call) and is_predict_call(call) and not rows & names:
                text = ast.unparse(call)[:80]
                raise UnservableError(Refused(Reason.OTHER_SAMPLE, effect.step, (text,)))


def _beside(effect: Effect, rows: set[str], run: Run) -> str:
    """What one record holds, too, and is put together with the input; `""` for nothing.

    Where it was typed value by value, its parts have nothing in common that tells it.
    """
    parts = [] if effect.node is None else list(ast.walk(effect.node))
    for call in (n for n in parts if isinstance(n, ast.Call) and name_of(n) in _TOGETHER):
        given = [n.id for n in ast.walk(call) if isinstance(n, ast.Name)]
        if rows & set(given):
            for name in given:
                held = run.snapshots.before(name, effect.step.event)
                if name not in rows and held.get("rows") == 1 and held["kind"] != "other":
                    return name
    return ""


def _names_in(node: ast.stmt | None) -> set[str]:
    parts = [] if node is None else list(ast.walk(node))
    return {n.id for n in parts if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
