"""What an operation tells of itself, and what it may ask."""

import ast
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from nb2service.slicing.operations.values import Refused, Rows, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.probes import Capture
from nb2service.slicing.trace.steps import Step


class Analysis(Protocol):
    """The step that an expression stands in, going forward from the input."""

    @property
    def step(self) -> Step:
        """The step."""

    @property
    def single(self) -> bool:
        """Whether the input is one record: nothing that is computed of its rows is a constant."""

    @property
    def aligned(self) -> bool:
        """Whether a later step gives tables the columns of training, as `reindex` does."""

    @property
    def labels(self) -> frozenset[str]:
        """The columns that hold what the model learns to predict."""

    @property
    def labels_look_at_rows(self) -> bool:
        """Whether columns of labels were set before by what other columns hold."""

    @property
    def answered(self) -> Set[str] | None:
        """The names that hold answers; None outside of the marked cell."""

    def value(self, node: ast.expr) -> Value:
        """What the expression gives."""

    @property
    def guards(self) -> bool:
        """Whether filters must keep all rows; those within a condition need not."""

    def unguarded(self, node: ast.expr) -> Value:
        """What an expression within a condition gives."""

    def unguarded_parts(self, node: ast.expr, rows: Rows) -> Value:
        """A filter as it stands: the rows that it is about, and its condition."""

    def parts(self, node: ast.expr) -> Value:
        """The expression as it stands, each of its parts as it reads on the path."""

    def mentions(self, node: ast.AST) -> bool:
        """Whether a name that holds rows is in it."""

    def by_content(self, which: ast.expr, table: ast.expr) -> bool:
        """Whether places or labels of rows of a table were chosen by what rows hold."""

    def before(self, name: str) -> Mapping[str, Any]:
        """What the name held before the step; see `kernel/tracking/snapshot_info.info`."""

    def lives(self, name: str) -> bool:
        """Whether the name still holds at the end what it holds at the step."""

    def seen(self, node: ast.expr) -> Sequence[Mapping[str, Any]]:
        """What the kernel captured of the expression, each time that it ran."""

    def constant(
        self, node: ast.expr, text: str, hint: str, *, categories: bool = False
    ) -> ast.Name:
        """The captured value of the expression, as a constant of the path."""

    def refused(self, reason: Reason, *of: str) -> Refused:
        """A refusal at this step."""


class Tables(Protocol):
    """The tables of a step, going backward from the answer."""

    def columns(self, node: ast.expr) -> list[Label] | None:
        """The columns of the rows that an expression gives; None if unknown."""

    def table(self, node: ast.expr) -> list[Label] | None:
        """The columns of a table, be it of the request or a constant; None if unknown."""

    def labels(self, node: ast.expr) -> tuple[Label, ...] | None:
        """The columns that an expression names, also by the name of a list."""

    def is_list(self, node: ast.expr) -> bool:
        """Whether it is a list of columns, or a name of one."""

    def before(self, name: str) -> Mapping[str, Any]:
        """What the name held before the step."""

    def seen(self, node: ast.expr) -> Sequence[Mapping[str, Any]]:
        """What the kernel captured of the expression, or of what its constant stands for."""

    def is_constant(self, node: ast.expr) -> bool:
        """Whether it stands for a constant of the path."""


@dataclass(frozen=True)
class Call:
    """A call, going forward.

    Attributes:
        node: its tree.
        name: the last name of what is called.
        receiver: the rows that it is a method of; None for any other function.
    """

    node: ast.Call
    name: str
    receiver: Rows | None


@dataclass(frozen=True)
class Narrowed:
    """A call as it reads where some columns are wanted, and what it wants itself.

    Attributes:
        wants: its parts, each with what is wanted of it; None for everything.
        rebuilt: makes the call of the parts as they read then.
        only: of constants with a part for each column, those columns.
        drops: whether it is a drop of columns that names more than there may be.
    """

    wants: tuple[tuple[ast.expr, ColumnDemand | None], ...]
    rebuilt: Callable[[Sequence[ast.expr]], ast.expr]
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    drops: bool = False


@dataclass(frozen=True)
class Operation:
    """What is known of calls of some names. All of it is pure; None is "not mine".

    Attributes:
        names: the last names of the functions and methods.
        captures: how the kernel captures what a call gives or is given, None if it need not.
        forward: what it does to rows.
        columns: which columns it gives.
        narrowed: which columns it reads where some are wanted, and how it reads then.
        by_column: whether each column that it gives comes from that column of its table alone.
    """

    names: frozenset[str]
    captures: Callable[[ast.Call], Capture | None] | None = None
    forward: Callable[[Call, Analysis], Value | None] | None = None
    columns: Callable[[ast.Call, Tables], list[Label] | None] | None = None
    narrowed: Callable[[ast.Call, ColumnDemand | None, Tables], Narrowed | None] | None = None
    by_column: Callable[[ast.Call, Tables], bool] | None = None


def parts_of(call: ast.Call) -> list[ast.expr]:
    """What a call is made of: what it is a method of, its arguments, its keyword arguments."""
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return [*receiver, *call.args, *(k.value for k in call.keywords)]


def call_of(call: ast.Call, parts: Sequence[ast.expr]) -> ast.Call:
    """The call with other parts, in the order of `parts_of`."""
    rest = list(parts)
    function = call.func
    if isinstance(function, ast.Attribute):
        function = ast.Attribute(rest.pop(0), function.attr, ast.Load())
    args, values = rest[: len(call.args)], rest[len(call.args) :]
    keywords = [ast.keyword(k.arg, v) for k, v in zip(call.keywords, values, strict=True)]
    return ast.copy_location(ast.Call(function, args, keywords), call)


def wanting(call: ast.Call, want: ColumnDemand | None, *, drops: bool = False) -> Narrowed:
    """The call with this wanted of what it is a method of, and everything of its arguments."""
    receiver, *rest = parts_of(call)
    wants = ((receiver, want), *((part, None) for part in rest))
    return Narrowed(wants, lambda parts: call_of(call, parts), drops=drops)
