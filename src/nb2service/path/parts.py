"""The parts of a step: which of its expressions give rows, and how they read on the path."""

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from nb2service.marking.answers import is_predict_call
from nb2service.path.forms import (
    ACROSS,
    AGGREGATES,
    FITS,
    FIXED,
    PICKS,
    PICKS_BY_CONTENT,
    SPLITS,
)
from nb2service.path.frozen import Freezer, Frozen, hint_for, kept, key_of, slug
from nb2service.path.plan import fits_each_column, way_of_call
from nb2service.path.predicates import (
    along_rows,
    cut_keywords,
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
from nb2service.path.steps import Step
from nb2service.path.trees import copied

Picks = Literal["", "any", "content"]


@dataclass(frozen=True)
class Part:
    """An expression as it reads on the path.

    Attributes:
        node: its tree.
        rows: whether it gives rows of a request, or what belongs to them one by one.
        why: why it cannot be served, `""` if it can.
        picks: whether it only picked rows in the notebook: `any` or by their `content`.
        single: whether the notebook picked one row, as what has no rows any more: `X[0]`.
    """

    node: ast.expr
    rows: bool = False
    why: str = ""
    picks: Picks = ""
    single: bool = False


@dataclass(frozen=True)
class Obstacle:
    """Why a name holds what cannot be served, and the step that is in the way."""

    why: str
    step: Step


class Reader:
    """Reads the expressions of one step.

    Args:
        step: the step.
        rows: the names that hold rows of a request.
        blocked: the names that hold what cannot be served, each with the reason.
        freezer: gets the values that are frozen.
        live: whether a name still holds at the end what it holds at this step.
        labels: the columns that hold what the model learns to predict.
        before: what a name held before this step; see `kernel/track.info`.
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
        self.freezer, self.live, self.labels = freezer, live, labels

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

    def _fitted(self, call: ast.Call) -> ast.expr:
        """The estimator that a `fit_transform` left behind."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if isinstance(receiver, ast.Name) and self.live(receiver.id, self.step):
            return receiver
        hint = receiver.id if isinstance(receiver, ast.Name) else hint_for(receiver)
        column = hint_for(call.args[0]) if call.args else ""
        if (column and not isinstance(receiver, ast.Name)) or column:
            hint = f"{slug(hint) if not isinstance(receiver, ast.Name) else hint}_{column}"
        text = ast.unparse(ast.Call(ast.Attribute(receiver, "fit"), call.args, call.keywords))
        return self.freezer.freeze(Frozen(self.step, text, None, key_of(call), hint))

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
        if name in ("cut", "qcut") and not isinstance(function, ast.Name):
            return self._binned(node, name)
        if name in PICKS and node.args and not isinstance(function, ast.Name):
            part = self.read(node.args[0])
            return Part(part.node, part.rows, part.why, "any")
        if name == "fit_transform":
            return self._transform(node)
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
        if name in FITS and self.single and self._mentions(node):
            return "it fits anew to this one record"
        return ""

    def _transform(self, node: ast.Call) -> Part:
        table = self.read(node.args[0]) if node.args else Part(node, True, "fits nothing")
        if table.why:
            return table
        if not kept(self.step, node):
            return Part(node, True, "what it fitted was not seen")
        function = ast.Attribute(self._fitted(node), "transform", ast.Load())
        return Part(ast.Call(function, [table.node], []), True, "", table.picks)

    def _binned(self, node: ast.Call, name: str) -> Part:
        """`pd.qcut(column, 4)` and `pd.cut(column, 4)`: cut at where the notebook's rows were cut."""
        if not kept(self.step, node):
            if name == "cut" and not is_count(node, 1, "bins"):
                return self._whole(node)
            return Part(node, True, f"{name} finds its bins in all rows")
        if self.single:
            return Part(node, True, f"{name} finds its bins in this one record")
        column = self.read(node.args[0])
        if column.why:
            return column
        hint = f"{hint_for(node.args[0])}_bins".strip("_")
        text = f"the bins of {ast.unparse(node.args[0])}"
        bins = self.freezer.freeze(Frozen(self.step, text, None, key_of(node), hint))
        assert isinstance(node.func, ast.Attribute)
        function = ast.Attribute(node.func.value, "cut", ast.Load())
        return Part(ast.Call(function, [column.node, bins], cut_keywords(node)), True)

    def _dummies(self, node: ast.Call) -> Part:
        table = self.read(node.args[0])
        if table.why:
            return table
        if not kept(self.step, node):
            return Part(node, True, "the categories of get_dummies were not seen")
        if self.aligned and not any(k.arg == "drop_first" for k in node.keywords):
            # The columns that a row lacks are put there later.
            return replace(self._whole(node), rows=True)
        if self.single:
            return Part(node, True, "get_dummies gives only columns of this one record's values")
        hint = hint_for(node.args[0])
        value = Frozen(
            self.step,
            f"the categories of {ast.unparse(node.args[0])}",
            None,
            key_of(node),
            f"{hint}_categories" if hint else "categories",
            categories=True,
        )
        typed = ast.Call(
            ast.Attribute(table.node, "astype", ast.Load()), [self.freezer.freeze(value)], []
        )
        rest = [self.read(a).node for a in node.args[1:]]
        keywords = [ast.keyword(k.arg, self.read(k.value).node) for k in node.keywords]
        return Part(ast.Call(node.func, [typed, *rest], keywords), True, "", table.picks)

    def _method(self, node: ast.Call, name: str, receiver: Part) -> Part:
        """A method of something that gives rows."""
        if name in ACROSS or (name == "transform" and not node.args):
            return Part(node, True, f"{name} looks across the rows")
        if name == "fillna" and any(k.arg == "method" for k in node.keywords):
            return Part(node, True, "fillna(method=…) looks at other rows")
        way = way_of_call(node)
        if way == "columns" and (found := kept(self.step, node)):
            return self._selected(receiver, found)
        if receiver.single and name == "reshape" and ast.unparse(node).endswith("reshape(1, -1)"):
            return replace(receiver, single=False)
        if name in PICKS:
            return Part(receiver.node, True, "", "any")
        if name in PICKS_BY_CONTENT:
            return Part(receiver.node, True, "", "any" if name.startswith("sort") else "content")
        if name == "drop" and not drops_columns(node):
            return Part(receiver.node, True, "", "content")
        if way == "category" and kept(self.step, node):
            return self._category(node, receiver)
        if name in ("apply", "transform") and "fit_transform" in ast.unparse(node):
            return self._each_column(node, receiver)
        if name == "pop" and len(node.args) == 1:
            return Part(ast.Subscript(receiver.node, node.args[0], ast.Load()), True)
        whole = self._whole(node)
        if whole.why:
            return whole
        assert isinstance(whole.node, ast.Call)
        assert isinstance(whole.node.func, ast.Attribute)
        return replace(whole, rows=True)

    def _each_column(self, node: ast.Call, receiver: Part) -> Part:
        """`df.apply(encoder.fit_transform)`: each column with the encoder as it was fitted to it."""
        if self.single or not (fits_each_column(node) and kept(self.step, node)):
            return Part(node, True, "it fits each column anew")
        function = node.args[0]
        fits = next(
            n
            for n in ast.walk(function)
            if isinstance(n, ast.Attribute) and n.attr == "fit_transform"
        )
        hint = fits.value.id if isinstance(fits.value, ast.Name) else hint_for(fits.value)
        text = f"{ast.unparse(fits.value)}.fit of each column of {ast.unparse(receiver.node)}"
        value = Frozen(self.step, text, None, key_of(node), f"{hint}_of_column")
        parameter = function.args.args[0].arg if isinstance(function, ast.Lambda) else "column"
        column = ast.Name(parameter, ast.Load())
        fitted = ast.Subscript(
            self.freezer.freeze(value), ast.Attribute(column, "name", ast.Load()), ast.Load()
        )
        transform = ast.Attribute(fitted, "transform", ast.Load())

        class Put(ast.NodeTransformer):
            def visit_Attribute(self, part: ast.Attribute) -> ast.expr:
                self.generic_visit(part)
                return transform if part.attr == "fit_transform" else part

        if isinstance(function, ast.Lambda):
            by_column = Put().visit(copied(function))
        else:
            by_column = ast.Lambda(
                ast.arguments([], [ast.arg(parameter)], None, [], [], None, []),
                ast.Call(transform, [column], []),
            )
        apply = ast.Attribute(receiver.node, "apply", ast.Load())
        return Part(ast.Call(apply, [by_column], []), True, "", receiver.picks)

    def _selected(self, receiver: Part, found: Iterable[object]) -> Part:
        """Columns that the notebook chose by what they hold."""
        items = next(iter(found)).get("items")  # type: ignore[attr-defined]
        if items is None:
            return Part(receiver.node, True, "the columns that it selects are no plain names")
        chosen = ast.List([ast.Constant(item) for item in items], ast.Load())
        return Part(ast.Subscript(receiver.node, chosen, ast.Load()), True, "", receiver.picks)

    def _category(self, node: ast.Call, receiver: Part) -> Part:
        if self.single:
            return Part(node, True, "its categories are those of this one record")
        hint = f"{hint_for(receiver.node)}_categories".strip("_")
        text = f"the categories of {ast.unparse(receiver.node)}"
        value = Frozen(self.step, text, None, key_of(node), hint, categories=True)
        function = ast.Attribute(receiver.node, "astype", ast.Load())
        return Part(ast.Call(function, [self.freezer.freeze(value)], []), True, "", receiver.picks)

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


def resolved(
    node: ast.expr, before: Callable[[str], Mapping[str, Any]], step: Step | None
) -> ast.expr:
    """The expression with lists in place of what lists columns: names, and attributes that were seen."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return _listed(name, before(name.id) if isinstance(name.ctx, ast.Load) else {})

        def visit_Attribute(self, part: ast.Attribute) -> ast.expr:
            seen = kept(step, part) if step is not None else ()
            return _listed(part, seen[-1] if seen else {})

        def visit_BinOp(self, both: ast.BinOp) -> ast.expr:
            self.generic_visit(both)
            match both:
                case ast.BinOp(left=ast.List(elts=first), op=ast.Add(), right=ast.List(elts=rest)):
                    return ast.List([*first, *rest], ast.Load())
            return both

    found = Fill().visit(copied(node))
    assert isinstance(found, ast.expr)
    return found


def _listed(node: ast.expr, held: Mapping[str, Any]) -> ast.expr:
    items = held.get("items")
    if items is None:
        return node
    return ast.List([ast.Constant(item) for item in items], ast.Load())
