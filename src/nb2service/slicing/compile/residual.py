"""Build the function of a path: as a person would have written it, and proven by the kernel."""

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nb2service.slicing.compile.category_check import with_known_categories
from nb2service.slicing.compile.effects import Act
from nb2service.slicing.compile.emit import function_source, statement_text
from nb2service.slicing.compile.forward import RESULT, acts_of, first_row, for_one_row, is_answer
from nb2service.slicing.compile.late_bindings import names_of, renamed, with_values
from nb2service.slicing.compile.liveness import living
from nb2service.slicing.trace.constants import Freezer, Frozen, key_of
from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.runs import Run


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
    acts = acts_of(run, start, freezer)
    first = first or (start.single and start.kind != "other" and for_one_row(start, acts))
    if first:
        first, acts[-1] = first_row(run, acts[-1])
    made = start.step.event - start.as_used
    alive = living(acts, start.name, RESULT, made, run.versions, freezer)
    chosen = with_values(run, start, alive, freezer)
    chosen, helpers = with_known_categories(run.scope, chosen, freezer)
    names = names_of(run.scope, freezer.values, {start.name, *(act.name for act in chosen)})
    chosen = [renamed(act, names) for act in chosen]
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


def trial_of(run: Run, path: Path) -> dict[str, Any]:
    """The path as the kernel tries it; see `kernel/validation/validate.py`."""
    start = path.input
    answer = run.answer
    last = [s for s in run.steps if is_answer(run, s)][-1]
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
