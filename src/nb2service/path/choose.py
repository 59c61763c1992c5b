"""Choose the input of a path: the rawest from which every row alone gives the notebook's own answer."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.marking.answers import Answer, is_predict_call
from nb2service.marking.arrow import Version
from nb2service.notebook.changes import changed_names
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope
from nb2service.path.build import Path, Run, build, trial_of
from nb2service.path.forms import SPLITS
from nb2service.path.frozen import key_of
from nb2service.path.inputs import Input
from nb2service.path.needs import StopError, Versions
from nb2service.path.plan import COMPOUND, Watched, touched_later
from nb2service.path.steps import Step, compounds_of, steps_of
from nb2service.running.run import Session

# Inputs that are tried in the kernel before giving up.
MOST_TRIALS = 60
# Types of values that a sample may be written with: features of one record, no data.
PLAIN = ("int", "float", "str", "bool", "numpy.float64", "numpy.int64")
# Other inputs that are offered.
MOST_OTHERS = 3


_ELSEWHERE = ("does not come from it", "does not depend on the input")


@dataclass(frozen=True)
class Refusal:
    """An input from which there is no path.

    Attributes:
        input: the input.
        why: the reason, in words.
        step: the step that is in the way, if one is.
    """

    input: Input
    why: str
    step: Step | None

    @property
    def elsewhere(self) -> bool:
        """Whether the input is simply not on the way to the answer."""
        return any(words in self.why for words in _ELSEWHERE)


@dataclass(frozen=True)
class Choice:
    """The chosen path, and what else there was to choose.

    Attributes:
        answer: the answer.
        path: the path.
        trial: what the kernel found: `rows`, `answered`, `alone`.
        refusals: the inputs above it, first to last, and why they are none.
        others: further inputs from which there is a path, below it.
        asked: the path as the kernel knows it; see `kernel/trial.py`.
        spent: how long watching took, in seconds.
    """

    answer: Answer
    path: Path
    trial: Mapping[str, Any]
    refusals: tuple[Refusal, ...]
    others: tuple[Input, ...]
    asked: Mapping[str, Any]
    spent: float


async def choose(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    wanted: Version | None,
    watched: Sequence[Watched],
    live: Session,
) -> Choice:
    """Try the inputs from the rawest on, and take the first from which the answers are the notebook's.

    Args:
        scope: the notebook's statements.
        cell: the marked cell.
        answer: its answer.
        wanted: the input that the mark's arrow asks for; None if it leaves the choice.
        watched: what was watched.
        live: the kernel, stopped behind the marked cell.

    Raises:
        Nb2serviceError: there is no path, or not the one that the mark asks for.
    """
    seen = await live.ask("events")
    run = _run(scope, cell, answer, watched, seen)
    inputs = list(_inputs(run))
    if wanted is not None:
        inputs = _wanted(scope, cell, wanted, inputs)
    refusals: list[Refusal] = []
    reach: dict[str, int] = {}
    trials = 0
    for place, start in enumerate(inputs):
        if start.step.event < reach.get(start.name, -1):
            continue  # what was in the way of an earlier version is in the way of this one
        try:
            path = build(run, start)
            if trials == MOST_TRIALS:
                break
            trials += 1
            path, asked, found = await _tried(run, path, live)
        except StopError as stop:
            refusals.append(Refusal(start, stop.why, stop.step))
            reach[start.name] = stop.step.event if stop.step else -1
            continue
        if found["ok"]:
            others = tuple(_buildable(run, start, inputs[place + 1 :]))
            return Choice(answer, path, found, tuple(refusals), others, asked, seen["spent"])
        step = path.acts[found["step"]].step if found["step"] is not None else None
        refusals.append(Refusal(start, found["why"], step))
    raise _no_path(scope, cell, answer, wanted, refusals)


async def _tried(
    run: Run, path: Path, live: Session
) -> tuple[Path, dict[str, Any], Mapping[str, Any]]:
    """The path as it holds, as the kernel knows it, and what the kernel found.

    Raises:
        StopError: it takes one row at a time, and cannot be written so.
    """
    asked = trial_of(run, path)
    found = await live.ask("trial", path=asked)
    if found["ok"] and not found["together"]:
        path = build(run, path.input, first=True)
        asked = trial_of(run, path)
        found = await live.ask("trial", path=asked)
    spare = run.labels.intersection(path.columns or ())
    if found["ok"] and spare:
        # What the model learns is nothing to ask for, if the answers are the same without it.
        less = build(run, path.input, first=path.first, spare=spare)
        asked_less = trial_of(run, less)
        told = await live.ask("trial", path=asked_less)
        if told["ok"]:
            return less, asked_less, told
    return path, asked, found


async def adopt(live: Session, asked: Mapping[str, Any], max_rows: int) -> dict[str, Any]:
    """Bind the frozen values in the kernel; return the recorded call, as the recorder reports it."""
    found = await live.ask("adopt", path=asked, max_rows=max_rows)
    return dict(found)


def _run(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    watched: Sequence[Watched],
    seen: Mapping[str, Any],
) -> Run:
    steps = steps_of(watched, seen["events"], seen["overflow"])
    numbers = {id(one.statement): one.number for one in watched}
    last = numbers[id(answer.statement)]
    later = touched_later(scope, cell)

    def is_live(name: str, step: Step) -> bool:
        number = numbers[id(step.statement)]
        if isinstance(step.statement.node, COMPOUND):
            touched = step.statement.binds | changed_names(step.statement.node)
            if name in touched:
                return False
        return later.get(name, -1) <= number

    labels = frozenset(_labels(scope, last))
    compounds = compounds_of(watched, seen["events"])
    copies_on_write = seen["copies_on_write"]
    return Run(scope, steps, compounds, Versions(steps), is_live, labels, copies_on_write, answer)


def _labels(scope: Scope, last: int) -> Iterator[str]:
    """The columns that are handed to a fit or a split as what is to be learnt."""
    targets: set[str] = set()
    for statement in scope.statements[: last + 1]:
        for call in (n for n in ast.walk(statement.node) if isinstance(n, ast.Call)):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name in SPLITS | {"fit", "fit_transform"} and len(call.args) > 1:
                yield from _columns_named(call.args[1])
                targets |= {n.id for n in ast.walk(call.args[1]) if isinstance(n, ast.Name)}
    for statement in scope.statements[: last + 1]:
        if statement.binds & targets and isinstance(statement.node, ast.Assign):
            yield from _columns_named(statement.node.value)


def _columns_named(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(column))):
            yield column
        case ast.Attribute(value=ast.Name(), attr=column):
            yield column
        case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.Constant(value=str(column))]):
            yield column
        case ast.Attribute(value=value, attr="values"):
            yield from _columns_named(value)


def _inputs(run: Run) -> Iterator[Input]:
    """The versions that may be an input, the rawest first; a sample written in the cell last."""
    names = _lineage(run)
    columns = {
        c for step in run.steps for v in step.versions.values() for c in v.get("columns", ())
    }
    for step in run.steps:
        yield from _written(run, step)
        for name in sorted(step.binds | step.changes):
            version = step.versions.get(name, {})
            kind = version.get("kind", "other")
            if kind == "list" and columns.issuperset(version.get("items") or [None]):
                continue  # it names columns
            if name in names and kind != "other" and version.get("copied"):
                yield Input(name, step, None, version.get("rows"), kind)
    # As they are when the answer is made: something may have changed them that no statement shows.
    if run.steps:
        last = run.steps[-1]
        for name, used in sorted(last.used.items()):
            yield Input(name, last, None, used.get("rows"), used["kind"], as_used=True)


def _lineage(run: Run) -> set[str]:
    """The names from which the answer may come."""
    found: set[str] = set()
    last = run.answer.statement
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
    names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
    for name in names:
        binding = run.scope.binding(name, run.answer.statement.cell.number)
        if binding is None or binding.is_import or _is_written(binding.value):
            continue
        version = run.versions.before(name, step.event)
        if version.get("type") not in PLAIN and not (one_row and _is_flat(version)):
            return None
    return node if isinstance(node, ast.List | ast.Tuple | ast.Call | ast.Constant) else None


def _is_flat(version: Mapping[str, Any]) -> bool:
    """Whether it is the numbers of one row, as far as it can be told: `[5.1, 3.5]`, `X_test[0]`."""
    kind = version.get("kind")
    return (
        kind == "series"
        or (kind == "array" and version.get("width") is None)
        or (kind == "list" and version.get("items") is not None)
    )


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


def _buildable(run: Run, chosen: Input, inputs: Sequence[Input]) -> Iterator[Input]:
    """Some inputs below the chosen one that seem to have a path, one for each name and cell."""
    named = [one for one in inputs if one.place is None and not one.as_used]
    last = {one.text: one for one in named if one.text != chosen.text}
    count = 0
    for start in last.values():
        if count == MOST_OTHERS:
            return
        try:
            build(run, start)
        except StopError:
            continue
        count += 1
        yield start


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


def _no_path(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    wanted: Version | None,
    refusals: Sequence[Refusal],
) -> Nb2serviceError:
    place = scope.notebook.place(cell)
    if all(refusal.elsewhere for refusal in refusals):
        return Nb2serviceError(
            place,
            f"no table was seen on the way to `{answer.text}`",
            "Predict on a table, an array or a list that a cell binds to a name.",
        )
    telling = [one for one in refusals if not one.elsewhere]
    refused = (telling or refusals)[-1]
    where = ""
    if refused.step is not None:
        at = scope.notebook.place(refused.step.statement.cell, refused.step.line)
        where = f"\n    {at.removeprefix(scope.notebook.name + ', ')}: {refused.step.text}"
    return Nb2serviceError(
        place,
        f"`{answer.text}` cannot be served from `{refused.input.text}`: {refused.why}{where}",
        "Put the way from a row to the answer into a function, mark it, and call it once."
        if wanted is None
        else "Begin the arrow further down, or leave the choice: #| predict",
    )
