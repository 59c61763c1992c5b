"""Which columns live: of each table on a path, what the answer really needs.

Followed from the answer back to the input, so that a request has no label, no column that the notebook
drops, and the path no statement whose result nobody reads.
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2service.slicing.compile.columns_needed import Reads
from nb2service.slicing.compile.effects import Act
from nb2service.slicing.operations.columns import ignoring_absent
from nb2service.slicing.trace.constants import Freezer
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.snapshots import Need, StopError, Versions
from nb2service.slicing.trace.trees import copied


@dataclass(frozen=True)
class Live:
    """The living part of a path.

    Attributes:
        acts: what is left of the acts, in their order.
        columns: the columns that a request has, in their order; None if its table has no named ones.
    """

    acts: tuple[Act, ...]
    columns: tuple[Label, ...] | None


def living(
    acts: Sequence[Act],
    start: str,
    result: str,
    started: int,
    versions: Versions,
    freezer: Freezer,
) -> Live:
    """What of the acts the result needs.

    Args:
        acts: all acts behind the input, in their order.
        start: the name of the input.
        result: the name that the answer is bound to by the last act.
        started: the event that made the input.
        versions: what is known of the tables.
        freezer: the frozen values of the acts.

    Raises:
        StopError: something on the way cannot be served, or the answer does not come from the input.
    """
    return _Backward(acts, start, started, versions, freezer).go(result)


class _Backward:
    """Goes through the acts from the last to the first."""

    def __init__(
        self,
        acts: Sequence[Act],
        start: str,
        started: int,
        versions: Versions,
        freezer: Freezer,
    ) -> None:
        self.acts, self.start, self.started = acts, start, started
        self.reads = Reads({start, *(act.name for act in acts)}, versions, freezer)

    def go(self, result: str) -> Live:
        self.reads.needs[result] = Need(set(), True)
        kept: list[Act] = []
        for act in reversed(self.acts):
            need = self.reads.needs.get(act.name)
            if need is None:
                continue
            self.reads.step = act.step
            if act.verbatim:
                found: Act | None = self._verbatim(act)
            else:
                found = self._bound(act, need) if act.form == "bind" else self._changed(act, need)
            if found is not None:
                kept.append(found)
        return self._finished(kept[::-1])

    def _finished(self, acts: list[Act]) -> Live:
        rest = [name for name in self.reads.needs if name != self.start]
        if rest:
            raise StopError(f"`{rest[0]}` does not come from it", None)
        if self.start not in self.reads.needs:
            raise StopError("the answer does not come from it", None)
        need = self.reads.needs[self.start]
        if self.start in self.reads.places and not need.whole:
            raise StopError("its rows hold more than the answer needs", None)
        known = self.reads.versions.columns(self.start, self.started + 1)
        columns = None if known is None else tuple(c for c in known if c in need.columns)
        if columns is not None and len(set(map(str, known or ()))) < len(known or ()):
            raise StopError("two of its columns have the same name", None)
        carried: set[Label] = set(columns or ())
        for act in acts:
            carried |= set(act.columns or ()) if act.form in ("column", "change") else set()
        # What no input has and no statement sets has been made by one that goes on, as dummies are.
        absent = set(known or ())
        for act in self.acts:
            absent |= set(act.columns or ()) if act.form in ("column", "change") else set()
        absent -= carried
        restricted = [self._with_drops(act, absent) for act in acts]
        return Live(tuple(_without_full_slices(act) for act in restricted), columns)

    def _with_drops(self, act: Act, absent: set[Label]) -> Act:
        """The act whose drops name only columns that are there."""
        if act.node is None or _drops_nothing(act.node):
            return act
        drops, dropped = self.reads.drops, self.reads.dropped
        self.reads.step = act.step

        class Restrict(ast.NodeTransformer):
            def visit_Call(self, call: ast.Call) -> ast.expr:
                self.generic_visit(call)
                if not any(call is one for one in drops):
                    return call
                assert isinstance(call.func, ast.Attribute)
                labels = dropped(call)
                left = [label for label in labels or () if label not in absent]
                if labels is not None and not left:
                    return call.func.value
                if labels is None:
                    return ignoring_absent(call)
                chosen = ast.List([ast.Constant(label) for label in left], ast.Load())
                return ast.Call(call.func, [], [ast.keyword("columns", chosen)])

        node = Restrict().visit(act.node)
        if act.form == "drop":
            left = [c for c in act.columns or () if c not in absent]
            if act.columns is not None and not left:
                return replace(act, node=None)
            name = ast.Name(act.name, ast.Load())
            chosen = ast.List([ast.Constant(label) for label in left], ast.Load())
            call = ast.Call(
                ast.Attribute(name, "drop", ast.Load()), [], [ast.keyword("columns", chosen)]
            )
            node = ast.Assign([ast.Name(act.name, ast.Store())], call)
        return replace(act, node=node)

    # Acts

    def _verbatim(self, act: Act) -> Act:
        """A loop or a branch: of every name in it all is needed."""
        if act.why or act.node is None:
            raise StopError(act.why, act.stuck or act.step)
        del self.reads.needs[act.name]
        node = copied(act.node)
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        made = {act.name} if act.form == "bind" else set()
        for name in sorted((used | {act.name}) - made):
            self.reads.add(name, None)
        return replace(act, node=node)

    def _bound(self, act: Act, need: Need) -> Act:
        if act.why or act.node is None:
            raise StopError(act.why or "it cannot be written down", act.stuck or act.step)
        del self.reads.needs[act.name]
        node = copied(act.node)
        assert isinstance(node, ast.Assign)
        uses = self.reads.places.pop(act.name, [])
        narrowed = bool(uses) and not need.whole
        if narrowed:
            node.value = self.reads.fewer_columns(node.value, need, uses, act)
        else:
            node.value = self.reads.visit(node.value, need)
        return replace(act, node=node, narrowed=narrowed)

    def _changed(self, act: Act, need: Need) -> Act | None:
        columns = set(act.columns or ())
        if act.form == "drop":
            if act.columns is not None and not need.whole:
                return None
            if act.columns is None:
                raise StopError("it drops what no name of a column tells", act.step)
            return act
        if act.form == "column" and need.columns and columns and not columns & need.columns:
            return None
        if act.why:
            raise StopError(act.why, act.stuck or act.step)
        assert act.node is not None
        node = copied(act.node)
        if act.form == "change" and act.columns is not None:
            return self._renamed(act, need)
        self._set(act, need, node)
        return replace(act, node=node)

    def _set(self, act: Act, need: Need, node: ast.stmt) -> None:
        """Note what a statement that sets a part of a table reads."""
        columns = set(act.columns or ())
        if act.form == "change" and isinstance(node, ast.Assign):
            self.reads.visit(ast.Name(act.name, ast.Load()), None)
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name()) as target]) if not columns:
                target.slice = self.reads.visit(target.slice, Need(set(), True))
                node.value = self.reads.visit(node.value, Need(set(), True))
            case ast.Assign(targets=[ast.Subscript(value=ast.Name()) as target]):
                left = [c for c in act.columns or () if c in need.columns]
                alone = (
                    self.reads.by_column(node.value) and need.columns and len(left) < len(columns)
                )
                if alone:
                    target.slice = ast.List([ast.Constant(c) for c in left], ast.Load())
                need.columns -= columns
                node.value = self.reads.visit(node.value, Need(set(left) if alone else set(), True))
            case ast.Assign(targets=[ast.Subscript() as target]):
                target.slice = self.reads.visit(target.slice, Need(set(), True))
                node.value = self.reads.visit(node.value, Need(set(), True))
            case ast.Expr(value=ast.Call(args=[_, _, value]) as call):  # `df.insert(0, "a", …)`
                need.columns -= columns
                call.args[2] = self.reads.visit(value, Need(set(), True))
            case ast.AugAssign():
                node.value = self.reads.visit(node.value, Need(set(), True))

    def _renamed(self, act: Act, need: Need) -> Act:
        """`df.columns = […]`: each needed column under its name of before."""
        before = self.reads.versions.columns(act.name, act.step.event)
        after = list(act.columns or ())
        if before is None or len(before) != len(after):
            raise StopError("its columns before and after the renaming were not seen", act.step)
        names = {b: a for b, a in zip(before, after, strict=True) if a in need.columns}
        need.columns = set(names)
        changed = {b: a for b, a in names.items() if a != b}
        table = ast.Name(act.name, ast.Load())
        if not changed:
            return replace(act, node=None)
        mapping = ast.Dict(
            [ast.Constant(b) for b in changed], [ast.Constant(a) for a in changed.values()]
        )
        call = ast.Call(
            ast.Attribute(table, "rename", ast.Load()), [], [ast.keyword("columns", mapping)]
        )
        return replace(act, node=ast.Assign([ast.Name(act.name, ast.Store())], call))

    # Expressions


def _without_full_slices(act: Act) -> Act:
    """The act with `X` for `X[:, :]`."""

    class Whole(ast.NodeTransformer):
        def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
            self.generic_visit(node)
            match node:
                case ast.Subscript(value=ast.Name() as name, slice=ast.Tuple(elts=elements)):
                    everything = all(
                        isinstance(e, ast.Slice) and (e.lower, e.upper, e.step) == (None,) * 3
                        for e in elements
                    )
                    return name if everything else node
            return node

    return act if act.node is None else replace(act, node=Whole().visit(act.node))


def _drops_nothing(node: ast.stmt) -> bool:
    """Whether nothing in the statement can be a drop of columns."""
    return not any(
        isinstance(n, ast.Attribute) and n.attr in ("drop", "pop") for n in ast.walk(node)
    )
