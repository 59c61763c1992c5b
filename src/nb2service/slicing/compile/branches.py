"""Branches that other rows may take: what the notebook's own rows did there decides nothing.

A test such as `if df["age"].isnull().any():` is about rows; where it did not hold, the next row may make
it hold. What would be set there is not known then.
"""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nb2service.notebook.changes import changed_names, root_name
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.conditions import Kind, kind_of_test, rows_of_loops
from nb2service.slicing.operations.values import Refused
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.labels import Label, columns_set
from nb2service.slicing.trace.probes import COMPOUND
from nb2service.slicing.trace.steps import Step, with_loop_values

_Turn = dict[str, Label]


@dataclass(frozen=True)
class _Side:
    """A side of a branch.

    Attributes:
        statements: the simple statements in it.
        when: whether the test must hold for it.
    """

    statements: tuple[ast.stmt, ...]
    when: bool


def untaken(expressions: ExpressionAnalysis, inner: Sequence[Step]) -> list[Effect]:
    """The refusals of what a loop or a branch may do to rows that it did not do to the notebook's.

    Args:
        expressions: the analysis of the loop or the branch.
        inner: the steps that ran in it.
    """
    found: list[Effect] = []
    variables = rows_of_loops(expressions.step.node, expressions.mentions)

    def holds_rows(node: ast.AST) -> bool:
        names = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        return expressions.mentions(node) or bool(names & variables)

    for branch in (n for n in ast.walk(expressions.step.node) if isinstance(n, ast.If)):
        kind = kind_of_test(branch.test, holds_rows)
        if kind == "learnt" and not _counts_some(branch, expressions):
            continue
        for turn in _turns(branch, expressions):
            if _may_change(branch, kind, turn, inner):
                found += _refusals(branch, turn, expressions)
    return found


def _counts_some(branch: ast.If, expressions: ExpressionAnalysis) -> bool:
    """Whether the test counts rows that were chosen by what they hold: `if len(bad):`."""
    touched = {n for s in _simple(branch.body) for n in _touched(s)} & set(expressions.rows)
    tables = [ast.Name(name, ast.Load()) for name in sorted(touched)]
    step, run = expressions.step, expressions.run
    return any(
        run.by_content(counted, table, step, counted=True)
        for counted in _counted(branch.test)
        for table in tables
    )


def _counted(test: ast.expr) -> Iterator[ast.expr]:
    for part in ast.walk(test):
        match part:
            case ast.Call(func=ast.Name(id="len"), args=[counted]):
                yield counted
            case ast.Attribute(value=counted, attr="shape" | "size" | "empty"):
                yield counted


def _may_change(branch: ast.If, kind: Kind, turn: _Turn, inner: Sequence[Step]) -> bool:
    """Whether the test may come out otherwise for one more row than it did for the notebook's."""
    held = _ran(branch.body, turn, inner)
    return {"every": held, "some": not held, "learnt": not held}.get(kind, True)


def _ran(statements: Sequence[ast.stmt], turn: _Turn, inner: Sequence[Step]) -> bool:
    places = {(n.lineno, n.col_offset) for n in _simple(statements)}
    shown = {f"{value!r}" for value in turn.values()}
    for step in inner:
        if (step.node.lineno, step.node.col_offset) in places:
            values = {f"{n.value!r}" for n in ast.walk(step.node) if isinstance(n, ast.Constant)}
            if shown <= values:
                return True
    return False


def _simple(statements: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in statements:
        for part in ast.walk(statement):
            if isinstance(part, ast.stmt) and not isinstance(part, COMPOUND):
                yield part


def _turns(branch: ast.If, expressions: ExpressionAnalysis) -> list[_Turn]:
    """The turns of the loop around a branch: the values of its variable; one without a loop."""
    for loop in ast.walk(expressions.step.node):
        if isinstance(loop, ast.For) and any(part is branch for part in ast.walk(loop)):
            match loop.target, expressions.resolved(loop.iter):
                case ast.Name(id=name), ast.List(elts=elements):
                    values = [e.value for e in elements if isinstance(e, ast.Constant)]
                    return [{name: v} for v in values if isinstance(v, str | int)]
            return [{}]
    return [{}]


def _refusals(branch: ast.If, turn: _Turn, expressions: ExpressionAnalysis) -> Iterator[Effect]:
    refused = Refused(Reason.OTHER_BRANCH, expressions.step)
    held = expressions.rows | expressions.blocked.keys()
    for statement in _simple([*branch.body, *branch.orelse]):
        written = with_loop_values(statement, turn)
        place = (statement.lineno, statement.col_offset)
        # A row of an array, or a table of a list, has another name in there.
        others = expressions.step.parts.get(place, frozenset())
        for name in sorted((_touched(written) | others) & held):
            columns = _columns(written, name)
            form = "column" if columns else "change"
            yield Effect(expressions.step, name, form, None, columns, refused)  # type: ignore[arg-type]


def _touched(node: ast.stmt) -> set[str]:
    stored = {n.id for n in ast.walk(node) if _is_stored(n) and isinstance(n, ast.Name)}
    return stored | changed_names(node)


def _is_stored(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store)


def _columns(node: ast.stmt, name: str) -> tuple[Label, ...] | None:
    match node:
        case ast.Assign(targets=[ast.Subscript() as target]) if root_name(target) == name:
            return columns_set(target)
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Subscript() as part))):
            return columns_set(part) if root_name(part) == name else None
    return None
