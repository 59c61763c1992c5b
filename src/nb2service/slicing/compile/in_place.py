"""The effects of calls and deletions for what they change: `df.drop("a", axis=1, inplace=True)`."""

import ast
from collections.abc import Sequence

from nb2service.notebook.changes import root_name
from nb2service.slicing.compile.effects import Effect, binding, refusing
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.columns import drops_columns
from nb2service.slicing.operations.values import Refused, Value
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.labels import Label, columns_set, constants, dropped

_BUILDING = frozenset({"append", "extend", "insert", "update"})


def called(call: ast.Call, expressions: ExpressionAnalysis) -> list[Effect]:
    """The effects of a method that is called for what it changes."""
    assert isinstance(call.func, ast.Attribute)
    step = expressions.step
    name, method = root_name(call.func), call.func.attr
    if name not in expressions.rows or name not in step.changes:
        return []
    keywords = [k for k in call.keywords if k.arg != "inplace"]
    plain = ast.copy_location(ast.Call(call.func, call.args, keywords), call)
    if method == "pop" or (method == "drop" and drops_columns(call)):
        return [Effect(step, name, "drop", ast.Expr(plain), _labels_dropped(call, expressions))]
    if not isinstance(call.func.value, ast.Name):
        return _of_part(name, call.func.value, plain, expressions)
    if method == "insert" and len(call.args) == 3:
        return [_inserted(name, call, keywords, expressions)]
    if method == "append" and name in (expressions.answered or ()):
        return [_appended(name, call, expressions)]
    if method == "sort":
        return [refusing(step, name, Reason.ACROSS, method)]
    if method in _BUILDING:
        return [refusing(step, name, Reason.BUILT_UP, step.text)]
    return [binding(step, name, expressions.value(plain))]


def _appended(name: str, call: ast.Call, expressions: ExpressionAnalysis) -> Effect:
    """`answers.append(model.predict(X))`."""
    value = expressions.value(call.args[0])
    if isinstance(value, Refused):
        return Effect(expressions.step, name, "change", None, None, value)
    return Effect(expressions.step, name, "change", ast.Expr(ast.Call(call.func, [value.node], [])))


def _inserted(
    name: str, call: ast.Call, keywords: list[ast.keyword], expressions: ExpressionAnalysis
) -> Effect:
    """`df.insert(0, "a", …)`."""
    columns, value = constants(call.args[1]), expressions.value(call.args[2])
    if isinstance(value, Refused):
        return Effect(expressions.step, name, "column", None, columns, value)
    node = ast.Expr(ast.Call(call.func, [*call.args[:2], value.node], keywords))
    return Effect(expressions.step, name, "column", node, columns)


def _of_part(
    name: str, part: ast.expr, plain: ast.Call, expressions: ExpressionAnalysis
) -> list[Effect]:
    """`df["a"].fillna(0, inplace=True)`."""
    if expressions.run.copies_on_write:
        return []  # pandas 3: it changes a copy, not the table
    columns: tuple[Label, ...] | None = None
    if isinstance(part, ast.Subscript):
        columns = columns_set(part)
    elif isinstance(part, ast.Attribute):
        columns = (part.attr,)
    value: Value = expressions.value(plain)
    if isinstance(value, Refused):
        return [Effect(expressions.step, name, "column", None, columns, value)]
    if not columns:
        refused = expressions.refused(Reason.CHANGES_UNNAMED)
        return [Effect(expressions.step, name, "column", None, None, refused)]
    table = ast.Name(name, ast.Load())
    target = ast.Subscript(table, ast.Constant(columns[0]), ast.Store())
    node = ast.Assign([target], value.node)
    return [Effect(expressions.step, name, "column", node, columns)]


def popped(value: ast.expr, expressions: ExpressionAnalysis) -> list[Effect]:
    """`y = df.pop("a")` also takes a column away."""
    match value:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="pop"), args=[column]):
            if name in expressions.rows:
                return [_taken(name, column, expressions)]
    return []


def deleted(targets: Sequence[ast.expr], expressions: ExpressionAnalysis) -> list[Effect]:
    """`del df["a"]`."""
    return [
        _taken(root_name(target), target.slice, expressions)
        for target in targets
        if isinstance(target, ast.Subscript) and root_name(target) in expressions.rows
    ]


def _taken(name: str, column: ast.expr, expressions: ExpressionAnalysis) -> Effect:
    pop = ast.Attribute(ast.Name(name, ast.Load()), "pop", ast.Load())
    node = ast.Expr(ast.Call(pop, [column], []))
    return Effect(expressions.step, name, "drop", node, constants(column))


def _labels_dropped(call: ast.Call, expressions: ExpressionAnalysis) -> tuple[Label, ...] | None:
    found = dropped(call)
    return None if found is None else constants(expressions.resolved(found))
