"""The parts of a step: which of its expressions give rows, and how they read on the path."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from nb2service.marking.answers import is_predict_call
from nb2service.slicing.operations.fitted import Fitted, selected
from nb2service.slicing.operations.names import (
    ACROSS,
    AGGREGATES,
    FITS,
    FIXED,
    PICKS,
    PICKS_BY_CONTENT,
    SPLITS,
    STATELESS,
)
from nb2service.slicing.operations.predicates import (
    along_rows,
    drops_columns,
    goes_along,
    holds_rows,
    is_accessor,
    is_boolean,
    is_count,
    is_full,
    is_place,
    joins_rows,
    with_constant,
    without_labels,
)
from nb2service.slicing.operations.values import Obstacle, Part, Picks
from nb2service.slicing.plan import way_of_call
from nb2service.slicing.trace.constants import Freezer, Frozen, hint_for, kept, key_of
from nb2service.slicing.trace.resolved import resolved
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied


class Reader:
    """Reads the expressions of one step.

    Args:
        step: the step.
        rows: the names that hold rows of a request.
        blocked: the names that hold what cannot be served, each with the reason.
        freezer: gets the values that are frozen.
        live: whether a name still holds at the end what it holds at this step.
        labels: the columns that hold what the model learns to predict.
        before: what a name held before this step; see `kernel/tracking/snapshot_info.info`.
        single: whether the input is one record: nothing that was computed of its rows may be frozen.
        aligned: whether a later step gives tables the columns of training, as `reindex` does.
    """

    def __init__(
        self,
        step: Step,
        rows: Iterable[str],
        blocked: Mapping[str, Obstacle],
        freezer: Freezer,
        live: Callable[[str, Step], bool],
        labels: frozenset[str],
        before: Callable[[str], Mapping[str, Any]],
        *,
        single: bool = False,
        aligned: bool = False,
    ) -> None:
        self.before, self.single, self.aligned = before, single, aligned
        self.step, self.rows, self.blocked = step, set(rows), blocked
        self.freezer, self.labels = freezer, labels
        self.fitted = Fitted(step, freezer, live, single, self.read)

    def read(self, node: ast.expr) -> Part:
        """The expression as it reads on the path."""
        if isinstance(node, ast.Name):
            if node.id in self.blocked:
                return Part(node, True, self.blocked[node.id].why)
            return Part(node, node.id in self.rows)
        if not self._mentions(node):
            return Part(node)
        if self._is_row_count(node):
            return Part(node)
        if self._is_aggregate(node):
            return self._frozen(node)
        match node:
            case ast.Call():
                return self._call(node)
            case ast.Subscript():
                return self._subscript(node)
            case ast.List(elts=[one]) if (part := self.read(one)).single:
                return replace(part, single=False)
            case ast.ListComp(generators=[first, *_]) if self.read(first.iter).rows:
                return self._whole(node)
        return self._whole(node)

    def resolved(self, node: ast.expr) -> ast.expr:
        """The expression with lists in place of the names that list columns."""
        return resolved(node, self.before, self.step)

    def value_of_all(self, node: ast.expr) -> Part | None:
        """The expression as a value that a name may hold, if it makes one of all rows; else None."""
        if not isinstance(node, ast.expr) or not self._mentions(node) or self._is_row_count(node):
            return None
        if not self._is_aggregate(node):
            return None
        return Part(node, False, self._leak(node))

    def _mentions(self, node: ast.AST) -> bool:
        return any(
            isinstance(n, ast.Name) and (n.id in self.rows or n.id in self.blocked)
            for n in ast.walk(node)
        )

    def _whole(self, node: ast.expr) -> Part:
        """The expression with all of its parts read."""
        found: list[Part] = []
        reader = self

        class Parts(ast.NodeTransformer):
            def visit(self, part: ast.AST) -> ast.AST:
                if not isinstance(part, ast.expr) or isinstance(
                    part, ast.Starred | ast.FormattedValue
                ):
                    return self.generic_visit(part)
                if isinstance(getattr(part, "ctx", None), ast.Store):
                    return part
                one = reader.read(part)
                found.append(one)
                return one.node

        node = copied(node)
        Parts().generic_visit(node)
        why = next((part.why for part in found if part.why), "")
        picks: Picks = next((part.picks for part in found if part.picks), "")
        single = any(part.single for part in found)
        return Part(node, any(part.rows for part in found), why, picks, single)

    # What is frozen

    def _is_row_count(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Name(id="len"), args=[table]):
                return self.read(table).rows
            case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant(value=0)):
                return True
        return False

    def _is_aggregate(self, node: ast.expr) -> bool:
        """Whether the expression makes one value of all rows."""
        return not self.single and self._makes_one(node)

    def _makes_one(self, node: ast.expr) -> bool:
        match node:
            case ast.Call(func=ast.Attribute(value=receiver, attr=name)):
                if isinstance(receiver, ast.Attribute) and receiver.attr in ("str", "dt", "cat"):
                    return False
                if name == "fit":
                    return True
                if name in AGGREGATES and not along_rows(node):
                    return not goes_along(receiver)
                return self._makes_one(receiver) and not self._arguments_have_rows(node)
            case ast.Call(func=ast.Name(id=name)):
                if name in ("sum", "max", "min", "set", "sorted", "any", "all", "round"):
                    return name != "round" or self._makes_one(node.args[0])
                return False
            case ast.Attribute(attr=name, value=receiver):
                return name in FIXED or self._makes_one(receiver)
            case ast.Subscript(value=ast.Attribute(attr="shape"), slice=ast.Constant(value=1)):
                return True
            case ast.Subscript(value=value, slice=index):
                return self._makes_one(value) and not self._mentions(index)
            case ast.ListComp(generators=[first, *_]) | ast.SetComp(generators=[first, *_]):
                return self._makes_one(first.iter) or not self.read(first.iter).rows
            case ast.DictComp() | ast.GeneratorExp():
                return isinstance(node, ast.DictComp)
        return False

    def _arguments_have_rows(self, call: ast.Call) -> bool:
        return any(self._mentions(a) for a in [*call.args, *(k.value for k in call.keywords)])

    def _frozen(self, node: ast.expr) -> Part:
        """The value that the notebook computed, in place of the expression."""
        shown = ast.unparse(node)
        if leak := self._leak(node):
            return Part(node, True, leak)
        if not kept(self.step, node):
            return Part(node, True, f"the value of `{shown[:60]}` was not seen")
        value = Frozen(self.step, shown, None, key_of(node), hint_for(node))
        return Part(self.freezer.freeze(value))

    def _leak(self, node: ast.expr) -> str:
        """Why a value by groups is none that a service may have: it holds the labels of other rows."""
        grouped = any(isinstance(n, ast.Attribute) and n.attr == "groupby" for n in ast.walk(node))
        named = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant)}
        named |= {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
        if not (grouped and named & self.labels):
            return ""
        return f"`{ast.unparse(node)[:60]}` looks at the label of other rows"

    # Calls

    def _call(self, node: ast.Call) -> Part:
        function = node.func
        if isinstance(function, ast.Attribute):
            receiver = self.read(function.value)
            if receiver.why:
                return receiver
            if receiver.rows:
                return self._method(node, function.attr, receiver)
            name = function.attr
        else:
            name = function.id if isinstance(function, ast.Name) else ""
        if why := self._why_not(node, name):
            return Part(node, True, why)
        cuts = name in ("cut", "qcut") and not isinstance(function, ast.Name)
        if cuts and (name == "qcut" or kept(self.step, node) or is_count(node, 1, "bins")):
            return self.fitted.binned(node, name)
        if name in PICKS and node.args and not isinstance(function, ast.Name):
            part = self.read(node.args[0])
            return Part(part.node, part.rows, part.why, "any")
        if name == "fit_transform":
            return self.fitted.transform(node)
        if name == "Categorical" and kept(self.step, node):
            column = self.read(node.args[0])
            typed = column if column.why else self.fitted.category(node, column)
            return replace(typed, node=ast.Call(function, [typed.node], []))
        if name == "to_datetime":
            return self._whole(self.fitted.dates(node))
        if holds_rows(node):
            return self._whole(without_labels(node))
        if name == "get_dummies":
            return self._dummies(node)
        whole = self._whole(node)
        return replace(whole, node=with_constant(whole.node)) if name == "add_constant" else whole

    def _why_not(self, node: ast.Call, name: str) -> str:
        """Why what the call does to rows cannot be served; `""` if it can."""
        if name in SPLITS:
            return f"`{name}` is not unpacked into names"
        if name in ACROSS:
            return f"{name} looks across the rows"
        if name in ("vstack", "row_stack", "append") or joins_rows(node, name):
            return f"{name} puts rows of several tables together"
        if name in FITS and self.single and self._mentions(node) and not self._is_stateless(node):
            return "it fits anew to this one record"
        return ""

    def _is_stateless(self, node: ast.Call) -> bool:
        """Whether what is fitted does the same whatever it is fitted to."""
        types = [str(one.get("type")) for one in kept(self.step, node)]
        return bool(types) and types[-1].rpartition(".")[2] in STATELESS

    def _dummies(self, node: ast.Call) -> Part:
        table = self.read(node.args[0])
        drops_first = any(k.arg == "drop_first" for k in node.keywords)
        if self.aligned and not (table.why or drops_first) and kept(self.step, node):
            # The columns that a row lacks are put there later.
            return replace(self._whole(node), rows=True)
        return self.fitted.dummies(node, table)

    def _method(self, node: ast.Call, name: str, receiver: Part) -> Part:
        """A method of something that gives rows."""
        if name in ACROSS or (name == "transform" and not node.args):
            return Part(node, True, f"{name} looks across the rows")
        if name == "fillna" and any(k.arg == "method" for k in node.keywords):
            return Part(node, True, "fillna(method=…) looks at other rows")
        way = way_of_call(node)
        if way == "columns" and (found := kept(self.step, node)):
            return selected(receiver, found)
        if receiver.single and name == "reshape" and ast.unparse(node).endswith("reshape(1, -1)"):
            return replace(receiver, single=False)
        if name in PICKS:
            return Part(receiver.node, True, "", "any")
        if name in PICKS_BY_CONTENT:
            return Part(receiver.node, True, "", "any" if name.startswith("sort") else "content")
        if name == "drop" and not drops_columns(node):
            return Part(receiver.node, True, "", "content")
        if way == "category" and kept(self.step, node):
            return self.fitted.category(node, receiver)
        if name in ("apply", "transform") and "fit_transform" in ast.unparse(node):
            return self.fitted.each_column(node, receiver)
        if name == "pop" and len(node.args) == 1:
            return Part(ast.Subscript(receiver.node, node.args[0], ast.Load()), True)
        whole = self._whole(node)
        if whole.why:
            return whole
        assert isinstance(whole.node, ast.Call)
        assert isinstance(whole.node.func, ast.Attribute)
        return replace(whole, rows=True)

    # Subscripts

    def _subscript(self, node: ast.Subscript) -> Part:
        value = self.read(node.value)
        if value.why or not value.rows:
            return value if value.why else self._whole(node)
        index = node.slice
        if isinstance(index, ast.Tuple) and len(index.elts) == 2:
            return self._two(node, value, *index.elts)
        accessor = is_accessor(node.value)
        if self.single and (accessor or is_place(index)):
            return self._whole(node)  # of one row there is nothing to pick
        if isinstance(index, ast.Slice):
            if is_full(index):
                return value
            return self._picked(node, value, "any")
        read = self.read(index)
        if read.why:
            return read
        if read.rows:
            if is_boolean(index) and not self._lists_columns(index):
                return self._picked(node, value, "content")
            return Part(ast.Subscript(value.node, read.node, node.ctx), True, "", value.picks)
        if accessor or (is_place(index) and self._is_array(node.value)):
            picked = self._picked(node, value, "any")  # df.loc[5], df.iloc[[1, 2]], array[0]
            return replace(picked, single=is_place(index))
        return Part(ast.Subscript(value.node, read.node, node.ctx), True, "", value.picks)

    def _two(self, node: ast.Subscript, value: Part, which: ast.expr, columns: ast.expr) -> Part:
        """`df.loc[rows, columns]`, `array[rows, columns]`."""
        read = self.read(columns)
        if read.why or read.rows:
            return Part(node, True, read.why or "its columns depend on the rows")
        everything = ast.Slice()
        picks: Picks = value.picks
        if is_place(which) and isinstance(columns, ast.Slice) and is_full(columns):
            return replace(self._picked(node, value, "any"), single=True)
        if not (isinstance(which, ast.Slice) and is_full(which)):
            rows = self.read(which)
            if rows.why:
                return rows
            picks = "content" if rows.rows else "any"
        index = ast.Tuple([everything, read.node], ast.Load())
        return Part(ast.Subscript(value.node, index, node.ctx), True, "", picks)

    def _lists_columns(self, index: ast.expr) -> bool:
        """Whether it is the name of a list of names."""
        items = self.before(index.id).get("items") if isinstance(index, ast.Name) else None
        return bool(items) and all(isinstance(item, str) for item in items or ())

    def _is_array(self, node: ast.expr) -> bool:
        if isinstance(node, ast.Call):
            return not self.single and is_predict_call(node)
        return isinstance(node, ast.Name) and self.before(node.id).get("kind") == "array"

    def _picked(self, node: ast.Subscript, value: Part, picks: Picks) -> Part:
        """The table from which the notebook picked rows."""
        bare = value.node
        if isinstance(bare, ast.Attribute) and bare.attr in ("loc", "iloc"):
            bare = bare.value
        return Part(bare, True, "", picks)
