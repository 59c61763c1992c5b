"""The errors of a bare cell that does not give one answer."""

import ast
from collections.abc import Iterator, Sequence

from nb2service.errors import Nb2serviceError
from nb2service.marking.answer import Answer
from nb2service.marking.made_of import is_reduced
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope


def none(scope: Scope, cell: Cell, known: Sequence[tuple[int, str]]) -> Nb2serviceError:
    """The error for a cell without a predict call; `known` are the cells that have one, with its text."""
    calls = [f"\n    cell {number}: {text[:60]}" for number, text in known]
    remedy = "Mark the cell that calls it, or name the answer: #| predict: X_test -> y_pred"
    if calls:
        remedy = f"Mark a cell that does:{''.join(calls[:8])}"
    for part in (n for s in scope.of_cell(cell) for n in ast.walk(s.node)):
        if isinstance(part, ast.Attribute) and part.attr == "fit_predict":
            model = ast.unparse(part.value)
            remedy = (
                f"fit_predict fits anew on the rows that it answers: add a cell with `{model}.predict(…)` "
                "for the fitted model, and mark that one."
            )
    return Nb2serviceError(
        scope.notebook.place(cell),
        "the marked cell defines no function and calls no predict",
        remedy,
    )


def several(scope: Scope, cell: Cell, found: Sequence[Answer]) -> Nb2serviceError:
    """The error for several answers."""
    models = ", ".join(dict.fromkeys(answer.model for answer in found))
    lines = "".join(f"\n    {a.line}" for a in [*found, *_blended(scope, cell, found)])
    return Nb2serviceError(
        scope.notebook.place(cell),
        f"the marked cell gives {len(found)} answers: {models}",
        f"A service gives one: put one of these lines in place of the mark.{lines}",
    )


def _blended(scope: Scope, cell: Cell, found: Sequence[Answer]) -> Iterator[Answer]:
    """What the cell makes of several answers: `y_pred = 0.6 * first + 0.4 * second`."""
    names = {answer.name for answer in found}
    for statement in scope.of_cell(cell):
        value = statement.value
        mixes = value is not None and len(names & statement.eager) > 1 and not is_reduced(value)
        for name in statement.binds if mixes else ():
            yield Answer(statement, None, name, found[0].asked)


def in_a_comprehension(scope: Scope, answer: Answer) -> Nb2serviceError:
    """The error for a prediction for each turn of a comprehension."""
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a comprehension, so it is many answers",
        "Write what makes one answer of them into a function, mark it, and call it once.",
    )


def in_a_loop(scope: Scope, answer: Answer) -> Nb2serviceError:
    """The error for a prediction in a loop."""
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a loop, so it is many answers",
        "Predict below the loop with the model to serve, or take what the last turn leaves: "
        f"{answer.line}",
    )


def gathered_in_a_loop(scope: Scope, answer: Answer) -> Nb2serviceError:
    """The error for predictions that a loop puts into a list of which the cell makes nothing."""
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a loop, so `{answer.name}` is many answers",
        f"Make one answer of them below the loop, as in `y_pred = np.mean({answer.name}, axis=0)`. Or, "
        f"if each turn is about one row: {answer.line}",
    )
