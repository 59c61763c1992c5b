"""Inputs from which there is no path, and the error where none is left."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.marking.answers import Answer, answers_in, is_predict_call
from nb2service.marking.arrow import Version
from nb2service.notebook.changes import changed_names
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.steps import Step

_BEGIN = "Begin the arrow further down, or leave the choice: #| predict"
_FUNCTION = "Put the way from a row to the answer into a function, mark it, and call it once."
# Other cells that are offered.
_MOST_CELLS = 3


@dataclass(frozen=True)
class RefusedInput:
    """An input from which there is no path.

    Attributes:
        input: the input.
        why: the reason, in words.
        step: the step that is in the way, if one is.
        elsewhere: whether the input is simply not on the way to the answer.
        of_record: whether it is in the way of the model's own answer, too: the record is not whole.
    """

    input: Input
    why: str
    step: Step | None
    elsewhere: bool = False
    of_record: bool = False


def _put_together(scope: Scope, cell: Cell) -> str:
    """What a prediction of the cell is given, and the cell changes before, value by value; or `""`."""
    statements = scope.of_cell(cell)
    calls = [n for s in statements for n in ast.walk(s.node) if is_predict_call(n)]
    given = {n.id for call in calls for n in ast.walk(call) if isinstance(n, ast.Name)}
    changed = {name for s in statements for name in changed_names(s.node)}
    typed = {n for s in statements if isinstance(s.value, ast.List | ast.Dict) for n in s.binds}
    return next(iter(sorted(given & changed & typed)), "")


def no_path(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    wanted: Version | None,
    refusals: Sequence[RefusedInput],
) -> Nb2serviceError:
    """The error where no input holds: of the one that tells most."""
    place = scope.notebook.place(cell)
    built = _put_together(scope, cell)
    if built and all(
        one.elsewhere or (one.step is None and one.input.name == built) for one in refusals
    ):
        return Nb2serviceError(
            place,
            f"`{built}` is put together in the cell, in a way that was not followed",
            _FUNCTION,
        )
    if all(refusal.elsewhere for refusal in refusals):
        return Nb2serviceError(
            place,
            f"no table was seen on the way to `{answer.text}`",
            "Predict on a table, an array or a list that a cell binds to a name.",
        )
    telling = [one for one in refusals if not one.elsewhere]
    refused = (telling or refusals)[-1]
    if all(one.input.step.cell == cell.number for one in telling):
        # Of a sample that the cell writes down it counts what is in the way of it as it is written.
        refused = next((one for one in telling if one.step is not None), refused)
    where = ""
    if refused.step is not None:
        at = scope.notebook.place(refused.step.statement.cell, refused.step.line)
        where = f"\n    {at.removeprefix(scope.notebook.name + ', ')}: {refused.step.text}"
    return Nb2serviceError(
        place,
        f"`{answer.text}` cannot be served from `{refused.input.text}`: {refused.why}{where}",
        (_remedy(scope, answer, refused) if wanted is None else _BEGIN) + _elsewhere(scope, cell),
    )


def _remedy(scope: Scope, answer: Answer, refused: RefusedInput) -> str:
    """What to do where no input holds: the bare prediction may be served, if it is not the answer."""
    remedy = _FUNCTION
    last = refused.step
    asks = [
        statement.line
        for statement in scope.of_cell(answer.statement.cell)
        if any(map(is_predict_call, ast.walk(statement.node)))
    ]
    made = (
        last is not None
        and last.cell == answer.statement.cell.number
        and last.line >= min(asks, default=0)
    )
    if not made or refused.of_record or not answer.call or answer.call == answer.text:
        return remedy
    return f"{remedy} Or serve what the model itself answers: #| predict: -> {answer.call}"


def _elsewhere(scope: Scope, cell: Cell) -> str:
    """The other cells that predict and give the answer a name, as a sentence; `""` without one."""
    cells = [c for c in scope.notebook.cells if c.number != cell.number]
    named = [(c.number, [a.name for a in answers_in(scope, c) if a.name]) for c in cells]
    found = [f"cell {number} (`{names[-1]}`)" for number, names in named if names]
    listed = ", ".join(found[-_MOST_CELLS:])
    return f"\nOr mark another cell that predicts: {listed}." if found else ""
