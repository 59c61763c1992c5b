"""Expressions of a step: which of them give rows of a request, and how they read on the path."""

import ast
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

from nb2service.marking.answers import is_predict_call
from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.slicing.compile.label_guards import labels_set_by_rows
from nb2service.slicing.compile.unclaimed import filter_as_it_stands, given_to, may_give_fewer
from nb2service.slicing.operations import registry
from nb2service.slicing.operations.aggregates import FIXED, aggregate, is_row_count
from nb2service.slicing.operations.guards import all_rows
from nb2service.slicing.operations.operation import Call
from nb2service.slicing.operations.subscripts import subscript
from nb2service.slicing.operations.values import (
    Constant,
    PerRow,
    Record,
    Refused,
    Rows,
    Value,
    combined,
)
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.constants import Captured, ConstantPool, captured, key_of
from nb2service.slicing.trace.resolved import resolved
from nb2service.slicing.trace.runs import Run
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied, name_of


@dataclass(frozen=True)
class ExpressionAnalysis:
    """What the expressions of one step give. It is the `Analysis` that operations ask.

    Attributes:
        run: the run.
        step: the step.
        rows: the names that hold rows of a request.
        blocked: the names that hold what cannot be served.
        pool: gets the constants.
        single: whether the input is one record: nothing that is computed of its rows is a constant.
        aligned: whether a later step gives tables the columns of training, as `reindex` does.
        answered: the names that hold answers, of whose rows nothing is a constant; None outside of the
            marked cell, where models learn from what others answer.
        ordered: the names whose rows stand in an order of what they hold.
        guards: whether filters must keep all rows; those within a condition need not.
    """

    run: Run
    step: Step
    rows: Set[str]
    blocked: Mapping[str, Refused]
    pool: ConstantPool
    single: bool
    aligned: bool
    answered: Set[str] | None = None
    ordered: Set[str] = frozenset()
    guards: bool = True

    @property
    def labels(self) -> frozenset[str]:
        """The columns that hold what the model learns to predict."""
        return self.run.labels

    @property
    def labels_look_at_rows(self) -> bool:
        """Whether columns of labels were set before by what other columns hold."""
        return labels_set_by_rows(self.run, self.step)

    def value(self, node: ast.expr) -> Value:
        """What the expression gives."""
        if isinstance(node, ast.Name):
            if node.id in self.blocked:
                return self.blocked[node.id]
            if node.id not in self.rows:
                return Constant(node)
            return PerRow(node, ordered=node.id in self.ordered)
        if not self.mentions(node) or is_row_count(node, self):
            return Constant(node)
        if (constant := aggregate(node, self)) is not None:
            return self.across_answers(node) or constant
        match node:
            case ast.Call():
                return self._call(node)
            case ast.Subscript(value=table):
                return subscript(node, replace(self, guards=self.guards and not _is_index(table)))
            case ast.Attribute(attr="index"):
                return replace(self, guards=False).parts(node)
            case ast.List(elts=[one]) if isinstance(record := self.value(one), Record):
                return PerRow(record.node, record.selection)
            case ast.ListComp(generators=[first, *_]):
                rows = not isinstance(self.value(first.iter), Constant)
                return _as_rows(self.parts(node)) if rows else self.parts(node)
        return self.parts(node)

    def _call(self, node: ast.Call) -> Value:
        receiver: Value | None = None
        if isinstance(node.func, ast.Attribute):
            receiver = self.value(node.func.value)
            if isinstance(receiver, Refused):
                return receiver
        learns = name_of(node) in FITS | {"cut", "qcut"}
        if learns and self.seen(node) and (refused := self.across_answers(node)) is not None:
            return refused
        rows = receiver if isinstance(receiver, PerRow | Record) else None
        value = registry.forward(Call(node, name_of(node), rows), self)
        return _unclaimed(node, rows, self) if value is None else value

    def across_answers(self, node: ast.expr) -> Refused | None:
        """The refusal of a value that is computed of the answers of many rows; None if it is not."""
        fixed = isinstance(node, ast.Attribute) and node.attr in FIXED
        if self.answered is None or self.single or fixed:
            return None
        asks = any(_is_answered(part, self.answered) for part in ast.walk(node))
        return self.refused(Reason.ACROSS_ANSWERS, ast.unparse(node)[:60]) if asks else None

    def unguarded(self, node: ast.expr) -> Value:
        """What an expression within a condition gives."""
        return replace(self, guards=False).value(node)

    def unguarded_parts(self, node: ast.expr, rows: Rows) -> Value:
        """A filter as it stands: the rows that it is about, and its condition."""
        return filter_as_it_stands(node, rows, replace(self, guards=False))

    def parts(self, node: ast.expr) -> Value:
        """The expression as it stands, each of its parts as it reads on the path."""
        found: list[Value] = []
        analysis = self

        class Parts(ast.NodeTransformer):
            def visit(self, part: ast.AST) -> ast.AST:
                if not isinstance(part, ast.expr) or isinstance(
                    part, ast.Starred | ast.FormattedValue
                ):
                    return self.generic_visit(part)
                if isinstance(getattr(part, "ctx", None), ast.Store):
                    return part
                one = analysis.value(part)
                found.append(one)
                return part if isinstance(one, Refused) else one.node

        node = copied(node)
        Parts().generic_visit(node)
        return combined(node, found)

    def mentions(self, node: ast.AST) -> bool:
        """Whether a name that holds rows is in it."""
        held = self.rows | self.blocked.keys()
        return any(isinstance(n, ast.Name) and n.id in held for n in ast.walk(node))

    def by_content(self, which: ast.expr, table: ast.expr) -> bool:
        """Whether places or labels of rows of a table were chosen by what rows hold."""
        return self.run.by_content(which, table, self.step)

    def before(self, name: str) -> Mapping[str, Any]:
        """What the name held before the step."""
        return self.run.snapshots.before(name, self.step.event)

    def lives(self, name: str) -> bool:
        """Whether the name still holds at the end what it holds at the step."""
        return self.run.live(name, self.step)

    def seen(self, node: ast.expr) -> Sequence[Mapping[str, Any]]:
        """What the kernel captured of the expression, each time that it ran."""
        return captured(self.step, node)

    def constant(
        self, node: ast.expr, text: str, hint: str, *, categories: bool = False
    ) -> ast.Name:
        """The captured value of the expression, as a constant of the path."""
        value = Captured(self.step, text, None, key_of(node), hint, categories=categories)
        return self.pool.add(value)

    def refused(self, reason: Reason, *of: str) -> Refused:
        """A refusal at this step."""
        return Refused(reason, self.step, of)

    def resolved(self, node: ast.expr) -> ast.expr:
        """The expression with lists in place of the names that list columns."""
        return resolved(node, self.before, self.step)


def _unclaimed(node: ast.Call, rows: Rows | None, at: ExpressionAnalysis) -> Value:
    """A call that no operation claims, which must keep all rows."""
    whole = at.parts(node)
    whole = whole if rows is None else _as_rows(whole)
    if isinstance(whole, PerRow) and at.guards and may_give_fewer(node, rows, at, at.run):
        shown = ast.unparse(node)
        return replace(whole, node=all_rows(whole.node, given_to(node), shown, at))
    return whole


def _is_answered(node: ast.AST, answered: Set[str]) -> bool:
    is_name = isinstance(node, ast.Name) and node.id in answered
    return is_name or is_predict_call(node)


def _is_index(node: ast.expr) -> bool:
    """Whether it tells which rows there are, as of those that a filter leaves."""
    return isinstance(node, ast.Attribute) and node.attr == "index"


def _as_rows(value: Value) -> Value:
    """What gives one thing for each row, though none of its parts may tell."""
    return PerRow(value.node) if isinstance(value, Constant) else value
