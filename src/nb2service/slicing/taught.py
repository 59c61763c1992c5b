"""What a model is taught, as far as the notebook's statements tell: the columns of its labels."""

import ast
from collections.abc import Iterator, Sequence

from nb2service.marking.answers import Answer
from nb2service.notebook.statements import Scope, Statement
from nb2service.slicing.operations.selection import SPLITS
from nb2service.slicing.trace.labels import columns_set
from nb2service.slicing.trace.runs import Taught
from nb2service.slicing.trace.trees import name_of

_FITS = frozenset({"fit", "fit_transform"})


def taught_by(scope: Scope, answer: Answer) -> Taught:
    """What is handed to a fit or a split as what is to be learnt."""
    statements = scope.statements[: scope.statements.index(answer.statement) + 1]
    columns: set[str] = set()
    names: set[str] = set()
    parts: set[str] = set()
    labels: list[ast.expr] = []
    for statement in statements:
        for call in (n for n in ast.walk(statement.node) if isinstance(n, ast.Call)):
            if name_of(call) in SPLITS | _FITS and len(call.args) > 1:
                columns.update(_columns_named(call.args[1]))
                parts |= {n.id for n in ast.walk(call.args[1]) if isinstance(n, ast.Name)}
                labels.append(call.args[1])
                if isinstance(call.args[1], ast.Name):
                    names |= {call.args[1].id} | _split_off(statement.node, call)
    whole = {name for label in labels for name in _names_alone(label)}
    for statement in statements:
        if statement.binds & parts and isinstance(statement.node, ast.Assign):
            columns.update(_columns_named(statement.node.value))
            if statement.binds & whole:
                labels.append(statement.node.value)
    made = list(_made_of(statements, columns))
    scaled = {
        c for one in (*labels, *made) if len(found := _columns_within(one)) == 1 for c in found
    }
    made_of = {column for one in made for column in _columns_within(one)}
    return Taught(
        frozenset(columns), frozenset(names), frozenset(made_of | scaled), frozenset(scaled)
    )


def _names_alone(node: ast.expr) -> set[str]:
    """The names in a label that are no table which a column is taken from: `y` in `np.log1p(y)`."""
    taken = [n.value for n in ast.walk(node) if isinstance(n, ast.Subscript | ast.Attribute)]
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    return {n.id for n in names if not any(n is one for one in taken)}


def _split_off(node: ast.stmt, call: ast.Call) -> set[str]:
    """The names of the parts of the labels, where they are split: the third and the fourth."""
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=parts)], value=value) if value is call:
            return {part.id for part in parts[2:4] if isinstance(part, ast.Name)}
    return set()


def _made_of(statements: Sequence[Statement], labels: set[str]) -> Iterator[ast.expr]:
    """What columns of labels are made of: `df["y"] = (df["status"] == "paid")`."""
    for statement in statements:
        match statement.node:
            case ast.Assign(targets=[ast.Subscript() as target], value=value):
                if labels.intersection(columns_set(target) or ()):
                    yield value


def _columns_within(node: ast.AST) -> set[str]:
    called = [n.func for n in ast.walk(node) if isinstance(n, ast.Call)]
    parts = (n for n in ast.walk(node) if not any(n is one for one in called))
    return {column for part in parts for column in _columns_named(part)}


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
