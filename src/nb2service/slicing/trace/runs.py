"""What is known of a run of the notebook, for the paths that are made from it."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.marking.answers import Answer
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope
from nb2service.slicing.trace.probes import COMPOUND, Probe
from nb2service.slicing.trace.row_choices import RowChoice
from nb2service.slicing.trace.snapshots import Snapshots
from nb2service.slicing.trace.steps import Step, compounds_of, steps_of


@dataclass(frozen=True)
class Taught:
    """What a model learns to predict, which no request has.

    Attributes:
        columns: the columns of labels.
        names: the names that hold labels.
        made_of: other columns that labels are made of, and perhaps features, too.
        scaled: those of them that alone make a label: it is they in another scale, as a logarithm.
    """

    columns: frozenset[str]
    names: frozenset[str]
    made_of: frozenset[str]
    scaled: frozenset[str]


@dataclass(frozen=True)
class Run:
    """All that is known of the run that a path is made from.

    Attributes:
        scope: the notebook's statements.
        steps: the steps that ran.
        compounds: the loops and branches that ran, each as a whole.
        snapshots: what the names held.
        live: whether a name still holds at the end what it holds after a step.
        taught: what a model learns to predict.
        copies_on_write: whether the notebook's pandas never changes a table through a part of it.
        answer: the answer.
    """

    scope: Scope
    steps: Sequence[Step]
    compounds: Sequence[Step]
    snapshots: Snapshots
    live: Callable[[str, Step], bool]
    taught: Taught
    copies_on_write: bool
    answer: Answer

    @property
    def labels(self) -> frozenset[str]:
        """The columns that a model learns to predict."""
        return self.taught.columns

    def function(self, name: str, step: Step) -> ast.FunctionDef | None:
        """The function of the notebook that a name stands for at a step; None for anything else."""
        binding = self.scope.binding_before(name, step.statement)
        node = binding.node if binding is not None else None
        return node if isinstance(node, ast.FunctionDef) else None

    def methods(self, name: str) -> list[ast.FunctionDef]:
        """The methods of that name which classes of the notebook have."""
        classes = [s.node for s in self.scope.statements if isinstance(s.node, ast.ClassDef)]
        inner = [node for one in classes for node in one.body]
        return [n for n in inner if isinstance(n, ast.FunctionDef) and n.name == name]

    def by_content(
        self, which: ast.expr, table: ast.expr, step: Step, *, counted: bool = False
    ) -> bool:
        """Whether places of rows of a table, or how many are counted, depend on what rows hold."""
        at = next(i for i, s in enumerate(self.scope.statements) if s is step.statement)
        choice = RowChoice(graph(self.scope), self._tables())
        return (choice.counts if counted else choice.by_content)(which, table, at)

    def _tables(self) -> frozenset[str]:
        """The names that held rows at some time; a list of names of columns holds none."""
        versions = [pair for step in self.steps for pair in step.versions.items()]
        return frozenset(name for name, version in versions if _holds_rows(version))

    def library(self, name: str, step: Step) -> str:
        """The library that a name was imported from; `""` if from none."""
        binding = self.scope.binding_before(name, step.statement)
        match binding.node if binding is not None else None:
            case ast.ImportFrom(module=str(module)):
                return module.partition(".")[0]
            case ast.Import(names=names):
                own = [a.name for a in names if (a.asname or a.name.partition(".")[0]) == name]
                return own[0].partition(".")[0] if own else ""
        return ""


def _holds_rows(version: Mapping[str, Any]) -> bool:
    kind, items = version.get("kind", "other"), version.get("items")
    named = kind == "list" and bool(items) and all(isinstance(i, str) for i in items or ())
    return kind != "other" and not named


def run_of(
    scope: Scope,
    answer: Answer,
    probes: Sequence[Probe],
    seen: Mapping[str, Any],
    touched: Mapping[str, int],
    taught: Taught,
) -> Run:
    """What is known of the run of a notebook.

    Args:
        scope: the notebook's statements.
        answer: the answer of the marked cell.
        probes: what was watched.
        seen: what the tracker saw; see `kernel/tracking/tracker.py`.
        touched: for each name the last statement that binds it or changes what it holds.
        taught: what a model learns to predict.
    """
    steps = steps_of(probes, seen["events"], seen["overflow"])
    by_statement = {id(one.statement): one for one in probes}

    def is_live(name: str, step: Step) -> bool:
        probe = by_statement[id(step.statement)]
        if isinstance(step.statement.node, COMPOUND) and name in probe.effects.touches:
            return False
        return touched.get(name, -1) <= probe.number

    compounds = compounds_of(probes, seen["events"])
    copies_on_write = seen["copies_on_write"]
    return Run(scope, steps, compounds, Snapshots(steps), is_live, taught, copies_on_write, answer)
