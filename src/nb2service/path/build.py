"""Build the function of a path: as a person would have written it, and proven by the kernel."""

import ast
import keyword
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from nb2service.marking.answers import Answer
from nb2service.notebook.statements import BUILTINS, Scope
from nb2service.path.acts import Act, Actor, answer_act
from nb2service.path.forms import FIXED
from nb2service.path.frozen import Freezer, Frozen, hint_for, kept, key_of
from nb2service.path.function import function_source, statement_text
from nb2service.path.helpers import with_known_categories
from nb2service.path.inputs import Input
from nb2service.path.live import Live, living
from nb2service.path.needs import StopError, Versions
from nb2service.path.parts import Reader
from nb2service.path.plan import COMPOUND
from nb2service.path.steps import Step
from nb2service.path.targets import Label
from nb2service.path.trees import copied
from nb2service.path.verbatim import aligns, depends, mixes

RESULT = "answer"


@dataclass(frozen=True)
class Path:
    """A path that can be tried.

    Attributes:
        input: where it begins.
        acts: what happens to the rows.
        columns: the columns of the input that a request has; None if it has no named ones.
        filled: all columns of it, if there are some that no answer depends on, though the preparation
            takes them along: the function fills them in.
        frozen: the frozen values, by the names that they get.
        function: the source of the function.
        entry: its name.
        helpers: the sources of the functions that it calls and the notebook does not have, by name.
        first: whether it answers with the first row of the notebook's answer: it takes one row only.
    """

    input: Input
    acts: tuple[Act, ...]
    columns: tuple[Label, ...] | None
    filled: tuple[Label, ...]
    frozen: Mapping[str, Frozen]
    function: str
    entry: str
    helpers: Mapping[str, str]
    first: bool

    @property
    def steps(self) -> int:
        """How many statements it has besides the prediction itself."""
        return sum(1 for act in self.acts if act.node is not None) - 1


@dataclass(frozen=True)
class Run:
    """All that is known of the run that a path is made from.

    Attributes:
        scope: the notebook's statements.
        steps: the steps that ran.
        compounds: the loops and branches that ran, each as a whole.
        versions: what the names held.
        live: whether a name still holds at the end what it holds after a step.
        labels: the columns that a model learns to predict.
        copies_on_write: whether the notebook's pandas never changes a table through a part of it.
        answer: the answer.
    """

    scope: Scope
    steps: Sequence[Step]
    compounds: Sequence[Step]
    versions: Versions
    live: Callable[[str, Step], bool]
    labels: frozenset[str]
    copies_on_write: bool
    answer: Answer


def build(run: Run, start: Input, *, first: bool = False, spare: Collection[Label] = ()) -> Path:
    """The path from an input to the answer.

    Args:
        run: what is known of the run.
        start: the input.
        first: whether the function is for one row at a time, and answers with one value.
        spare: columns of the input that the function fills in by itself.

    Raises:
        StopError: there is none; the reason is in it.
    """
    freezer = Freezer()
    acts = _acts(run, start, freezer)
    first = first or (start.single and start.kind != "other" and _mixes(start, acts[:-1]))
    if first:
        first, acts[-1] = _first(run, acts[-1])
    made = start.step.event - start.as_used
    alive = living(acts, start.name, RESULT, made, run.versions, freezer)
    chosen = _with_values(run, start, alive, freezer)
    chosen, helpers = with_known_categories(run.scope, chosen, freezer)
    names = _names(run.scope, freezer.values, {start.name, *(act.name for act in chosen)})
    chosen = [_renamed(act, names) for act in chosen]
    used = {
        n.id for act in chosen if act.node for n in ast.walk(act.node) if isinstance(n, ast.Name)
    }
    frozen = {name: freezer.values[number] for number, name in enumerate(names) if name in used}
    entry = "predict"
    while run.scope.binds(entry):
        entry += "_row"
    columns, filled = alive.columns, tuple[Label, ...]()
    if columns is not None and spare:
        columns, filled = tuple(c for c in columns if c not in spare), columns
    source = function_source(run.answer, start, chosen, entry, filled)
    return Path(start, tuple(chosen), columns, filled, frozen, source, entry, helpers, first)


def _acts(run: Run, start: Input, freezer: Freezer) -> list[Act]:
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
            if not _is_answer(run, step) and depends(step.node, names):
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
        if _is_answer(run, step) and run.answer.node is not None:
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


def _mixes(start: Input, acts: Sequence[Act]) -> bool:
    """Whether one of the acts is meant for one record alone."""
    names = {start.name, *(act.name for act in acts)}
    return any(act.node is not None and mixes(act.node, names) for act in acts)


def _first(run: Run, act: Act) -> tuple[bool, Act]:
    """Whether the answer has rows, and the act that gives the first one of them."""
    step, name, node = act.step, run.answer.name, run.answer.node
    seen = [step.versions.get(name or "", {})] if node is None else kept(step, node)
    kind = seen[-1].get("kind", "other") if seen else "other"
    if kind == "other":
        return False, act
    if act.node is None or kind not in ("array", "series", "list"):
        raise StopError("it takes one row only, and does not answer with one value", None)
    bound = copied(act.node)
    assert isinstance(bound, ast.Assign)
    rows = ast.Attribute(bound.value, "iloc", ast.Load()) if kind == "series" else bound.value
    bound.value = ast.Subscript(rows, ast.Constant(0), ast.Load())
    return True, replace(act, node=bound)


def _is_answer(run: Run, step: Step) -> bool:
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


def _with_values(run: Run, start: Input, alive: Live, freezer: Freezer) -> list[Act]:
    """The acts with a frozen copy of every value that a later statement of the notebook changed."""
    rows = {start.name, *(act.name for act in alive.acts)}
    found = []
    for act in alive.acts:
        node = act.node
        if node is not None:
            known = rows | _local_names(node)
            node = _Hold(run, act.step, known, freezer).visit(copied(node))
        found.append(replace(act, node=node))
    return found


class _Hold(ast.NodeTransformer):
    """Put a frozen copy in place of each name that means something else by the end.

    Of another table that only tells its columns these are frozen: it is no part of a service.
    """

    def __init__(self, run: Run, step: Step, known: set[str], freezer: Freezer) -> None:
        self.run, self.step, self.known, self.freezer = run, step, known, freezer

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if (
                attr in FIXED
                and name not in self.known
                and self.run.versions.before(name, self.step.event).get("kind") == "frame"
                and kept(self.step, node)
            ):
                text, hint = ast.unparse(node), hint_for(node)
                return self.freezer.freeze(Frozen(self.step, text, None, key_of(node), hint))
        self.generic_visit(node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if not isinstance(node.ctx, ast.Load) or name in self.known or self.freezer.of(name):
            return node
        if not self.run.scope.binds(name):
            return node
        if self.run.live(name, self.step):
            self._refuse_changed(name, {name})
            return node
        if name not in self.step.copies:
            why = f"`{name}` gets another value later, and what it held was not kept"
            raise StopError(why, self.step)
        return self.freezer.freeze(Frozen(self.step, name, name, None, name))

    def _refuse_changed(self, function: str, known: set[str]) -> None:
        """Refuse a function that means something else by the end, by itself or by a name in it."""
        cell = self.run.answer.statement.cell.number
        binding = self.run.scope.binding(function, cell)
        if binding is None or not (binding.is_definition or isinstance(binding.value, ast.Lambda)):
            return
        if binding.is_definition and binding.follows(self.step.statement):
            raise StopError(f"`{function}` is defined anew later", self.step)
        for name in sorted(binding.lazy - known):
            if not self.run.scope.binds(name):
                continue
            if not self.run.live(name, self.step):
                why = f"`{function}` uses `{name}`, which gets another value later"
                raise StopError(why, self.step)
            known.add(name)
            self._refuse_changed(name, known)


def _local_names(node: ast.stmt) -> set[str]:
    """The names of lambdas' parameters, and those that get a value within the statement."""
    found: set[str] = set()
    for part in ast.walk(node):
        if isinstance(part, ast.arg):
            found.add(part.arg)
        elif isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
            found.add(part.id)
    return found


def _names(scope: Scope, values: Sequence[Frozen], taken: Iterable[str]) -> list[str]:
    """A name of its own for each frozen value, by what it is."""
    used, found = set(taken) | {RESULT}, list[str]()
    for value in values:
        base = value.hint if value.hint.isidentifier() else f"value_{value.step.cell}"
        if keyword.iskeyword(base):
            base += "_"
        name, count = base, 1
        while name in used or scope.binds(name) or name in BUILTINS:
            count += 1
            name = f"{base}_{count}"
        used.add(name)
        found.append(name)
    return found


def _renamed(act: Act, names: Sequence[str]) -> Act:
    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            if node.id.startswith("__frozen_"):
                return ast.Name(names[int(node.id.strip("_").partition("_")[2])], node.ctx)
            return node

    if act.node is None:
        return act
    node = Rename().visit(act.node)
    return replace(act, node=node)


def trial_of(run: Run, path: Path) -> dict[str, Any]:
    """The path as the kernel tries it; see `kernel/trial.py`."""
    start = path.input
    answer = run.answer
    last = [s for s in run.steps if _is_answer(run, s)][-1]
    asked: dict[str, Any] = {"event": last.event, "first": path.first}
    if answer.node is not None:
        asked["place"] = key_of(answer.node)
    else:
        asked["name"] = answer.name
    return {
        "input": {
            "event": start.step.event,
            "name": start.name,
            "place": start.place,
            "as_used": start.as_used,
            "columns": None if path.columns is None else list(path.filled or path.columns),
            "spare": [c for c in path.filled if c not in (path.columns or ())],
        },
        "parameter": start.name,
        "frozen": [
            {
                "name": name,
                "event": value.step.event,
                "held": value.held,
                "place": value.place,
                "nth": -1,
                "only": None if value.only is None else list(value.only),
            }
            for name, value in path.frozen.items()
        ],
        "steps": [
            {
                "source": "" if act.node is None else statement_text(act.node),
                "event": act.step.event,
                "names": [] if act.narrowed else [act.name],
                # Of a table that a step sets columns of, the rest was compared before.
                "columns": list(act.columns or ()) if act.form == "column" else [],
                "picks": act.picks,
            }
            for act in path.acts
        ],
        "helpers": list(path.helpers.values()),
        "function": path.function,
        "entry": path.entry,
        "result": RESULT,
        "answer": asked,
    }
