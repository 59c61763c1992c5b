"""The columns of an array that a path begins at, as what it is given to was fitted on them.

An array has no names. The model that is asked about it may know them, or was fitted on the values of
a table that has as many columns.
"""

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from nb2service.marking.answers import PREDICTS
from nb2service.slicing.compile.residual import ResidualFunction
from nb2service.slicing.operations.syntax import table_of
from nb2service.slicing.trace.constants import key_of
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step

_ASKED = PREDICTS | {"transform"}
_FITS = {"fit", "fit_transform", "fit_predict"}
# What keeps each column of an array where it is.
_SAME = {"astype", "copy"}


def given_to(run: Run, function: ResidualFunction) -> list[dict[str, Any]]:
    """Who is given the input of a path as it stands, and the columns that it was fitted on.

    Returns:
        A dict for each with `name`, and `columns`, None if unknown; nothing if the input is used in
        any other way.
    """
    name = function.input.name
    found: dict[str, None] = {}
    for effect in function.effects:
        if effect.node is None:
            continue
        asked = dict(_asked(effect.node, name))
        for part in ast.walk(effect.node):
            if isinstance(part, ast.Name) and part.id == name and isinstance(part.ctx, ast.Load):
                if part not in asked:
                    return []
                found[asked[part]] = None
        if name in effect.names:
            break
    return [{"name": one, "columns": _fitted_on(run, function, one)} for one in found]


def _asked(node: ast.AST, name: str) -> Iterator[tuple[ast.Name, str]]:
    for part in ast.walk(node):
        match part:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=model), attr=attr),
                args=[ast.Name(id=given) as argument, *_],
            ) if given == name and attr in _ASKED:
                yield argument, model


def outputs_of(run: Run, function: ResidualFunction) -> tuple[str, ...]:
    """The names of the columns of the answers: those of the table that the model learnt to predict.

    Empty unless the answer is what a library's model predicts, and nothing else.
    """
    match _answered(function):
        case ast.Call(func=ast.Attribute(value=ast.Name(id=model), attr="predict")):
            fit = _last_fit(run, function, model)
            if fit is not None and _is_of_library(run, function, model):
                return _labels(run, *fit)
    return ()


def _answered(function: ResidualFunction) -> ast.expr | None:
    """The expression that the answer is, if no other statement makes something of it."""
    nodes = [effect.node for effect in function.effects if effect.node is not None]
    match nodes[-1]:
        case ast.Assign(value=ast.Name(id=name)):
            made = [e.node for e in function.effects if name in e.names and e.node is not None]
            nodes = made if len(made) == 1 else []
    match nodes[-1:]:
        case [ast.Assign(value=value)]:
            return value
    return None


def _is_of_library(run: Run, function: ResidualFunction, model: str) -> bool:
    held = function.constants.get(model)
    name = held.held if held is not None and held.held else model
    last = max((step.event for step in run.steps), default=0) + 1
    kind = str(run.snapshots.before(name, last).get("type", ""))
    return kind.partition(".")[0] in ("sklearn", "xgboost", "lightgbm", "catboost")


def _labels(run: Run, fit: ast.Call, step: Step) -> tuple[str, ...]:
    named = [k.value for k in fit.keywords if k.arg in ("y", "Y")]
    columns: Sequence[object] = ()
    match next(iter([*fit.args[1:2], *named]), None):
        case ast.Name(id=name):
            columns = run.snapshots.columns(name, step.event) or []
        case ast.Subscript(slice=ast.List(elts=elements)):
            columns = [e.value if isinstance(e, ast.Constant) else None for e in elements]
    plain = all(isinstance(one, str) for one in columns)
    several = len(columns) > 1 and len(set(columns)) == len(columns)
    return tuple(map(str, columns)) if plain and several else ()


def _fitted_on(run: Run, function: ResidualFunction, model: str) -> list[str] | None:
    """The columns of the table that a model was fitted on last."""
    fit = _last_fit(run, function, model)
    return None if fit is None else _columns(run, _first_argument(fit[0]), fit[1])


def _last_fit(run: Run, function: ResidualFunction, model: str) -> tuple[ast.Call, Step] | None:
    """The call that fitted a model last, and its step; None where more was done to it."""
    before = max((step.event for step in run.steps), default=0) + 1
    if (held := function.constants.get(model)) is not None:
        if held.held is None:
            return None
        model, before = held.held, held.step.event
    step = _last(run, model, before)
    if step is None:
        return None
    calls = [part for part in ast.walk(step.node) if isinstance(part, ast.Call)]
    fits = [call for call in calls if _fits(call, model, step)]
    return (fits[0], step) if len(fits) == 1 else None


def _fits(node: ast.AST, model: str, step: Step) -> bool:
    """Whether it fits the model: `model.fit(X, y)`, or `model = Ridge().fit(X, y)`."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=fitted), attr=attr)):
            return fitted == model and attr in _FITS
        case ast.Call(func=ast.Attribute(attr="fit")):
            match step.node:
                case ast.Assign(targets=[ast.Name(id=bound)], value=value):
                    return bound == model and value is node
    return False


def _first_argument(node: ast.Call) -> ast.expr | None:
    named = [k.value for k in node.keywords if k.arg == "X"]
    return next(iter([*node.args, *named]), None)


def _columns(run: Run, node: ast.expr | None, step: Step) -> list[str] | None:
    """The columns that the columns of an array are, one for each."""
    match node:
        case ast.Name(id=name):
            version = run.snapshots.before(name, step.event)
            if "columns" in version:
                return list(version["columns"])
            made, maker = _made(run, name, step)
            return _columns(run, made, maker) if maker is not None else None
        case ast.Call(func=ast.Attribute(value=array, attr=attr)) if attr in _SAME:
            return _columns(run, array, step)
    table = table_of(node) if node is not None else None
    if isinstance(table, ast.Name):
        return _columns(run, table, step)
    if table is None:
        return None
    seen = step.kept.get(f"{key_of(table)}:columns", ())
    listed = [list(one.get("items", ())) for one in seen]
    return listed[0] if listed and all(one == listed[0] for one in listed) else None


def _made(run: Run, name: str, before: Step) -> tuple[ast.expr | None, Step | None]:
    """The expression that a name got its array from, and its step; None where more was done to it."""
    step = _last(run, name, before.event)
    if step is None or name not in step.binds:
        return None, None
    match step.node:
        case ast.Assign(targets=[ast.Name()], value=value):
            return value, step
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)):
            if len(targets) == len(values):
                return values[_place(targets, name)], step
        case ast.Assign(
            targets=[ast.Tuple(elts=targets)],
            value=ast.Call(
                func=ast.Name(id="train_test_split") | ast.Attribute(attr="train_test_split"),
                args=[_, *_] as split,
            ),
        ):
            place = _place(targets, name) // 2
            return (split[place], step) if place < len(split) else (None, None)
    return None, None


def _place(targets: list[ast.expr], name: str) -> int:
    named = [one.id if isinstance(one, ast.Name) else "" for one in targets]
    return named.index(name) if name in named else 0


def _last(run: Run, name: str, before: int) -> Step | None:
    """The last step before an event that binds a name or may change what it holds."""
    touching = [s for s in run.steps if s.event < before and name in s.binds | s.changes]
    return touching[-1] if touching and not touching[-1].opaque else None
