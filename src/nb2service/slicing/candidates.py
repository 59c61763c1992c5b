"""The inputs that the path of an answer may begin at: versions of names, and a sample that is written."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from nb2service.marking.answers import is_predict_call
from nb2service.slicing.trace.constants import key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step

# Types of values that a sample may be written with: features of one record, no data.
PLAIN = ("int", "float", "str", "bool", "numpy.float64", "numpy.int64")


def inputs_of(run: Run) -> Iterator[Input]:
    """The versions that may be an input, the rawest first; a sample written in the cell last."""
    names = _lineage(run)
    columns = {
        c for step in run.steps for v in step.versions.values() for c in v.get("columns", ())
    }
    indices = {name for step in run.steps for name in _indices(step.node)}
    answered = set[str]()
    for step in run.steps:
        yield from _written(run, step)
        if _answers(run, step, answered):
            answered |= step.binds | step.changes
            continue  # what a model answered is no input
        for name in sorted(step.binds | step.changes):
            version = step.versions.get(name, {})
            kind = version.get("kind", "other")
            if kind == "list" and (version.get("trained") or name in indices):
                continue  # it lists models, or columns
            if kind == "list" and columns.issuperset(version.get("items") or [None]):
                continue  # it names columns
            if name in names and kind != "other" and version.get("copied"):
                yield Input(name, step, None, version.get("rows"), kind)
    # As they are when the answer is made: something may have changed them that no statement shows.
    for step in run.steps:
        for name, used in sorted(step.used.items()):
            listed = used["kind"] == "list" and (used.get("trained") or name in indices)
            if name in answered or listed:
                continue
            yield Input(name, step, None, used.get("rows"), used["kind"], as_used=True)


def _indices(node: ast.AST) -> Iterator[str]:
    """The names that stand alone in brackets: `tables["test"][features]`."""
    for part in ast.walk(node):
        match part:
            case ast.Subscript(slice=ast.Name(id=name)):
                yield name


def _answers(run: Run, step: Step, answered: set[str]) -> bool:
    """Whether a step of the marked cell asks a model, or makes something of what one answered."""
    if step.cell != run.answer.statement.cell.number:
        return False
    asks = any(is_predict_call(part) for part in ast.walk(step.node))
    whole = step.statement  # of a loop, whose variables have their values in the step
    return asks or bool((step.uses | whole.eager | whole.lazy) & answered)


def _lineage(run: Run) -> set[str]:
    """The names from which the answer may come."""
    last = run.answer.statement
    found = set(last.eager | last.lazy | last.binds)
    for step in reversed(run.steps):
        if step.statement is last or (step.binds | step.changes) & found:
            found |= step.uses | step.binds
    return found


def _written(run: Run, step: Step) -> Iterator[Input]:
    """A sample that is written down in a predict call of the marked cell."""
    if step.cell != run.answer.statement.cell.number:
        return
    for call in ast.walk(step.node):
        if not (isinstance(call, ast.Call) and (is_predict_call(call) or _is_transform(call))):
            continue
        if _is_transform(call) and any(_is_text(one) for one in call.args[:1]):
            continue  # `groupby(…).transform("mean")`
        for argument in [*call.args[:1], *(k.value for k in call.keywords[:1])]:
            sample = _sample(run, step, argument) or _sample(run, step, argument, one_row=True)
            key = key_of(sample) if sample is not None else ""
            if sample is not None and key in step.kept:
                info = step.kept[key][0]
                if info.get("rows") != 1 and _sample(run, step, argument) is None:
                    continue
                name = _parameter(run, call, info)
                yield Input(name, step, key, info.get("rows"), info["kind"])


def _sample(run: Run, step: Step, node: ast.expr, *, one_row: bool = False) -> ast.expr | None:
    """The part of an argument that is written down; None if it holds names of data."""
    match node:
        case ast.Call(func=ast.Attribute(attr="transform" | "fit_transform"), args=[inner, *_]):
            return _sample(run, step, inner, one_row=one_row)
        case ast.Subscript() if one_row:
            return node  # a row that is cut out of a table
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for name in names:
        binding = run.scope.binding(name, run.answer.statement.cell.number)
        if binding is None or binding.is_import:
            continue
        if _is_built(run, name, step):
            return None  # it is no record as somebody wrote it
        if _is_written(binding.value):
            continue
        version = run.snapshots.before(name, step.event)
        if version.get("type") not in PLAIN and not (one_row and _is_flat(version)):
            return None
    return node if isinstance(node, ast.List | ast.Tuple | ast.Call | ast.Constant) else None


def _is_built(run: Run, name: str, before: Step) -> bool:
    """Whether statements of the marked cell put together what a name holds, after it got a value."""
    cell = run.answer.statement.cell.number
    steps = [s for s in run.steps if s.cell == cell and s.event < before.event]
    return any(name in s.changes and name not in s.binds for s in steps)


def _is_flat(version: Mapping[str, Any]) -> bool:
    """Whether it is the numbers of one row, as far as it can be told: `[5.1, 3.5]`, `X_test[0]`."""
    kind = version.get("kind")
    return (
        kind == "series"
        or (kind == "array" and version.get("width") is None)
        or (kind == "list" and version.get("items") is not None)
    )


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_transform(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr == "transform"


def _is_written(value: ast.expr | None) -> bool:
    """Whether it is a value of one record, or a record of such values."""
    match value:
        case ast.UnaryOp(operand=operand):
            return isinstance(operand, ast.Constant)
        case ast.Dict(values=values):
            return all(_is_written(one) for one in values)
    return isinstance(value, ast.Constant)


def _parameter(run: Run, call: ast.Call, info: Mapping[str, Any]) -> str:
    if info["kind"] == "other":
        name = call.keywords[0].arg if call.keywords and not call.args else "steps"
        return name or "steps"
    base = {"frame": "df", "list": "rows"}.get(info["kind"], "X")
    while run.scope.binds(base):
        base += "_new"
    return base
