"""Which columns live: of each table on a path, what the answer really needs.

Followed from the answer back to the input, so that a request has no label, no column that the notebook
drops, and the path no statement whose result nobody reads.
"""

import ast
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from nb2service.path.acts import Act, Label, constants
from nb2service.path.forms import KEEPS_COLUMNS
from nb2service.path.frozen import Freezer
from nb2service.path.parts import drops_columns, resolved
from nb2service.path.steps import Step
from nb2service.path.trees import copied


class StopError(Exception):
    """The path cannot begin at this input.

    Attributes:
        why: the reason, in words.
        step: the step that is in the way.
    """

    def __init__(self, why: str, step: Step | None) -> None:
        super().__init__(why)
        self.why, self.step = why, step


@dataclass
class Need:
    """What is needed of a name.

    Attributes:
        columns: the columns, empty if it has no named ones.
        whole: whether exactly these are needed, in their order: the table goes on as a whole.
        unknown: whether more of it is needed than the named columns, nobody knows what.
    """

    columns: set[Label] = field(default_factory=set)
    whole: bool = False
    unknown: bool = False

    @property
    def known(self) -> bool:
        """Whether its columns are all that is needed."""
        return bool(self.columns) and not self.unknown


class Versions:
    """What is known of each name's table at each moment of the run."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._events: dict[str, list[int]] = {}
        self._known: dict[str, list[Mapping[str, Any]]] = {}
        for step in steps:
            for name, version in step.versions.items():
                self._events.setdefault(name, []).append(step.event)
                self._known.setdefault(name, []).append(version)

    def before(self, name: str, event: int) -> Mapping[str, Any]:
        """What the name held just before the event."""
        place = bisect_left(self._events.get(name, ()), event)
        return self._known[name][place - 1] if place else {}

    def columns(self, name: str, event: int) -> list[Label] | None:
        """The columns of the table that the name held before the event; None if it was none."""
        found = self.before(name, event).get("columns")
        return list(found) if found is not None else None


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
    def __init__(
        self,
        acts: Sequence[Act],
        start: str,
        started: int,
        versions: Versions,
        freezer: Freezer,
    ) -> None:
        self.acts, self.start, self.started = acts, start, started
        self.versions, self.freezer = versions, freezer
        self.names = {start, *(act.name for act in acts)}
        self.needs: dict[str, Need] = {}
        self.drops: list[ast.Call] = []
        self.places: dict[str, list[tuple[ast.Subscript, tuple[Label, ...]]]] = {}
        self.event = 0
        self.step: Step | None = None

    def go(self, result: str) -> Live:
        self.needs[result] = Need(set(), True)
        kept: list[Act] = []
        for act in reversed(self.acts):
            need = self.needs.get(act.name)
            if need is None:
                continue
            self.event, self.step = act.step.event, act.step
            found = self._bound(act, need) if act.form == "bind" else self._changed(act, need)
            if found is not None:
                kept.append(found)
        return self._finished(kept[::-1])

    def _finished(self, acts: list[Act]) -> Live:
        rest = [name for name in self.needs if name != self.start]
        if rest:
            raise StopError(f"`{rest[0]}` does not come from it", None)
        if self.start not in self.needs:
            raise StopError("the answer does not come from it", None)
        need = self.needs[self.start]
        if self.start in self.places and not need.whole:
            raise StopError("its rows hold more than the answer needs", None)
        known = self.versions.columns(self.start, self.started + 1)
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
        if act.node is None or columns_unknown(act.node):
            return act
        drops, dropped = self.drops, self._dropped
        self.event, self.step = act.step.event, act.step

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
                    return _ignoring(call)
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

    def _bound(self, act: Act, need: Need) -> Act:
        if act.why or act.node is None:
            raise StopError(act.why or "it cannot be written down", act.step)
        del self.needs[act.name]
        node = copied(act.node)
        assert isinstance(node, ast.Assign)
        uses = self.places.pop(act.name, [])
        narrowed = bool(uses) and not need.whole
        if narrowed:
            node.value = self._fewer_columns(node.value, need, uses, act)
        else:
            node.value = self._visit(node.value, need)
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
            raise StopError(act.why, act.step)
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
            self._visit(ast.Name(act.name, ast.Load()), None)
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name()) as target]) if not columns:
                target.slice = self._visit(target.slice, Need(set(), True))
                node.value = self._visit(node.value, Need(set(), True))
            case ast.Assign(targets=[ast.Subscript(value=ast.Name()) as target]):
                left = [c for c in act.columns or () if c in need.columns]
                alone = self._by_column(node.value) and need.columns and len(left) < len(columns)
                if alone:
                    target.slice = ast.List([ast.Constant(c) for c in left], ast.Load())
                need.columns -= columns
                node.value = self._visit(node.value, Need(set(left) if alone else set(), True))
            case ast.Assign(targets=[ast.Subscript() as target]):
                target.slice = self._visit(target.slice, Need(set(), True))
                node.value = self._visit(node.value, Need(set(), True))
            case ast.AugAssign():
                node.value = self._visit(node.value, Need(set(), True))

    def _renamed(self, act: Act, need: Need) -> Act:
        """`df.columns = […]`: each needed column under its name of before."""
        before = self.versions.columns(act.name, act.step.event)
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

    def _labels(self, node: ast.expr) -> tuple[Label, ...] | None:
        """The columns that an expression names, also by the name of a list."""
        return constants(self._resolved(node))

    def _resolved(self, node: ast.expr) -> ast.expr:
        return resolved(node, partial(self.versions.before, event=self.event), self.step)

    def _dropped(self, call: ast.Call) -> tuple[Label, ...] | None:
        """The columns that a drop names."""
        for keyword in call.keywords:
            if keyword.arg in ("columns", "labels"):
                return self._labels(keyword.value)
        return self._labels(call.args[0]) if call.args else None

    def _by_column(self, node: ast.expr) -> bool:
        """Whether each column of what the expression gives comes from that column alone."""
        match node:
            case ast.Subscript(value=ast.Name(), slice=which):
                return isinstance(self._resolved(which), ast.List)
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                return (name in KEEPS_COLUMNS | {"astype"} or is_each(node)) and self._by_column(
                    value
                )
        return False

    def _all(self, node: ast.expr) -> ast.expr:
        return self._visit(node, None)

    def _visit(self, node: ast.expr, want: Need | None) -> ast.expr:
        """Note what the expression reads, if `want` is needed of it (None: everything)."""
        match node:
            case ast.Name(id=name):
                self._add(name, want)
                return node
            case ast.Subscript():
                return self._subscript(node, want)
            case ast.Attribute(value=value, attr=attr):
                return self._attribute(node, value, attr)
            case ast.Call(func=ast.Attribute()):
                return self._method(node, want)
            case ast.Call(func=ast.Name(id="len")):
                self._only_rows(node.args[0])
                return node
        return self._children(node)

    def _children(self, node: ast.expr) -> ast.expr:
        visit = self._all

        class Each(ast.NodeTransformer):
            def visit(self, part: ast.AST) -> ast.AST:
                if isinstance(part, ast.expr) and not isinstance(
                    part, ast.Starred | ast.FormattedValue
                ):
                    return visit(part)
                return self.generic_visit(part)

        Each().generic_visit(node)
        return node

    def _add(self, name: str, want: Need | None) -> None:
        if name not in self.names:
            return
        known = self.versions.columns(name, self.event)
        if known is None and want is not None and not want.whole and want.columns:
            need = self.needs.setdefault(name, Need())
            need.columns |= want.columns
            return
        if want is None or (want.whole and not want.columns):
            want = Need(set(known or ()), True)
        elif known is None:
            want = Need(set(want.columns), True, True)
        need = self.needs.setdefault(name, Need())
        need.columns |= want.columns
        need.whole = need.whole or want.whole
        need.unknown = need.unknown or want.unknown

    def _only_rows(self, node: ast.expr) -> None:
        """How many rows there are can be told from any column."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.names:
                self.needs.setdefault(part.id, Need())

    def _attribute(self, node: ast.Attribute, value: ast.expr, attr: str) -> ast.expr:
        columns = self._columns(value)
        if columns is not None and attr in columns and attr not in ("values", "T", "loc", "iloc"):
            node.value = self._visit(value, Need({attr}))
        elif attr == "shape":
            self._only_rows(value)
        else:
            node.value = self._all(value)
        return node

    def _subscript(self, node: ast.Subscript, want: Need | None) -> ast.expr:
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            return self._two(node, want)
        labels = self._labels(node.slice)
        columns = self._columns(node.value)
        if labels is not None and columns is not None and set(labels) <= set(columns):
            several = isinstance(self._resolved(node.slice), ast.List)
            if several and want and want.known and not set(labels) <= want.columns:
                labels = tuple(label for label in labels if label in want.columns) or labels
                node.slice = ast.List([ast.Constant(label) for label in labels], ast.Load())
            node.value = self._visit(node.value, Need(set(labels)))
            return node
        if columns is not None and labels is None and want and want.known:
            node.value = self._visit(node.value, Need(set(want.columns)))
            node.slice = self._all(node.slice)
            return node
        node.value = self._all(node.value)
        node.slice = self._all(node.slice)
        return node

    def _two(self, node: ast.Subscript, want: Need | None) -> ast.expr:
        """`df.iloc[:, 1:4]`, `df.loc[:, ["a"]]`, `df.values[:, :-1]`: columns by name from now on."""
        assert isinstance(node.slice, ast.Tuple)
        which = node.slice.elts[1]
        match node.value:
            case ast.Attribute(value=table, attr="iloc" | "values" as attr):
                columns = self._columns(table)
                labels = None if columns is None else _at(columns, which)
                if labels is not None:
                    return self._chosen(table, labels, which, attr)
            case ast.Attribute(value=table, attr="loc"):
                columns, labels = self._columns(table), constants(which)
                if columns is not None and isinstance(which, ast.Slice):
                    labels = _between(columns, which)
                if columns is not None and labels is not None:
                    return self._chosen(table, labels, which, "loc")
                if columns is not None and want and want.known:
                    table = self._visit(table, Need(set(want.columns)))
                    return ast.Subscript(table, which, node.ctx)
        if isinstance(node.value, ast.Name) and node.value.id in self.names:
            width = self.versions.before(node.value.id, self.event).get("width")
            chosen = _at(list(range(width)), which) if width else None
            if chosen:
                self.places.setdefault(node.value.id, []).append((node, chosen))
                self._add(node.value.id, Need(set(chosen)))
                return node
        node.value = self._all(node.value)
        return node

    def _fewer_columns(
        self,
        value: ast.expr,
        need: Need,
        uses: Sequence[tuple[ast.Subscript, tuple[Label, ...]]],
        act: Act,
    ) -> ast.expr:
        """An array of a table, with those columns alone that are taken from it by their place."""
        table = _table_of(value)
        columns = None if table is None else self._columns(table)
        if table is None or columns is None:
            return self._all(value)
        left = sorted(place for place in need.columns if isinstance(place, int))
        for node, chosen in uses:
            places = [left.index(place) for place in chosen if isinstance(place, int)]
            assert isinstance(node.slice, ast.Tuple)
            one = isinstance(node.slice.elts[1], ast.Constant | ast.UnaryOp)
            node.slice.elts[1] = _index(places, len(left), one=one)
        named = tuple(columns[place] for place in left)
        return self._chosen(table, named, ast.Slice(), "values")

    def _chosen(
        self, table: ast.expr, labels: tuple[Label, ...], which: ast.expr, attr: str
    ) -> ast.expr:
        """`table[["a", "b"]]`, or `table["a"]` where one column was asked for."""
        table = self._visit(table, Need(set(labels)))
        one = isinstance(which, ast.Constant | ast.UnaryOp)
        chosen: ast.expr = ast.List([ast.Constant(label) for label in labels], ast.Load())
        if one:
            chosen = ast.Constant(labels[0])
        same = isinstance(table, ast.Subscript) and constants(table.slice) == labels
        found: ast.expr = table if same and not one else ast.Subscript(table, chosen, ast.Load())
        return ast.Attribute(found, "values", ast.Load()) if attr == "values" else found

    def _method(self, node: ast.Call, want: Need | None) -> ast.expr:
        function = node.func
        assert isinstance(function, ast.Attribute)
        name = function.attr
        if name == "get_dummies":
            return self._dummies(node, want)
        if name == "concat" and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._joined(node, node.args[0], want)
        known = want is not None and want.known
        if name == "drop" and drops_columns(node) and not known:
            left = self._columns(node)
            want, known = (want, known) if left is None else (Need(set(left), True), bool(left))
        if name == "drop" and drops_columns(node) and known:
            self.drops.append(node)
            function.value = self._visit(function.value, want)
            return node
        if name == "rename" and known and (renamed := _renames(node)) is not None:
            assert want is not None
            back = {new: old for old, new in renamed.items()}
            inner = Need({back.get(c, c) for c in want.columns}, want.whole)
            function.value = self._visit(function.value, inner)
            return node
        if name in KEEPS_COLUMNS | {"astype"} and known:
            function.value = self._visit(function.value, want)
        elif is_each(node) and known:
            assert want is not None
            self._only(node, want)
            function.value = self._visit(function.value, want)
        else:
            function.value = self._all(function.value)
        node.args = [self._all(a) for a in node.args]
        for keyword in node.keywords:
            keyword.value = self._all(keyword.value)
        return node

    def _only(self, node: ast.Call, want: Need) -> None:
        """Of the estimators of all columns those of the wanted ones."""
        names = {n.id for n in ast.walk(node.args[0]) if isinstance(n, ast.Name)}
        for number, value in enumerate(self.freezer.values):
            if f"__frozen_{number}__" in names and value.place is not None:
                keys = value.step.kept[value.place][0].get("keys") or ()
                only = tuple(c for c in keys if c in want.columns)
                self.freezer.values[number] = replace(value, only=only)

    def _joined(self, node: ast.Call, parts: ast.List | ast.Tuple, want: Need | None) -> ast.expr:
        """`pd.concat([a, b], axis=1)`: of each part the columns that are wanted."""
        kept: list[ast.expr] = []
        for part in parts.elts:
            columns = self._columns(part)
            if columns is None or want is None or not want.known:
                kept.append(self._all(part))
                continue
            wanted = set(columns) & want.columns
            if wanted or want.whole:
                kept.append(self._visit(part, Need(wanted, want.whole)))
        parts.elts = kept
        return node

    def _dummies(self, node: ast.Call, want: Need | None) -> ast.expr:
        """`pd.get_dummies(table.astype(categories))`: a column lives if one of its dummies does."""
        typed = node.args[0]
        assert isinstance(typed, ast.Call)
        assert isinstance(typed.func, ast.Attribute)
        (placeholder,) = typed.args
        assert isinstance(placeholder, ast.Name)
        value = self.freezer.of(placeholder.id)
        table, texts = typed.func.value, None
        if value is not None and value.place is not None:
            texts = value.step.kept[value.place][0].get("keys")
        columns = self._columns(table)
        if texts is None:  # one column
            typed.func.value = self._all(table)
            return node
        given = next((k for k in node.keywords if k.arg == "columns"), None)
        encoded = set(self._labels(given.value) or texts) if given else set(texts)
        live = set(columns or ())
        named = any(k.arg in ("prefix", "prefix_sep") for k in node.keywords)
        if columns is not None and want is not None and want.known and not named:
            live = {
                c
                for c in columns
                if (c not in encoded and c in want.columns)
                or (c in encoded and any(str(w).startswith(f"{c}_") for w in want.columns))
            }
            if given is not None:
                left = [c for c in self._labels(given.value) or texts if c in live]
                given.value = ast.List([ast.Constant(c) for c in left], ast.Load())
        only = tuple(str(c) for c in texts if c in live and c in encoded)
        if value is not None:
            number = self.freezer.values.index(value)
            self.freezer.values[number] = replace(value, only=only)
        inner = Need(live, True) if columns is not None else None
        typed.func.value = self._visit(table, inner)
        return node

    def _columns(self, node: ast.expr) -> list[Label] | None:
        """The columns of the table that an expression gives; None if unknown."""
        match node:
            case ast.Name(id=name):
                return self.versions.columns(name, self.event) if name in self.names else None
            case ast.Call(func=ast.Attribute(value=value, attr="drop")) if drops_columns(node):
                inner, labels = self._columns(value), self._dropped(node)
                if inner is None or labels is None:
                    return None
                return [c for c in inner if c not in labels]
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in KEEPS_COLUMNS | {
                "astype"
            } or is_each(node):
                return self._columns(value)
            case ast.Subscript(
                value=value, slice=ast.List() | ast.Name() | ast.Attribute() as chosen
            ):
                if not isinstance(self._resolved(chosen), ast.List):
                    return None
                labels = self._labels(chosen)
                return list(labels) if labels is not None and self._columns(value) else None
        return None


def is_each(call: ast.Call) -> bool:
    """Whether it gives each column to the estimator that was fitted to it."""
    match call:
        case ast.Call(func=ast.Attribute(attr="apply"), args=[ast.Lambda(body=body)]):
            return any(
                isinstance(n, ast.Subscript)
                and isinstance(n.value, ast.Name)
                and n.value.id.startswith("__frozen_")
                for n in ast.walk(body)
            )
    return False


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


def columns_unknown(node: ast.stmt) -> bool:
    """Whether nothing in the statement can be a drop of columns."""
    return not any(
        isinstance(n, ast.Attribute) and n.attr in ("drop", "pop") for n in ast.walk(node)
    )


def _ignoring(call: ast.Call) -> ast.Call:
    """A drop of columns that are named elsewhere: those that a request lacks are none to drop."""
    keywords = [k for k in call.keywords if k.arg != "errors"]
    return ast.Call(
        call.func, call.args, [*keywords, ast.keyword("errors", ast.Constant("ignore"))]
    )


def _renames(call: ast.Call) -> dict[Label, Label] | None:
    for keyword in call.keywords:
        if keyword.arg == "columns" and isinstance(keyword.value, ast.Dict):
            try:
                found = ast.literal_eval(keyword.value)
            except ValueError:
                return None
            return dict(found)
    return None


def _table_of(node: ast.expr) -> ast.expr | None:
    """The table that an expression makes an array of: `df.values`, `df.to_numpy()`, `np.array(df)`."""
    match node:
        case ast.Attribute(value=table, attr="values"):
            return table
        case ast.Call(func=ast.Attribute(value=table, attr="to_numpy"), args=[]):
            return table
        case ast.Call(func=ast.Attribute(attr="array" | "asarray"), args=[table], keywords=[]):
            return table
    return None


def _index(places: Sequence[int], width: int, *, one: bool) -> ast.expr:
    """The places as an index of columns."""
    if one:
        return ast.Constant(places[0])
    first, last = places[0], places[-1]
    if list(places) != list(range(first, last + 1)):
        return ast.List([ast.Constant(place) for place in places], ast.Load())
    return ast.Slice(
        ast.Constant(first) if first else None, ast.Constant(last + 1) if last + 1 < width else None
    )


def _at(columns: Sequence[Label], which: ast.expr) -> tuple[Label, ...] | None:
    """The columns at a place, at places or in a slice of places."""
    try:
        match which:
            case ast.Slice(lower=lower, upper=upper, step=step):
                ends = [None if e is None else ast.literal_eval(e) for e in (lower, upper, step)]
                return tuple(columns[slice(*ends)])
            case ast.List() | ast.Tuple():
                return tuple(columns[i] for i in ast.literal_eval(which))
        return (columns[ast.literal_eval(which)],)
    except (ValueError, TypeError, IndexError):
        return None


def _between(columns: Sequence[Label], which: ast.Slice) -> tuple[Label, ...] | None:
    """The columns from one name to another, both included."""
    try:
        first = 0 if which.lower is None else columns.index(ast.literal_eval(which.lower))
        last = len(columns) - 1
        if which.upper is not None:
            last = columns.index(ast.literal_eval(which.upper))
    except (ValueError, TypeError):
        return None
    return tuple(columns[first : last + 1]) if which.step is None else None
