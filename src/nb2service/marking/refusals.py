"""The errors of a bare cell that does not give one answer."""

import ast
from collections.abc import Iterator, Sequence

from nb2service.errors import Nb2serviceError
from nb2service.marking.answer import Answer
from nb2service.marking.made_of import is_reduced
from nb2service.notebook.changes import root_name
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope

# Models that answer the rows they are fitted on, and no others.
_ONLY_FITS = (
    "DBSCAN",
    "AgglomerativeClustering",
    "SpectralClustering",
    "OPTICS",
    "FeatureAgglomeration",
)


def none(scope: Scope, cell: Cell, known: Sequence[tuple[int, str]]) -> Nb2serviceError:
    """The error for a cell without a predict call; `known` are the cells that have one, with its text."""
    calls = [f"\n    cell {number}: {text[:60]}" for number, text in known]
    fact = "the marked cell defines no function and calls no predict"
    remedy = "Mark the cell that predicts."
    if calls:
        remedy = f"Mark a cell that does:{''.join(calls[:8])}"
    if name := _last_name(scope, cell):
        or_else = "\nOr, if" if calls else " Or, if"
        remedy += f"{or_else} `{name}` is the answer: #| predict: -> {name}"
    for part in (n for s in scope.of_cell(cell) for n in ast.walk(s.node)):
        if isinstance(part, ast.Attribute) and part.attr == "fit_predict":
            remedy = _of_fit_predict(scope, cell, part.value)
    folds = _cross_validated(scope, cell)
    if folds is not None:
        model = ast.unparse(folds.args[0]) if folds.args else "model"
        of = [ast.unparse(one) for one in folds.args[1:3]] or ["X", "y"]
        fact = (
            "cross_val_predict fits a model for each fold and keeps none, so there is none to serve"
        )
        fitted = f"fitted = {model}.fit({', '.join(of)})"
        remedy = (
            "Fit one model on all rows, and mark the cell that predicts with it:\n"
            f"    {fitted}\n    y_pred = fitted.predict({of[0]})"
        )
    return Nb2serviceError(scope.notebook.place(cell), fact, remedy)


def _cross_validated(scope: Scope, cell: Cell) -> ast.Call | None:
    """The call of a cell whose answers come from models that are gone."""
    for part in (n for s in scope.of_cell(cell) for n in ast.walk(s.node)):
        if isinstance(part, ast.Call) and ast.unparse(part.func).endswith("cross_val_predict"):
            return part
    return None


def in_a_condition(scope: Scope, answer: Answer, name: str) -> Nb2serviceError:
    """The error for a prediction that gets its name within the condition of a branch."""
    node = answer.statement.node
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} gets its name in a condition: `{ast.unparse(node).splitlines()[0][:60]}`",
        f"Bind it above, on a line of its own: {name} = {answer.call}",
    )


def _of_fit_predict(scope: Scope, cell: Cell, model: ast.expr) -> str:
    """What to do about a model that is fitted on the rows that it answers."""
    binding = scope.binding(root_name(model), cell.number)
    source = ast.unparse(model) + (binding.source if binding else "")
    alone = next((name for name in _ONLY_FITS if name in source), None)
    if alone is not None:
        return (
            f"{alone} answers only the rows that it is fitted on, so it has no answer for a new one: take "
            "KMeans or another model with predict, or train a classifier on the labels that it gives."
        )
    shown = ast.unparse(model)
    return (
        f"fit_predict fits anew on the rows that it answers: add a cell with `{shown}.predict(…)` for the "
        "fitted model, and mark that one."
    )


def _last_name(scope: Scope, cell: Cell) -> str:
    """The last name that the cell computes from other names; `""` if there is none."""
    made = [
        name
        for s in scope.of_cell(cell)
        if isinstance(s.node, ast.Assign) and (s.eager | s.lazy) and not s.is_definition
        for name in sorted(s.binds)
    ]
    return made[-1] if made else ""


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
    loop = answer.statement.node
    head = list(ast.walk(loop.iter)) if isinstance(loop, ast.For) else []
    if any(isinstance(n, ast.Call) and ast.unparse(n) == answer.call for n in head):
        return Nb2serviceError(
            scope.notebook.place(answer.statement.cell, answer.statement.line),
            f"{answer.model} is asked in the head of a loop",
            f"Give its answer a name above the loop: y_pred = {answer.call}",
        )
    trains = any(isinstance(n, ast.Attribute) and n.attr == "fit" for n in ast.walk(loop))
    remedy = "Predict below the loop with the model to serve, or take what the last turn leaves: "
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a loop, so it is many answers",
        "Train the model to serve in a cell of its own, predict with it below, and mark that."
        if trains
        else remedy + answer.line,
    )


def gathered_in_a_loop(scope: Scope, answer: Answer) -> Nb2serviceError:
    """The error for predictions that a loop puts into a list of which the cell makes nothing."""
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a loop, so `{answer.name}` is many answers",
        f"Make one answer of them below the loop, as in `y_pred = np.mean({answer.name}, axis=0)`. Or, "
        f"if each turn is about one row: {answer.line}",
    )
