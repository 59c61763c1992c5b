"""What is known of a run of the notebook, for the paths that are made from it."""

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.marking.answers import Answer
from nb2service.notebook.changes import changed_names
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope
from nb2service.slicing.operations.names import SPLITS
from nb2service.slicing.plan import COMPOUND, Watched, touched_later
from nb2service.slicing.trace.snapshots import Versions
from nb2service.slicing.trace.steps import Step, compounds_of, steps_of


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


def run_of(
    scope: Scope,
    cell: Cell,
    answer: Answer,
    watched: Sequence[Watched],
    seen: Mapping[str, Any],
) -> Run:
    """What is known of the run of a notebook.

    Args:
        scope: the notebook's statements.
        cell: the marked cell.
        answer: its answer.
        watched: what was watched.
        seen: what the tracker saw; see `kernel/tracking/tracker.py`.
    """
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
