"""The residual function of a path: what is left of the notebook for the rows of a request."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from nb2service.slicing.compile.checks import with_checks
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.emit import function_source, statement_text
from nb2service.slicing.compile.forward import (
    RESULT,
    effects_from,
    first_row,
    for_one_row,
    is_answer,
)
from nb2service.slicing.compile.label_guards import unguarded, without_label_guards
from nb2service.slicing.compile.late_bindings import names_of, with_values
from nb2service.slicing.compile.liveness import living
from nb2service.slicing.compile.other_parts import refuse_other_parts
from nb2service.slicing.operations.guards import guards_in
from nb2service.slicing.trace.constants import Captured, ConstantPool, key_of, with_names
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.runs import Run


@dataclass(frozen=True)
class ResidualFunction:
    """A function from an input to the answer, which can be tried.

    Attributes:
        input: where it begins.
        effects: what happens to the rows.
        columns: the columns of the input that a request has; None if it has no named ones.
        all_columns: all columns of it, if there are some that no answer depends on, though the
            preparation takes them along: the function fills them in.
        constants: the captured values, by the names that they get.
        source: the source of the function.
        entry: its name.
        helpers: the sources of the functions that it calls and the notebook does not have, by name.
        first: whether it answers with the first row of the notebook's answer: it takes one row only.
        guards: which rows it refuses, because the notebook leaves them out or stops at them.
        by_label: which rows it answers although the notebook leaves them out: by what the model
            learns, which no request has.
    """

    input: Input
    effects: tuple[Effect, ...]
    columns: tuple[Label, ...] | None
    all_columns: tuple[Label, ...]
    constants: Mapping[str, Captured]
    source: str
    entry: str
    helpers: Mapping[str, str]
    first: bool
    guards: tuple[str, ...] = ()
    by_label: tuple[str, ...] = ()

    @property
    def steps(self) -> int:
        """How many statements it has besides the prediction itself."""
        return sum(1 for effect in self.effects if effect.node is not None) - 1


def compiled(
    run: Run, start: Input, *, first: bool = False, imputed: Collection[Label] = ()
) -> ResidualFunction:
    """The function from an input to the answer.

    Args:
        run: what is known of the run.
        start: the input.
        first: whether the function is for one row at a time, and answers with one value.
        imputed: columns of the input that the function fills in by itself.

    Raises:
        UnservableError: there is none; the reason is in it.
    """
    return without_label_guards(
        run,
        lambda left_out: _compiled(run, start, first, imputed, left_out),
        lambda: effects_from(run, start, ConstantPool()),
    )


def _compiled(
    run: Run, start: Input, first: bool, imputed: Collection[Label], left_out: Collection[str]
) -> ResidualFunction:
    """The same without some of its guards."""
    pool = ConstantPool()
    effects = [unguarded(effect, left_out) for effect in effects_from(run, start, pool)]
    first = first or (start.single and start.kind != "other" and for_one_row(start, effects))
    if first:
        first, effects[-1] = first_row(run, effects[-1])
    made = start.step.event - start.as_used
    alive = living(effects, start.name, RESULT, made, run, pool)
    refuse_other_parts(run, start, alive.effects)
    held = with_values(run, start, alive, pool)
    checked, helpers = with_checks(run.scope, held, pool)
    names = names_of(run.scope, pool.values, {start.name, *(one.name for one in checked)})
    chosen = [_named(effect, names) for effect in checked]
    used = {name for one in chosen if one.node is not None for name in _names_in(one.node)}
    constants = {name: pool.values[number] for number, name in enumerate(names) if name in used}
    entry = "predict"
    while run.scope.binds(entry):
        entry += "_row"
    columns, every = alive.columns, tuple[Label, ...]()
    if columns is not None and imputed:
        columns, every = tuple(c for c in columns if c not in imputed), columns
    start = replace(start, goes_on=any(_is_within(start, one) for one in chosen))
    source = function_source(run.answer, start, chosen, entry, every)
    guards = tuple(dict.fromkeys(why for one in held if one.node for why in guards_in(one.node)))
    return ResidualFunction(
        start,
        tuple(chosen),
        columns,
        every,
        constants,
        source,
        entry,
        helpers,
        first,
        guards,
        tuple(left_out),
    )


def _is_within(start: Input, effect: Effect) -> bool:
    """Whether an effect changes the input in the very cell that makes it."""
    same_cell = effect.node is not None and effect.step.cell == start.step.cell
    return same_cell and effect.form != "guard" and start.name in effect.names


def _names_in(node: ast.AST) -> Iterator[str]:
    return (part.id for part in ast.walk(node) if isinstance(part, ast.Name))


def _named(effect: Effect, names: list[str]) -> Effect:
    """The effect with the names of the constants in place of their placeholders."""
    return effect if effect.node is None else replace(effect, node=with_names(effect.node, names))


def trial_of(run: Run, function: ResidualFunction) -> dict[str, Any]:
    """The function as the kernel tries it; see `kernel/validation/validate.py`."""
    start = function.input
    asked = {**place_of_answer(run), "first": function.first}
    columns = function.columns
    return {
        "input": {
            "event": start.step.event,
            "name": start.name,
            "place": start.place,
            "as_used": start.as_used,
            "columns": None if columns is None else list(function.all_columns or columns),
            "spare": [c for c in function.all_columns if c not in (columns or ())],
        },
        "parameter": start.name,
        "frozen": [_constant(name, value) for name, value in function.constants.items()],
        "steps": [_step(effect) for effect in function.effects],
        "helpers": list(function.helpers.values()),
        "function": function.source,
        "entry": function.entry,
        "result": RESULT,
        "answer": asked,
    }


def place_of_answer(run: Run) -> dict[str, Any]:
    """Where the kernel has the answer: the last event of its statement, and its name or its place."""
    node = run.answer.node
    event = max(s.event for s in (*run.steps, *run.compounds) if is_answer(run, s))
    place = None if node is None else key_of(node)
    return {"event": event, "name": run.answer.name, "place": place}


def _constant(name: str, value: Captured) -> dict[str, Any]:
    return {
        "name": name,
        "event": value.step.event,
        "held": value.held,
        "place": value.place,
        "nth": -1,
        "only": None if value.only is None else list(value.only),
    }


def _step(effect: Effect) -> dict[str, Any]:
    return {
        "source": "" if effect.node is None else statement_text(effect.node),
        "event": effect.step.event,
        "names": [] if effect.projected else list(effect.names),
        # Of a table that a step sets columns of, the rest was compared before.
        "columns": list(effect.columns or ()) if effect.form == "column" else [],
        "picks": effect.selection,
        "stops": effect.form == "guard",
        "uses": [] if effect.node is None else sorted(set(_names_in(effect.node))),
    }
