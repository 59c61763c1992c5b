"""What the notebook fitted to all rows, as it is put to the rows of a request."""

import ast
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from nb2service.slicing.operations.predicates import cut_keywords
from nb2service.slicing.operations.values import Part
from nb2service.slicing.plan import fits_each_column
from nb2service.slicing.trace.constants import Freezer, Frozen, hint_for, kept, key_of, slug
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied


@dataclass(frozen=True)
class Fitted:
    """Writes calls that fit as calls of what they fitted.

    Attributes:
        step: the step that they stand in.
        freezer: gets what they fitted.
        live: whether a name still holds at the end what it holds at a step.
        single: whether the input is one record, to which nothing may be fitted.
        read: gives an expression as it reads on the path.
    """

    step: Step
    freezer: Freezer
    live: Callable[[str, Step], bool]
    single: bool
    read: Callable[[ast.expr], Part]

    def transform(self, node: ast.Call) -> Part:
        """`scaler.fit_transform(X)`: the estimator as it was fitted transforms."""
        table = self.read(node.args[0]) if node.args else Part(node, True, "fits nothing")
        if table.why:
            return table
        if not kept(self.step, node):
            return Part(node, True, "what it fitted was not seen")
        function = ast.Attribute(self._estimator(node), "transform", ast.Load())
        return Part(ast.Call(function, [table.node], []), True, "", table.picks)

    def binned(self, node: ast.Call, name: str) -> Part:
        """`pd.qcut(column, 4)` and `pd.cut(column, 4)`: cut at where the notebook's rows were cut."""
        if not kept(self.step, node):
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

    def dates(self, node: ast.Call) -> ast.Call:
        """`pd.to_datetime(column)`: by the format that pandas guessed from the notebook's first row.

        Of one request it would guess anew: May from `05/03`, where `24/03` stands in the first row.
        A format that begins with the year is left to it; there is nothing to mistake.
        """
        seen = () if self.single else kept(self.step, node)
        (guessed,) = seen[-1].get("items") or (None,) if seen else (None,)
        if not isinstance(guessed, str) or guessed.startswith("%Y"):
            return node
        keywords = [k for k in node.keywords if k.arg != "dayfirst"]
        format_ = ast.keyword("format", ast.Constant(guessed))
        return ast.copy_location(ast.Call(node.func, node.args, [*keywords, format_]), node)

    def dummies(self, node: ast.Call, table: Part) -> Part:
        """`pd.get_dummies(df)`, of a table whose columns know the categories of all rows."""
        if table.why:
            return table
        if not kept(self.step, node):
            return Part(node, True, "the categories of get_dummies were not seen")
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

    def category(self, node: ast.Call, receiver: Part) -> Part:
        """`df["a"].astype("category")`, with the categories of all rows."""
        if self.single:
            return Part(node, True, "its categories are those of this one record")
        hint = f"{hint_for(receiver.node)}_categories".strip("_")
        text = f"the categories of {ast.unparse(receiver.node)}"
        value = Frozen(self.step, text, None, key_of(node), hint, categories=True)
        function = ast.Attribute(receiver.node, "astype", ast.Load())
        return Part(ast.Call(function, [self.freezer.freeze(value)], []), True, "", receiver.picks)

    def each_column(self, node: ast.Call, receiver: Part) -> Part:
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

    def _estimator(self, call: ast.Call) -> ast.expr:
        """The estimator that a `fit_transform` left behind."""
        assert isinstance(call.func, ast.Attribute)
        receiver = call.func.value
        if isinstance(receiver, ast.Name) and self.live(receiver.id, self.step):
            return receiver
        hint = receiver.id if isinstance(receiver, ast.Name) else hint_for(receiver)
        column = hint_for(call.args[0]) if call.args else ""
        if column:
            hint = f"{slug(hint) if not isinstance(receiver, ast.Name) else hint}_{column}"
        text = ast.unparse(ast.Call(ast.Attribute(receiver, "fit"), call.args, call.keywords))
        return self.freezer.freeze(Frozen(self.step, text, None, key_of(call), hint))


def selected(receiver: Part, found: Iterable[object]) -> Part:
    """Columns that the notebook chose by what they hold."""
    items = next(iter(found)).get("items")  # type: ignore[attr-defined]
    if items is None:
        return Part(receiver.node, True, "the columns that it selects are no plain names")
    chosen = ast.List([ast.Constant(item) for item in items], ast.Load())
    return Part(ast.Subscript(receiver.node, chosen, ast.Load()), True, "", receiver.picks)
