"""The effects of assignments to a part of a table: `df["a"] = …`, `df.loc[which, "a"] += …`."""

import ast
from dataclasses import replace

from nb2service.notebook.changes import root_name
from nb2service.slicing.compile.effects import Effect, refusing
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.guards import ALL_ROWS, is_guard
from nb2service.slicing.operations.subscripts import is_condition
from nb2service.slicing.operations.values import Constant, PerRow, Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.labels import Label, columns_set, of_all_rows


def part_set(target: ast.expr, value: Value, expressions: ExpressionAnalysis) -> list[Effect]:
    """The effect of `df["a"] = …`, `df.a = …` or `df.columns = […]`; none on what holds no rows."""
    name = root_name(target)
    if name not in expressions.rows:
        return []
    match target:
        case ast.Attribute(value=ast.Name(), attr="columns"):
            return [_renamed(name, expressions)]
        case ast.Attribute(value=ast.Name(), attr=attribute):
            column = ast.Constant(attribute)
            written = ast.Subscript(ast.Name(name, ast.Load()), column, ast.Store())
            return [_column(name, written, (attribute,), value, expressions)]
        case ast.Subscript():
            return [_set(name, target, value, expressions)]
    return []


def _column(
    name: str,
    target: ast.expr,
    columns: tuple[Label, ...],
    value: Value,
    expressions: ExpressionAnalysis,
) -> Effect:
    if isinstance(value, Refused):
        return Effect(expressions.step, name, "column", None, columns, value)
    return Effect(expressions.step, name, "column", ast.Assign([target], value.node), columns)


def _set(name: str, target: ast.Subscript, value: Value, expressions: ExpressionAnalysis) -> Effect:
    """`df["a"] = …`, `df.loc[which, "a"] = …`, `df["a"][which] = …`."""
    step = expressions.step
    columns = columns_set(expressions.resolved(target))
    index = expressions.value(target.slice)
    if columns is not None and isinstance(target.value, ast.Name):
        value = _aligned(value)
    for part in (value, index):
        if isinstance(part, Refused):
            return Effect(step, name, "column", None, columns, part)
    assert not isinstance(value, Refused)
    assert not isinstance(index, Refused)
    constant = isinstance(value, Constant) and isinstance(index, Constant)
    written = expressions.single and constant
    refused = expressions.refused(Reason.WRITTEN_INTO_RECORD) if written else None
    node = ast.Assign([ast.Subscript(target.value, index.node, ast.Store())], value.node)
    of_name = isinstance(target.value, ast.Name)
    by_content = of_name and not isinstance(index, Constant) and is_condition(target.slice)
    if columns is None and (of_all_rows(target) or by_content):
        return Effect(step, name, "change", node, None, refused)
    if columns is None:
        refused = refused or expressions.refused(Reason.SETS_UNNAMED)
    elif not of_name and not _by_condition(target.slice, expressions):
        refused = refused or expressions.refused(Reason.ROWS_BY_PLACE)
    return Effect(step, name, "column", node, columns, refused)


def _aligned(value: Value) -> Value:
    """What a column is set to: `df["a"] = df["a"].dropna()` is put in by the index and drops no row."""
    node = value.node if isinstance(value, PerRow) else None
    if not isinstance(value, PerRow) or not is_guard(value.node, (ALL_ROWS,)):
        return value
    assert isinstance(node, ast.Call)
    match node.args[0]:
        case ast.Subscript(slice=ast.Compare() | ast.UnaryOp() | ast.BinOp()) as kept:
            return replace(value, node=kept)
        case ast.Call(func=ast.Attribute(attr="dropna"), args=[], keywords=[]) as kept:
            return replace(value, node=kept)
    return value


def _by_condition(index: ast.expr, expressions: ExpressionAnalysis) -> bool:
    """Whether rows are chosen by what they hold, so that each row knows whether it is meant."""
    which = index.elts[0] if isinstance(index, ast.Tuple) else index
    if isinstance(which, ast.Slice):
        return which.lower is None and which.upper is None
    return not isinstance(expressions.value(which), Constant)


def _renamed(name: str, expressions: ExpressionAnalysis) -> Effect:
    """`df.columns = […]`."""
    step = expressions.step
    after = step.versions.get(name, {}).get("columns")
    if after is None:
        return refusing(step, name, Reason.NEW_COLUMNS_NOT_SEEN)
    node = ast.Assign([ast.Name(name, ast.Store())], ast.Name(name, ast.Load()))
    return Effect(step, name, "change", node, tuple(after))


def augmented(
    target: ast.expr, operator: ast.operator, value: ast.expr, expressions: ExpressionAnalysis
) -> list[Effect]:
    """The effect of `df["a"] += …`; none on what holds no rows."""
    step, name = expressions.step, root_name(target)
    if name not in expressions.rows:
        return []
    found = expressions.value(value)
    node, refused = None, found if isinstance(found, Refused) else None
    if not isinstance(found, Refused):
        node = ast.AugAssign(target, operator, found.node)  # type: ignore[arg-type]
    if isinstance(target, ast.Name):
        return [Effect(step, name, "change", node, None, refused)]
    columns = None
    if isinstance(target, ast.Subscript):
        columns = columns_set(expressions.resolved(target))
    if columns:
        return [Effect(step, name, "column", node, columns, refused)]
    if isinstance(target, ast.Subscript) and of_all_rows(target):
        return [Effect(step, name, "change", node, None, refused)]
    refused = refused or expressions.refused(Reason.CHANGES_UNNAMED)
    return [Effect(step, name, "column", node, columns, refused)]
