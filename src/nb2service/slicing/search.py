"""Choose the input of a path: the rawest from which every row alone gives the notebook's own answer."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.marking.answers import Answer
from nb2service.marking.arrow import Version
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope
from nb2service.running.run import Session
from nb2service.slicing.candidates import inputs_of
from nb2service.slicing.compile.forward import is_answer
from nb2service.slicing.compile.residual import (
    ResidualFunction,
    compiled,
    place_of_answer,
    trial_of,
)
from nb2service.slicing.feature_names import given_to, outputs_of
from nb2service.slicing.operations.values import UnservableError
from nb2service.slicing.plan import touched_later
from nb2service.slicing.reasons import Reason
from nb2service.slicing.refused_inputs import RefusedInput, no_path
from nb2service.slicing.taught import taught_by
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.probes import Probe
from nb2service.slicing.trace.runs import Run, run_of

# Inputs that are tried in the kernel before giving up.
MOST_TRIALS = 60
# Other inputs that are offered.
MOST_OTHERS = 3


@dataclass(frozen=True)
class Choice:
    """The chosen path, and what else there was to choose.

    Attributes:
        answer: the answer.
        function: the function from the input to the answer.
        trial: what the kernel found: `rows`, `answered`, `alone`.
        refusals: the inputs above it, first to last, and why they are none.
        others: further inputs from which there is a path, below it.
        asked: the function as the kernel knows it; see `kernel/validation/validate.py`.
        spent: how long watching took, in seconds.
        outputs: the names of the columns of an answer, if the model learnt several.
    """

    answer: Answer
    function: ResidualFunction
    trial: Mapping[str, Any]
    refusals: tuple[RefusedInput, ...]
    others: tuple[Input, ...]
    asked: Mapping[str, Any]
    spent: float
    outputs: tuple[str, ...] = ()


async def choose(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    wanted: Version | None,
    probes: Sequence[Probe],
    live: Session,
) -> Choice:
    """Try the inputs from the rawest on, and take the first from which the answers are the notebook's.

    Args:
        scope: the notebook's statements.
        cell: the marked cell.
        answer: its answer.
        wanted: the input that the mark's arrow asks for; None if it leaves the choice.
        probes: what was watched.
        live: the kernel, stopped behind the marked cell.

    Raises:
        Nb2serviceError: there is no path, or not the one that the mark asks for.
    """
    seen = await live.ask("events")
    touched, taught = touched_later(scope, cell), taught_by(scope, answer)
    run = run_of(scope, answer, probes, seen, touched, taught)
    await _refuse_changed(run, cell, live)
    inputs = list(inputs_of(run))
    if wanted is not None:
        inputs = _wanted(scope, cell, wanted, inputs)
    refusals: list[RefusedInput] = []
    reach: dict[str, int] = {}
    trials = 0
    for place, start in enumerate(inputs):
        if start.step.event < reach.get(start.name, -1):
            continue  # what was in the way of an earlier version is in the way of this one
        try:
            function = compiled(run, start)
            if trials == MOST_TRIALS:
                break
            trials += 1
            function, asked, found = await _tried(run, function, live)
        except UnservableError as error:
            refused = error.refused
            reason = refused.reason
            of_record = reason is Reason.OTHER_PARTS
            refusals.append(
                RefusedInput(start, refused.why, refused.step, reason.elsewhere, of_record)
            )
            reach[start.name] = refused.step.event if refused.step else -1
            continue
        if found["ok"]:
            others = await _holding(run, _compilable(run, start, inputs[place + 1 :]), live)
            asked = {**asked, "given_to": given_to(run, function)}
            outputs = outputs_of(run, function)
            spent = seen["spent"]
            return Choice(answer, function, found, tuple(refusals), others, asked, spent, outputs)
        step = function.effects[found["step"]].step if found["step"] is not None else None
        refusals.append(RefusedInput(start, found["why"], step, found["elsewhere"]))
    raise no_path(scope, cell, answer, wanted, refusals)


async def _refuse_changed(run: Run, cell: Cell, live: Session) -> None:
    """Refuse an answer if what it was bound to holds something else when the marked cell has run."""
    answer = run.answer
    if not answer.bound or not any(is_answer(run, s) for s in (*run.steps, *run.compounds)):
        return
    found = await live.ask("bound_value", **place_of_answer(run), text=answer.bound)
    if found["alike"]:
        return
    rows, now = found["rows"]
    what = "holds something else"
    if rows != now:
        what = f"has {now or 'no'} rows, and the answer {rows or 'none'},"
    remedy = (
        f"Change it by its own name, as in `{answer.bound} = …`, or put the way from a row to the "
        "answer into a function, mark it, and call it once."
    )
    if answer.name is None and rows != now:
        remedy = (
            "Predict for all rows, choose among the answers, and give that a name: "
            f"`final = np.where(condition, {answer.model}(all rows), otherwise)`."
        )
    elif answer.name is None:
        name = f"`final = {answer.bound}`"
        remedy = f"Bind the whole below it, as in {name}, and mark it: #| predict: -> final"
    raise Nb2serviceError(
        run.scope.notebook.place(cell, answer.statement.line),
        f"`{answer.bound}` {what} when the cell has run: it is no longer what this line makes",
        remedy,
    )


async def _tried(
    run: Run, function: ResidualFunction, live: Session
) -> tuple[ResidualFunction, dict[str, Any], Mapping[str, Any]]:
    """The function as it holds, as the kernel knows it, and what the kernel found.

    Raises:
        UnservableError: it takes one row at a time, and cannot be written so.
    """
    asked = trial_of(run, function)
    found = await live.ask("trial", path=asked)
    if found["ok"] and not found["together"]:
        function = compiled(run, function.input, first=True)
        asked = trial_of(run, function)
        found = await live.ask("trial", path=asked)
    imputed = run.labels.intersection(function.columns or ())
    if found["ok"] and imputed:
        # What the model learns is nothing to ask for, if the answers are the same without it.
        less = compiled(run, function.input, first=function.first, imputed=imputed)
        asked_less = trial_of(run, less)
        found_less = await live.ask("trial", path=asked_less)
        if found_less["ok"]:
            return less, asked_less, found_less
    return function, asked, found


async def adopt(live: Session, asked: Mapping[str, Any], max_rows: int) -> dict[str, Any]:
    """Bind the constants in the kernel; return the recorded call, as the recorder reports it."""
    found = await live.ask("adopt", path=asked, max_rows=max_rows)
    return dict(found)


async def _holding(
    run: Run, functions: Iterable[ResidualFunction], live: Session
) -> tuple[Input, ...]:
    """The inputs of those functions that were tried and hold: no other is offered."""
    found = []
    for function in functions:
        try:
            *_, trial = await _tried(run, function, live)
        except UnservableError:
            continue
        if trial["ok"]:
            found.append(function.input)
    return tuple(found)


def _compilable(run: Run, chosen: Input, inputs: Sequence[Input]) -> Iterator[ResidualFunction]:
    """The functions of some inputs below the chosen one, one for each name and cell."""
    named: dict[str, list[Input]] = {}
    for one in inputs:
        elsewhere = one.name != run.answer.name and one.text != chosen.text
        if one.place is None and not one.as_used and elsewhere:
            named.setdefault(one.text, []).append(one)
    found = (_first_compilable(run, versions[::-1]) for versions in named.values())
    yield from islice((one for one in found if one is not None), MOST_OTHERS)


def _first_compilable(run: Run, inputs: Sequence[Input]) -> ResidualFunction | None:
    for start in inputs:
        try:
            return compiled(run, start)
        except UnservableError:
            continue
    return None


def _wanted(scope: Scope, cell: Cell, wanted: Version, inputs: Sequence[Input]) -> list[Input]:
    """The inputs that the mark's arrow means: the latest version of the name, or the one of a cell."""
    named = [one for one in inputs if one.name == wanted.name and one.place is None]
    if wanted.cell is not None:
        named = [one for one in named if one.step.cell == wanted.cell]
    if named:
        made = [one for one in named if not one.as_used][-1:]
        return made + [one for one in named if one.as_used]
    known = ", ".join(dict.fromkeys(one.text for one in inputs if not one.as_used)) or "none"
    raise Nb2serviceError(
        scope.notebook.place(cell),
        f"the mark's arrow begins at `{wanted.text}`, which is no table on the way to the answer",
        f"Tables on the way: {known}.",
    )
