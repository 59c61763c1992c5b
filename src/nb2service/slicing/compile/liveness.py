"""Liveness: of each table on a path the columns that the answer needs, and the statements that it needs.

Followed from the answer back to the input, so that a request has no label, no column that the notebook
drops, and the path no statement whose result nobody reads.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.parts_set import part_set
from nb2service.slicing.compile.settling import settled, without_full_slices
from nb2service.slicing.compile.stops import guard_needs
from nb2service.slicing.compile.subscripts_needed import chosen
from nb2service.slicing.operations.arrays import table_of
from nb2service.slicing.operations.syntax import method
from nb2service.slicing.operations.values import Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import ConstantPool
from nb2service.slicing.trace.demand import EXACTLY, ColumnDemand
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step


@dataclass(frozen=True)
class Live:
    """The living part of a path.

    Attributes:
        effects: what is left of the effects, in their order.
        columns: the columns that a request has, in their order; None if its table has no named ones.
    """

    effects: tuple[Effect, ...]
    columns: tuple[Label, ...] | None


def living(
    effects: Sequence[Effect],
    start: str,
    result: str,
    started: int,
    run: Run,
    pool: ConstantPool,
) -> Live:
    """What of the effects the result needs.

    Args:
        effects: all effects behind the input, in their order.
        start: the name of the input.
        result: the name that the answer is bound to by the last effect.
        started: the event that made the input.
        run: what is known of the run.
        pool: the constants of the effects.

    Raises:
        UnservableError: something on the way cannot be served, or the answer does not come from the input.
    """
    demands = Demands({start, *(effect.name for effect in effects)}, run, pool)
    kept = _Backward(demands).kept(effects, result)
    width = run.snapshots.before(start, started + 1).get("width")
    need = _need_of_input(demands, start, width)
    known = run.snapshots.columns(start, started + 1)
    if known is not None and len(set(map(str, known))) < len(known):
        raise UnservableError(Refused(Reason.COLUMNS_ALIKE))
    columns = None if known is None else tuple(c for c in known if c in need.columns)
    carried = set(columns or ()) | _columns_set(kept)
    # What no input has and no statement sets has been made by one that goes on, as dummies are.
    absent = (set(known or ()) | _columns_set(effects)) - carried
    found = [without_full_slices(settled(effect, demands, absent)) for effect in kept]
    return Live(tuple(found), columns)


def _need_of_input(demands: Demands, start: str, width: int | None) -> ColumnDemand:
    for name in demands.needs:
        if name != start:
            raise UnservableError(Refused(Reason.OTHER_SOURCE, None, (name,)))
    need = demands.needs.get(start)
    if need is None:
        raise UnservableError(Refused(Reason.NOT_FROM_INPUT))
    if start in demands.places and not (need.whole or len(need.columns) == width):
        raise UnservableError(Refused(Reason.MORE_THAN_NEEDED))
    return need


def _columns_set(effects: Sequence[Effect]) -> set[Label]:
    """The columns that the effects set."""
    set_here = [effect for effect in effects if effect.form in ("column", "change")]
    return {column for effect in set_here for column in effect.columns or ()}


@dataclass(frozen=True)
class _Backward:
    """Goes through the effects from the last to the first.

    Attributes:
        demands: what is needed of each name.
    """

    demands: Demands

    def kept(self, effects: Sequence[Effect], result: str) -> list[Effect]:
        """The effects that the result needs, as they read then."""
        self.demands.needs[result] = EXACTLY
        found: list[Effect] = []
        for effect in reversed(effects):
            need = self._need(effect)
            if need is None:
                continue
            if effect.form == "guard" and _goes_on(effect.step, found):
                continue  # it stops by itself
            self.demands.at(effect.step)
            one = self._kept(effect, need)
            if one is not None:
                found.append(one)
        return found[::-1]

    def _need(self, effect: Effect) -> ColumnDemand | None:
        """What is needed of what the effect makes or changes; None if nothing."""
        needs = self.demands.needs
        if effect.form == "guard":
            return EXACTLY
        wanted = [needs[name] for name in effect.names if name in needs]
        if not wanted:
            return None
        found = reduce(ColumnDemand.joined, wanted)
        for name in (effect.name, *effect.same):
            needs[name] = found
        return found

    def _kept(self, effect: Effect, need: ColumnDemand) -> Effect | None:
        if effect.form == "guard":
            return guard_needs(effect, self.demands)
        shown = [name for name in effect.views if name in self.demands.needs]
        if shown or effect.verbatim:
            return self._as_it_stands(effect, shown)
        if effect.form == "bind":
            return self._bound(effect, need)
        if effect.form == "drop":
            return self._dropped(effect, need)
        return self._changed(effect, need)

    def _as_it_stands(self, effect: Effect, shown: Sequence[str]) -> Effect:
        """A loop, a branch, or what changes more than its name shows: all of every name is needed."""
        node = _node_of(effect)
        made = {effect.name} if effect.form == "bind" else set()
        for name in {effect.name, *effect.same}:
            self.demands.needs.pop(name, None)
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        for name in sorted((used | {effect.name, *effect.same, *shown}) - made):
            self.demands.add(name, None)
        return effect

    def _bound(self, effect: Effect, need: ColumnDemand) -> Effect:
        node = _node_of(effect)
        assert isinstance(node, ast.Assign)
        del self.demands.needs[effect.name]
        uses = self.demands.places.pop(effect.name)
        projected = bool(uses) and not need.whole
        if not projected:
            value = self.demands.visit(node.value, need)
            return replace(effect, node=ast.Assign(node.targets, value))
        table = table_of(node.value)
        known = None if table is None else self.demands.tables.columns(table)
        if table is None or known is None:
            value = self.demands.everything(node.value)
        else:
            left = sorted(place for place in need.columns if isinstance(place, int))
            self.demands.places.settle(uses, left)
            named = tuple(known[place] for place in left)
            value = chosen(table, named, ast.Slice(), "values", self.demands)
        return replace(effect, node=ast.Assign(node.targets, value), projected=True)

    def _dropped(self, effect: Effect, need: ColumnDemand) -> Effect | None:
        if effect.columns is None:
            raise UnservableError(Refused(Reason.DROPS_UNNAMED, effect.step))
        return effect if need.whole else None

    def _changed(self, effect: Effect, need: ColumnDemand) -> Effect | None:
        columns = frozenset(effect.columns or ())
        if effect.form == "column" and need.columns and columns and not columns & need.columns:
            return None
        node = _node_of(effect)
        if effect.form == "change" and effect.columns is not None:
            found = self._renamed(effect, need)
        else:
            found = replace(effect, node=part_set(effect, node, self.demands))
        for name in effect.same:  # what is set here is not needed of the table above, by any name
            self.demands.needs[name] = self.demands.needs[effect.name]
        return found

    def _renamed(self, effect: Effect, need: ColumnDemand) -> Effect:
        """`df.columns = […]`: each needed column under its name of before."""
        before = self.demands.tables.columns(ast.Name(effect.name, ast.Load()))
        after = list(effect.columns or ())
        if before is None or len(before) != len(after):
            raise UnservableError(Refused(Reason.RENAMING_NOT_SEEN, effect.step))
        names = {b: a for b, a in zip(before, after, strict=True) if a in need.columns}
        self.demands.needs[effect.name] = need.with_columns(frozenset(names))
        changed = {b: a for b, a in names.items() if a != b}
        if not changed:
            return replace(effect, node=None)
        old, new = [ast.Constant(b) for b in changed], [ast.Constant(a) for a in changed.values()]
        mapping = ast.Dict(list(old), list(new))
        call = method(ast.Name(effect.name, ast.Load()), "rename", columns=mapping)
        node = ast.Assign([ast.Name(effect.name, ast.Store())], call)
        return replace(effect, node=node)


def _goes_on(step: Step, kept: Sequence[Effect]) -> bool:
    """Whether the statement of a step is on the path itself."""
    return any(one.step is step and one.form != "guard" for one in kept)


def _node_of(effect: Effect) -> ast.stmt:
    if effect.refused is not None:
        raise UnservableError(effect.refused)
    if effect.node is None:
        raise UnservableError(Refused(Reason.NOT_WRITABLE, effect.step))
    return effect.node
