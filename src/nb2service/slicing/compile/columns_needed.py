"""Which columns of which names an expression needs, going backward from the answer."""

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nb2service.slicing.compile.places import Places
from nb2service.slicing.compile.subscripts_needed import subscript_needed
from nb2service.slicing.operations import registry
from nb2service.slicing.operations.notebook_functions import (
    columns_used,
    parameters_of,
    returns,
)
from nb2service.slicing.operations.operation import Narrowed
from nb2service.slicing.trace.constants import ConstantPool, captured
from nb2service.slicing.trace.demand import ColumnDemand, columns
from nb2service.slicing.trace.labels import Label, constants
from nb2service.slicing.trace.resolved import resolved
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import rebuilt, with_value


class TablesAt:
    """The tables of a step. It is the `Tables` that operations ask."""

    def __init__(self, names: Iterable[str], run: Run, pool: ConstantPool, step: Step) -> None:
        self.names, self.run, self.pool, self.step = frozenset(names), run, pool, step
        self.snapshots = run.snapshots

    def columns(self, node: ast.expr) -> list[Label] | None:
        """The columns of the rows that an expression gives; None if unknown."""
        match node:
            case ast.Name(id=name):
                return self.snapshots.columns(name, self.step.event) if name in self.names else None
            case ast.Call(func=ast.Name(id="__all_rows__"), args=[kept, _, _]):
                return self.columns(kept)
            case ast.Call():
                return registry.columns(node, self)
            case ast.Subscript(
                value=value, slice=ast.List() | ast.Name() | ast.Attribute() as chosen
            ) if self.is_list(chosen):
                labels = self.labels(chosen)
                return list(labels) if labels is not None and self.columns(value) else None
        return None

    def table(self, node: ast.expr) -> list[Label] | None:
        """The columns of a table, be it of the request or a constant; None if unknown."""
        if isinstance(node, ast.Name):
            return self.snapshots.columns(node.id, self.step.event)
        return self.columns(node)

    def labels(self, node: ast.expr) -> tuple[Label, ...] | None:
        """The columns that an expression names, also by the name of a list."""
        return constants(self._resolved(node))

    def is_list(self, node: ast.expr) -> bool:
        """Whether it is a list of columns, or a name of one."""
        return isinstance(self._resolved(node), ast.List)

    def _resolved(self, node: ast.expr) -> ast.expr:
        return resolved(node, self.before, self.step)

    def before(self, name: str) -> Mapping[str, Any]:
        """What the name held before the step."""
        return self.snapshots.before(name, self.step.event)

    def seen(self, node: ast.expr) -> Sequence[Mapping[str, Any]]:
        """What the kernel captured of the expression, or of what its constant stands for."""
        constant = self.pool.of(node.id) if isinstance(node, ast.Name) else None
        return captured(self.step, node) if constant is None else constant.seen

    def is_constant(self, node: ast.expr) -> bool:
        """Whether it stands for a captured part of a step."""
        constant = self.pool.of(node.id) if isinstance(node, ast.Name) else None
        return constant is not None and constant.place is not None


class Demands:
    """What is needed of each name, found expression by expression.

    Attributes:
        tables: the tables of the step at hand.
        needs: what is needed of each name at the moment.
        places: of arrays, the subscripts that take columns by their place.
        drops: the drops of columns, each with the tables of its step.
    """

    def __init__(self, names: Iterable[str], run: Run, pool: ConstantPool) -> None:
        self.names, self.run, self.pool = set(names), run, pool
        self.needs: dict[str, ColumnDemand] = {}
        self.places = Places()
        self.drops: list[ast.expr] = []
        self.tables: TablesAt

    def at(self, step: Step) -> None:
        """Go to a step."""
        self.tables = TablesAt(self.names, self.run, self.pool, step)

    def everything(self, node: ast.expr) -> ast.expr:
        """Note that everything of it is needed; return the expression as it reads then."""
        return self.visit(node, None)

    def visit(self, node: ast.expr, want: ColumnDemand | None) -> ast.expr:
        """Note what the expression needs where this is wanted of it; return it as it reads then."""
        match node:
            case ast.Name(id=name):
                self.add(name, want)
                return node
            case ast.Subscript():
                return subscript_needed(node, want, self)
            case ast.Attribute():
                return self._attribute(node)
            case ast.Call(func=ast.Name(id="len"), args=[table, *_]):
                self._only_rows(table)
                return node
            case ast.Call(func=ast.Name(id="__all_rows__"), args=[kept, given, why]):
                kept = self.visit(kept, want)
                self._only_rows(given)
                if ast.dump(kept) == ast.dump(given):
                    return kept  # a request has nothing that it could be left out by
                return ast.Call(node.func, [kept, given, why], [])
            case ast.Call(func=ast.Name(id=name)) if (
                function := self.run.function(name, self.tables.step)
            ) is not None:
                return self._given(node, function, want)
            case ast.Call(func=ast.Attribute()):
                found = registry.narrowed(node, want, self.tables)
                if found is not None:
                    return self._narrowed(found)
        return self.children(node)

    def _given(
        self, call: ast.Call, function: ast.FunctionDef, want: ColumnDemand | None
    ) -> ast.expr:
        """`clean(df)`: of each table the columns that the function looks at."""
        args: list[ast.expr] = []
        parameters = dict(enumerate(parameters_of(function)))
        for place, given in enumerate(call.args):
            inner, known = None, self.tables.columns(given)
            used = columns_used(function.body, parameters.get(place, ""))
            if used and known is not None and used <= set(known):
                inner = columns(*used)
                if returns(function, parameters[place]):
                    inner = None if want is None or not want.known else want.joined(inner)
            args.append(self.visit(given, inner))
        keywords = [ast.keyword(k.arg, self.everything(k.value)) for k in call.keywords]
        return ast.copy_location(ast.Call(call.func, args, keywords), call)

    def _narrowed(self, found: Narrowed) -> ast.expr:
        for constant, only in found.only.items():
            self.pool.keep_only(constant, only)
        node = found.rebuilt([self.visit(part, want) for part, want in found.wants])
        if found.drops:
            self.drops.append(node)
        return node

    def children(self, node: ast.expr) -> ast.expr:
        """Note that everything of all parts is needed."""

        def visit(part: ast.AST) -> ast.AST:
            is_part = isinstance(part, ast.Starred | ast.FormattedValue)
            if isinstance(part, ast.expr) and not is_part:
                return self.everything(part)
            return rebuilt(part, visit)

        found = rebuilt(node, visit)
        assert isinstance(found, ast.expr)
        return found

    def add(self, name: str, want: ColumnDemand | None) -> None:
        """Note that the name is needed: so much of it, or all (None)."""
        if name not in self.names:
            return
        known = self.run.snapshots.columns(name, self.tables.step.event)
        if known is None and want is not None and not want.whole and want.columns:
            want = columns(*want.columns)
        elif want is None or (want.whole and not want.columns):
            want = ColumnDemand(frozenset(known or ()), whole=True)
        elif known is None:
            want = ColumnDemand(want.columns, whole=True, unknown=True)
        self.needs[name] = self.needs.get(name, ColumnDemand()).joined(want)

    def _only_rows(self, node: ast.expr) -> None:
        """How many rows there are can be told from any column."""
        for part in ast.walk(node):
            if isinstance(part, ast.Name) and part.id in self.names:
                self.needs.setdefault(part.id, ColumnDemand())

    def _attribute(self, node: ast.Attribute) -> ast.expr:
        value, attr = node.value, node.attr
        known = self.tables.columns(value)
        if attr in ("shape", "index") and not (known is not None and attr in known):
            match value:
                case ast.Name():
                    self._only_rows(value)
                    return node
                case ast.Subscript(value=ast.Name() as table, slice=condition):
                    self._only_rows(table)
                    filtered = ast.Subscript(table, self.everything(condition), ast.Load())
                    return with_value(node, filtered)
            return with_value(node, self.everything(value))
        is_column = known is not None and attr in known
        if is_column and attr not in ("values", "T", "loc", "iloc"):
            return with_value(node, self.visit(value, columns(attr)))
        return with_value(node, self.everything(value))
