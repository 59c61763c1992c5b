"""What a model is taught, as far as the notebook's statements tell: the columns of its labels."""

import ast
from collections.abc import Iterator, Sequence

from nb2service.marking.answers import Answer
from nb2service.notebook.statements import Scope, Statement
from nb2service.slicing.operations.selection import SPLITS
from nb2service.slicing.operations.syntax import name_of
from nb2service.slicing.trace.labels import columns_set
from nb2service.slicing.trace.runs import Taught

_FITS = frozenset({"fit", "fit_transform"})


def taught_by(scope: Scope, answer: Answer) -> Taught:
    """What is handed to a fit or a split as what is to be learnt."""
    statements = scope.statements[: scope.statements.index(answer.statement) + 1]
    columns: set[str] = set()
    names: set[str] = set()
    parts: set[str] = set()
    made_of: set[str] = set()
    for statement in statements:
        for call in (n for n in ast.walk(statement.node) if isinstance(n, ast.Call)):
            if name_of(call) in SPLITS | _FITS and len(call.args) > 1:
                columns.update(_columns_named(call.args[1]))
                made_of.update(_columns_within(call.args[1]))
                parts |= {n.id for n in ast.walk(call.args[1]) if isinstance(n, ast.Name)}
                if isinstance(call.args[1], ast.Name):
                    names |= {call.args[1].id} | _split_off(statement.node, call)
    for statement in statements:
        if statement.binds & parts and isinstance(statement.node, ast.Assign):
            columns.update(_columns_named(statement.node.value))
            made_of.update(_columns_within(statement.node.value))
    made_of.update(_made_of(statements, columns))
    return Taught(frozenset(columns), frozenset(names), frozenset(made_of))


def _split_off(node: ast.stmt, call: ast.Call) -> set[str]:
    """The names of the parts of the labels, where they are split: the third and the fourth."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=parts)], value=value) if value is call:
            return {part.id for part in parts[2:4] if isinstance(part, ast.Name)}
    return set()


def _made_of(statements: Sequence[Statement], labels: set[str]) -> Iterator[str]:
    """The columns that columns of labels are made of: `df["y"] = (df["status"] == "paid")`."""
    for statement in statements:
        match statement.node:
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                if labels.intersection(columns_set(target) or ()):
                    yield from _columns_within(value)


def _columns_within(node: ast.AST) -> Iterator[str]:
    return (column for part in ast.walk(node) for column in _columns_named(part))


def _columns_named(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Subscript(slice=ast.Constant(value=str(column))):
            yield column
        case ast.Attribute(value=ast.Name(), attr=column):
            yield column
        case ast.Call(func=ast.Attribute(attr="pop"), args=[ast.Constant(value=str(column))]):
            yield column
        case ast.Attribute(value=value, attr="values"):
            yield from _columns_named(value)
