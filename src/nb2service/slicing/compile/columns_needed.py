"""What an expression of a path reads: of which names which columns."""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from nb2service.slicing.compile.effects import Act
from nb2service.slicing.operations.columns import (
    columns_at,
    columns_between,
    index_of,
    renamed_columns,
    table_of,
)
from nb2service.slicing.operations.joins import Join, columns_of_join, join_of
from nb2service.slicing.operations.names import KEEPS_COLUMNS
from nb2service.slicing.operations.predicates import drops_columns
from nb2service.slicing.trace.constants import Freezer, Frozen, kept
from nb2service.slicing.trace.labels import Label, constants
from nb2service.slicing.trace.resolved import resolved
from nb2service.slicing.trace.snapshots import Need, Versions
from nb2service.slicing.trace.steps import Step


class Reads:
    """Goes through the expressions of a path from the answer back, and notes what they read.

    Attributes:
        names: the names that hold rows anywhere on the path.
        needs: what is needed of each name at the moment.
        drops: the calls that drop columns.
        places: of arrays, the subscripts that take columns by their place, with those.
        step: the step of the statement at hand.
    """

    def __init__(self, names: Iterable[str], versions: Versions, freezer: Freezer) -> None:
        self.names, self.versions, self.freezer = set(names), versions, freezer
        self.needs: dict[str, Need] = {}
        self.drops: list[ast.Call] = []
        self.places: dict[str, list[tuple[ast.Subscript, tuple[Label, ...]]]] = {}
        self.step: Step | None = None

    @property
    def event(self) -> int:
        """The event of the step at hand."""
        return self.step.event if self.step is not None else 0

    def labels(self, node: ast.expr) -> tuple[Label, ...] | None:
        """The columns that an expression names, also by the name of a list."""
        return constants(self.resolved(node))

    def resolved(self, node: ast.expr) -> ast.expr:
        """The expression with lists in place of what lists columns."""
        return resolved(node, partial(self.versions.before, event=self.event), self.step)

    def dropped(self, call: ast.Call) -> tuple[Label, ...] | None:
        """The columns that a drop names."""
        for keyword in call.keywords:
            if keyword.arg in ("columns", "labels"):
                return self.labels(keyword.value)
        return self.labels(call.args[0]) if call.args else None

    def by_column(self, node: ast.expr) -> bool:
        """Whether each column of what the expression gives comes from that column alone."""
        match node:
            case ast.Subscript(value=ast.Name(), slice=which):
                return isinstance(self.resolved(which), ast.List)
            case ast.Call(func=ast.Attribute(value=value, attr=name)):
                return (name in KEEPS_COLUMNS | {"astype"} or is_each(node)) and self.by_column(
                    value
                )
        return False

    def _all(self, node: ast.expr) -> ast.expr:
        return self.visit(node, None)

    def visit(self, node: ast.expr, want: Need | None) -> ast.expr:
        """Note what the expression reads, if `want` is needed of it (None: everything)."""
        match node:
            case ast.Name(id=name):
                self.add(name, want)
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

    def add(self, name: str, want: Need | None) -> None:
        """Note that the name is needed: so much of it, or all (None)."""
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
            node.value = self.visit(value, Need({attr}))
        elif attr in ("shape", "index"):
            self._only_rows(value)
        else:
            node.value = self._all(value)
        return node

    def _subscript(self, node: ast.Subscript, want: Need | None) -> ast.expr:
        if isinstance(node.slice, ast.Tuple) and len(node.slice.elts) == 2:
            return self._two(node, want)
        labels = self.labels(node.slice)
        columns = self._columns(node.value)
        made = isinstance(node.value, ast.Name)  # in a loop, maybe, so that nobody saw it before
        if labels and columns is not None and (made or set(labels) <= set(columns)):
            several = isinstance(self.resolved(node.slice), ast.List)
            if several and want and want.known and not set(labels) <= want.columns:
                labels = tuple(label for label in labels if label in want.columns) or labels
                node.slice = ast.List([ast.Constant(label) for label in labels], ast.Load())
            node.value = self.visit(node.value, Need(set(labels)))
            return node
        if columns is not None and labels is None and want and want.known:
            node.value = self.visit(node.value, Need(set(want.columns)))
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
                labels = None if columns is None else columns_at(columns, which)
                if labels is not None:
                    return self._chosen(table, labels, which, attr)
            case ast.Attribute(value=table, attr="loc"):
                columns, labels = self._columns(table), constants(which)
                if columns is not None and isinstance(which, ast.Slice):
                    labels = columns_between(columns, which)
                if columns is not None and labels is not None:
                    return self._chosen(table, labels, which, "loc")
                if columns is not None and want and want.known:
                    table = self.visit(table, Need(set(want.columns)))
                    return ast.Subscript(table, which, node.ctx)
        if isinstance(node.value, ast.Name) and node.value.id in self.names:
            width = self.versions.before(node.value.id, self.event).get("width")
            chosen = columns_at(list(range(width)), which) if width else None
            if chosen:
                self.places.setdefault(node.value.id, []).append((node, chosen))
                self.add(node.value.id, Need(set(chosen)))
                return node
        node.value = self._all(node.value)
        return node

    def fewer_columns(
        self,
        value: ast.expr,
        need: Need,
        uses: Sequence[tuple[ast.Subscript, tuple[Label, ...]]],
        act: Act,
    ) -> ast.expr:
        """An array of a table, with those columns alone that are taken from it by their place."""
        table = table_of(value)
        columns = None if table is None else self._columns(table)
        if table is None or columns is None:
            return self._all(value)
        left = sorted(place for place in need.columns if isinstance(place, int))
        for node, chosen in uses:
            places = [left.index(place) for place in chosen if isinstance(place, int)]
            assert isinstance(node.slice, ast.Tuple)
            one = isinstance(node.slice.elts[1], ast.Constant | ast.UnaryOp)
            node.slice.elts[1] = index_of(places, len(left), one=one)
        named = tuple(columns[place] for place in left)
        return self._chosen(table, named, ast.Slice(), "values")

    def _chosen(
        self, table: ast.expr, labels: tuple[Label, ...], which: ast.expr, attr: str
    ) -> ast.expr:
        """`table[["a", "b"]]`, or `table["a"]` where one column was asked for."""
        table = self.visit(table, Need(set(labels)))
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
        name, known = function.attr, want is not None and want.known
        if (made := self._made_of_tables(node, name, want)) is not None:
            return made
        if name == "DataFrame" and node.args and want is not None and known:
            self._framed(node, want)
        if name == "reindex" and (labels := self._named_columns(node)) is not None:
            want, known = Need(set(labels)), True
        if name == "drop" and drops_columns(node) and not known:
            left = self._columns(node)
            want, known = (want, known) if left is None else (Need(set(left), True), bool(left))
        if name == "drop" and drops_columns(node) and known:
            self.drops.append(node)
            function.value = self.visit(function.value, want)
            return node
        if name == "rename" and known and (renamed := renamed_columns(node)) is not None:
            assert want is not None
            back = {new: old for old, new in renamed.items()}
            inner = Need({back.get(c, c) for c in want.columns}, want.whole)
            function.value = self.visit(function.value, inner)
            return node
        if name in KEEPS_COLUMNS | {"astype", "reindex"} and known:
            function.value = self.visit(function.value, want)
        elif name in ("assign", "set_index") and known:
            assert want is not None
            return self._with_more(node, want)
        elif is_each(node) and known:
            assert want is not None
            self._only(node, want)
            function.value = self.visit(function.value, want)
        else:
            function.value = self._all(function.value)
        node.args = [self._all(a) for a in node.args]
        for keyword in node.keywords:
            keyword.value = self._all(keyword.value)
        return node

    def _made_of_tables(self, node: ast.Call, name: str, want: Need | None) -> ast.expr | None:
        """`get_dummies`, `concat`, `join` and the like; None for any other method."""
        if name == "get_dummies":
            return self._dummies(node, want)
        if name == "concat" and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._joined(node, node.args[0], want)
        join = join_of(node)
        if join is not None and want is not None and want.known:
            return self._beside(node, join, want)
        return None

    def _named_columns(self, node: ast.Call) -> tuple[Label, ...] | None:
        """The columns that a call is given as `columns=`; None if it is given none by their names."""
        given = next((k.value for k in node.keywords if k.arg == "columns"), None)
        return None if given is None else self.labels(given)

    def _only(self, node: ast.Call, want: Need) -> None:
        """Of the estimators of all columns those of the wanted ones."""
        names = {n.id for n in ast.walk(node.args[0]) if isinstance(n, ast.Name)}
        for number, value in enumerate(self.freezer.values):
            if f"__frozen_{number}__" in names and value.place is not None:
                keys = value.seen[0].get("keys") or ()
                only = tuple(c for c in keys if c in want.columns)
                self.freezer.values[number] = replace(value, only=only)

    def _framed(self, node: ast.Call, want: Need) -> None:
        """`pd.DataFrame(array, columns=[…])`: of the array the columns that are wanted."""
        labels = self._named_columns(node) or ()
        places = [place for place, label in enumerate(labels) if label in want.columns]
        if not places or len(places) == len(labels):
            return
        data = node.args[0]
        if isinstance(data, ast.Name):
            width = self.versions.before(data.id, self.event).get("width")
        else:
            table = table_of(data)
            width = len(self._columns(table) or ()) if table is not None else None
        if width != len(labels):
            return
        which = ast.List([ast.Constant(place) for place in places], ast.Load())
        node.args[0] = ast.Subscript(data, ast.Tuple([ast.Slice(), which], ast.Load()), ast.Load())
        for keyword in node.keywords:
            if keyword.arg == "columns":
                chosen = [ast.Constant(labels[place]) for place in places]
                keyword.value = ast.List(list(chosen), ast.Load())

    def _joined(self, node: ast.Call, parts: ast.List | ast.Tuple, want: Need | None) -> ast.expr:
        """`pd.concat([a, b], axis=1)`: of each part the columns that are wanted."""
        if want is None or not want.known:
            return self._children(node)
        known = [self._columns(part) for part in parts.elts]
        # What is wanted of those whose columns nobody knows: all that no other one has.
        rest = want.columns - {column for columns in known for column in columns or ()}
        left: list[ast.expr] = []
        for part, columns in zip(parts.elts, known, strict=True):
            wanted = rest if columns is None else set(columns) & want.columns
            if wanted:
                inner = None if columns is None else Need(wanted, want.whole)
                left.append(self.visit(part, inner))
        parts.elts = left
        return left[0] if len(left) == 1 else node

    def _beside(self, node: ast.Call, join: Join, want: Need) -> ast.expr:
        """`df.join(d)`, `df.merge(other, on="key")`: of each side what is wanted, and the keys."""
        left, right = self._columns(join.left), self._table(join.right)
        everything = columns_of_join(join, self._table)
        if left is None or right is None or everything is None:
            return self._children(node)
        wanted = Need((want.columns & set(left)) | set(join.keys), want.whole)
        if not (want.columns & set(right) or want.whole or join.keys):
            return self.visit(join.left, wanted)
        self.visit(join.left, wanted)
        self.visit(join.right, Need((want.columns & set(right)) | set(join.right_keys), want.whole))
        return node

    def _with_more(self, node: ast.Call, want: Need) -> ast.expr:
        """`df.assign(a=…)` and `df.set_index("a")`: what is wanted of the table, and what that reads."""
        function = node.func
        assert isinstance(function, ast.Attribute)
        if function.attr == "set_index":
            labels = self.labels(node.args[0]) if len(node.args) == 1 else None
            inner = None if labels is None else Need(want.columns | set(labels), want.whole)
            function.value = self.visit(function.value, inner)
            return node
        if any(isinstance(k.value, ast.Lambda) or k.arg is None for k in node.keywords):
            return self._children(node)
        node.keywords = [k for k in node.keywords if k.arg in want.columns]
        made = {k.arg for k in node.keywords}
        for keyword in node.keywords:
            keyword.value = self._all(keyword.value)
        function.value = self.visit(function.value, Need(want.columns - made, want.whole))
        return node if made else function.value

    def _table(self, node: ast.expr) -> list[Label] | None:
        """The columns of a table, be it of the request or a value."""
        if isinstance(node, ast.Name):
            return self.versions.columns(node.id, self.event)
        return self._columns(node)

    def _dummies(self, node: ast.Call, want: Need | None) -> ast.expr:
        """`pd.get_dummies(table.astype(categories))`: a column lives if one of its dummies does."""
        typed = node.args[0]
        value = self._categories(typed)
        table = typed
        if value is not None:
            assert isinstance(typed, ast.Call)
            assert isinstance(typed.func, ast.Attribute)
            table = typed.func.value
        assert self.step is not None
        seen = kept(self.step, node) if value is None else value.seen
        texts = seen[0].get("keys") if seen else None
        columns = self._columns(table)
        if texts is None:  # one column
            return _encoding(node, typed, value, self._all(table))
        given = next((k for k in node.keywords if k.arg == "columns"), None)
        encoded = set(self.labels(given.value) or texts) if given else set(texts)
        live = set(columns or ())
        named = any(k.arg in ("prefix", "prefix_sep") for k in node.keywords)
        if columns is not None and want is not None and want.known:
            live = {
                c
                for c in columns
                if (c not in encoded and c in want.columns)
                or (c in encoded and (named or _has_dummies(c, want.columns)))
            }
            if given is not None:
                left = [c for c in self.labels(given.value) or texts if c in live]
                given.value = ast.List([ast.Constant(c) for c in left], ast.Load())
        only = tuple(str(c) for c in texts if c in live and c in encoded)
        if value is not None:
            number = self.freezer.values.index(value)
            self.freezer.values[number] = replace(value, only=only)
        inner = Need(live, True) if columns is not None else None
        return _encoding(node, typed, value, self.visit(table, inner))

    def _categories(self, node: ast.expr) -> Frozen | None:
        """The frozen categories that `table.astype(categories)` gives its columns."""
        match node:
            case ast.Call(func=ast.Attribute(attr="astype"), args=[ast.Name(id=name)]):
                return self.freezer.of(name)
        return None

    def _columns(self, node: ast.expr) -> list[Label] | None:
        """The columns of the table that an expression gives; None if unknown."""
        match node:
            case ast.Name(id=name):
                return self.versions.columns(name, self.event) if name in self.names else None
            case ast.Call(func=ast.Attribute(value=value, attr="drop")) if drops_columns(node):
                inner, labels = self._columns(value), self.dropped(node)
                if inner is None or labels is None:
                    return None
                return [c for c in inner if c not in labels]
            case ast.Call() if (join := join_of(node)) is not None:
                return columns_of_join(join, self._table)
            case ast.Call(func=ast.Attribute(value=value, attr=name)) if name in KEEPS_COLUMNS | {
                "astype"
            } or is_each(node):
                return self._columns(value)
            case ast.Subscript(
                value=value, slice=ast.List() | ast.Name() | ast.Attribute() as chosen
            ):
                if not isinstance(self.resolved(chosen), ast.List):
                    return None
                labels = self.labels(chosen)
                return list(labels) if labels is not None and self._columns(value) else None
        return None


def _has_dummies(column: Label, wanted: Iterable[Label]) -> bool:
    return any(str(one).startswith(f"{column}_") for one in wanted)


def _encoding(
    dummies: ast.Call, typed: ast.expr, value: Frozen | None, table: ast.expr
) -> ast.expr:
    """The get_dummies of the table, with the frozen categories if it has such."""
    if value is None:
        dummies.args[0] = table
    else:
        assert isinstance(typed, ast.Call)
        assert isinstance(typed.func, ast.Attribute)
        typed.func.value = table
    return dummies


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
