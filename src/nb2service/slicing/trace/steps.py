"""The steps that really ran: simple statements in their order, loops turn by turn."""

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from nb2service.notebook.changes import changed_names
from nb2service.notebook.names import names_of
from nb2service.notebook.statements import Statement
from nb2service.slicing.trace.probes import COMPOUND, Probe
from nb2service.slicing.trace.trees import copied, with_names_looked_up


@dataclass(frozen=True)
class Step:
    """A simple statement that ran.

    Attributes:
        event: its number among the events of the run.
        statement: the statement of the notebook that it is, or is a part of.
        node: its own syntax tree; the variables of loops have their values in it.
        opaque: whether it cannot be written down: its loop goes over tables that have no names.
        binds: the names that it gives a value to.
        changes: the names whose objects it changes in place.
        uses: the names that it uses.
        versions: what each copied name held after it; see `kernel/tracking/snapshot_info.info`.
        copies: the names whose values were copied before it.
        used: of the statement that answers, the tables that it uses, as they are then.
        kept: what its captured parts gave, by their places (`"3,0,3,17"`), in their order.
        parts: of a loop or a branch, what the simple statements in it may change, by line and column.
    """

    event: int
    statement: Statement
    node: ast.stmt
    opaque: bool
    binds: frozenset[str]
    changes: frozenset[str]
    uses: frozenset[str]
    versions: Mapping[str, Mapping[str, Any]]
    copies: frozenset[str]
    used: Mapping[str, Mapping[str, Any]]
    kept: Mapping[str, Sequence[Mapping[str, Any]]]
    parts: Mapping[tuple[int, int], frozenset[str]] = field(default_factory=dict)

    @property
    def cell(self) -> int:
        """The number of its cell."""
        return self.statement.cell.number

    @property
    def line(self) -> int:
        """Its line in the cell."""
        return self.node.lineno + self.statement.line - self.statement.node.lineno

    @property
    def text(self) -> str:
        """Its source, for messages."""
        return ast.unparse(self.node).splitlines()[0][:80]


def steps_of(
    probes: Sequence[Probe], events: Sequence[Mapping[str, Any]], overflow: Collection[int]
) -> list[Step]:
    """The steps, from what the tracker saw; see `kernel/tracking/tracker.py`.

    Args:
        probes: the probes.
        events: what was seen.
        overflow: the numbers of the statements with more turns than were followed; each is one step.
    """
    by_number = {one.number: one for one in probes}
    last = {event["id"]: index for index, event in enumerate(events)}
    inner: dict[int, dict[tuple[int, int], ast.stmt]] = {}
    taken = _tables_taken(events)
    found = []
    for index, event in enumerate(events):
        one = by_number[event["id"]]
        node = one.statement.node
        if one.number in overflow:
            if index == last[one.number] and event["done"]:
                found.append(_opaque(index, one, event))
            continue
        if event["at"] is not None:
            if one.number not in inner:
                inner[one.number] = _simple(node)
            node = inner[one.number][tuple(event["at"])]
        elif isinstance(node, COMPOUND):
            continue
        if not event["done"]:
            continue
        found.append(_step(index, one, node, event, taken[one.number]))
    return found


def compounds_of(probes: Sequence[Probe], events: Sequence[Mapping[str, Any]]) -> list[Step]:
    """The loops and branches that ran, each as one step before those that are in it."""
    by_number = {one.number: one for one in probes}
    found = []
    for index, event in enumerate(events):
        node = by_number[event["id"]].statement.node
        if event["at"] is None and isinstance(node, COMPOUND) and event["done"]:
            one = by_number[event["id"]]
            whole = _step(index, one, node, event, frozenset())
            found.append(replace(whole, parts=one.effects.parts))
    return found


def _tables_taken(events: Sequence[Mapping[str, Any]]) -> dict[int, frozenset[str]]:
    """For each statement the variables of loops over tables in it, and the tables that they stood for."""
    found: dict[int, frozenset[str]] = {}
    for event in events:
        names = {n for pair in event["aliases"].items() for n in pair if n is not None}
        found[event["id"]] = found.get(event["id"], frozenset()) | names
    return found


def _opaque(index: int, probe: Probe, event: Mapping[str, Any]) -> Step:
    """A loop as a whole: it makes what it makes, nobody follows how."""
    whole = {**event, "at": None, "loop": {}, "aliases": {}}
    step = _step(index, probe, probe.statement.node, whole, frozenset())
    return replace(step, opaque=True, binds=probe.effects.binds)


def _step(
    index: int, probe: Probe, node: ast.stmt, event: Mapping[str, Any], taken: frozenset[str]
) -> Step:
    aliases = {name: other for name, other in event["aliases"].items() if other is not None}
    changes = probe.effects.changes
    if event["at"] is not None:
        changes = probe.effects.parts.get(tuple(event["at"]), frozenset())
    if event["loop"] or aliases:
        node = _with_values(node, event["loop"], aliases)
    node = with_names_looked_up(node)
    if taken & changes:  # of the tables that a loop goes over only the one whose turn it is
        changes = (changes - taken) | (changed_names(node) & taken) | _given(node, aliases)
    binds, eager, lazy = names_of(ast.unparse(node))
    nameless = event["aliases"].keys() - aliases.keys()
    return Step(
        index,
        probe.statement,
        node,
        any(isinstance(n, ast.Name) and n.id in nameless for n in ast.walk(node)),
        binds,
        changes,
        eager | lazy,
        event["versions"],
        frozenset(event["copies"]),
        event["used"],
        event["kept"],
    )


def _given(node: ast.stmt, aliases: Mapping[str, str]) -> frozenset[str]:
    """The tables of this turn that a call is given, which may change them."""
    calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    names = {n.id for call in calls for n in ast.walk(call) if isinstance(n, ast.Name)}
    return frozenset(names.intersection(aliases.values()))


def _simple(node: ast.stmt) -> dict[tuple[int, int], ast.stmt]:
    """The simple statements inside of a compound one, by where they stand."""
    return {
        (part.lineno, part.col_offset): part
        for part in ast.walk(node)
        if isinstance(part, ast.stmt) and not isinstance(part, COMPOUND)
    }


def with_loop_values(node: ast.stmt, loop: Mapping[str, Any]) -> ast.stmt:
    """The statement as it reads in a turn of a loop."""
    return _with_values(node, loop, {})


def _with_values(node: ast.stmt, loop: Mapping[str, Any], aliases: Mapping[str, str]) -> ast.stmt:
    """The statement with the values of loop variables, and tables by their own names."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            if name.id in aliases:
                return ast.copy_location(ast.Name(aliases[name.id], name.ctx), name)
            if name.id in loop and isinstance(name.ctx, ast.Load):
                return ast.copy_location(ast.Constant(loop[name.id]), name)
            return name

    filled = Fill().visit(copied(node))
    assert isinstance(filled, ast.stmt)
    return filled


def one_by_one(steps: Iterable[Step]) -> Iterator[Step]:
    """The steps, with `X = Z = …` as `X = …` and `Z = X`: both hold the same."""
    for step in steps:
        match step.node:
            case ast.Assign(targets=[ast.Name(id=first) as target, _, *_], value=value) as node:
                yield replace(step, node=_assigned(node, target, value))
                for other in node.targets[1:]:
                    same = ast.copy_location(ast.Name(first, ast.Load()), value)
                    yield replace(step, node=_assigned(node, other, same))
            case _:
                yield step


def _assigned(node: ast.Assign, target: ast.expr, value: ast.expr) -> ast.Assign:
    return ast.copy_location(ast.Assign([target], value), node)
