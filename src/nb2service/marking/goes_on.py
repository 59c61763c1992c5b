"""What a marked cell goes on to make of its answer, which is not served."""

import ast
from collections.abc import Iterator

from nb2service.marking.answer import Answer
from nb2service.marking.later import changes_of
from nb2service.marking.mark import Mark
from nb2service.marking.outermost import outermost
from nb2service.notebook.statements import Scope


def goes_on(scope: Scope, mark: Mark) -> Iterator[str]:
    """Say what else the marked cell makes of the answer, if it does: the last such name.

    Args:
        scope: the notebook's statements.
        mark: the mark of a bare cell.
    """
    answer = mark.answer
    if answer is None or answer.name is None:
        return
    made = list(_made_of(scope, answer))
    if not made:
        return
    name, looped = made[-1]
    remedy = f"#| predict: -> {name}"
    if looped:
        remedy = "make it in one expression, and put its name into the mark"
    yield (
        f"cell {mark.cell.number} goes on to make `{name}` of `{answer.name}`; what is served is "
        f"`{answer.name}`. To serve the other: {remedy}"
    )


def _made_of(scope: Scope, answer: Answer) -> Iterator[tuple[str, bool]]:
    """The names that later statements make of the answer, each with whether a loop does."""
    held = {answer.name}
    for statement in scope.of_cell(answer.statement.cell):
        value = statement.value
        if not statement.follows(answer.statement):
            continue
        if isinstance(statement.node, ast.For) and held & statement.eager:
            for built in sorted(changes_of(scope, statement) - {answer.name}):
                held.add(built)
                yield built, True
        if value is None:
            continue
        (name,) = statement.binds & {
            n.id for n in ast.walk(statement.node) if isinstance(n, ast.Name)
        }
        parents = {
            child: part for part in ast.walk(statement.node) for child in ast.iter_child_nodes(part)
        }
        for part in ast.walk(value):
            if isinstance(part, ast.Name) and part.id in held and part is not value:
                made = outermost(part, parents, scope)
                inside = made is not part and isinstance(parents.get(made), ast.Dict)
                if (made is value or inside) and not _is_reduced(value):
                    held.add(name)
                    yield name, False
                    break


def _is_reduced(value: ast.expr) -> bool:
    """Whether it ends in one value of all answers, such as their mean."""
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in ("mean", "sum", "max", "min", "std", "median", "value_counts")
    return False
