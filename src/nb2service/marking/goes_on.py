"""What a marked cell goes on to make of its answer, which is not served."""

import ast
from collections.abc import Iterator

from nb2service.marking.later import changes_of
from nb2service.marking.mark import Mark
from nb2service.marking.outermost import outermost
from nb2service.notebook.statements import Scope, Statement


def goes_on(scope: Scope, mark: Mark) -> Iterator[str]:
    """Say what else the marked cell makes of the answer, if it does: the last such name.

    Args:
        scope: the notebook's statements.
        mark: the mark of a bare cell.
    """
    answer = mark.answer or mark.through
    if answer is None or answer.name is None:
        return
    made = list(_made_of(scope, answer.statement, answer.name))
    if not made:
        return
    name, looped = made[-1]
    if mark.through:
        yield (
            f"cell {answer.statement.cell.number} goes on to make `{name}` of `{answer.name}`; what is "
            f"served is what {mark.function} returns. To serve the other: let {mark.function} return it."
        )
        return
    remedy = f"#| predict: -> {name}"
    if looped:
        remedy = "make it in one expression, and put its name into the mark"
    yield (
        f"cell {mark.cell.number} goes on to make `{name}` of `{answer.name}`; what is served is "
        f"`{answer.name}`. To serve the other: {remedy}"
    )


def _made_of(scope: Scope, answering: Statement, answer: str) -> Iterator[tuple[str, bool]]:
    """The names that later statements make of the answer, each with whether a loop does."""
    held = {answer}
    for statement in scope.of_cell(answering.cell):
        value = statement.value
        if not statement.follows(answering):
            continue
        if isinstance(statement.node, ast.For) and held & statement.eager:
            for built in sorted(changes_of(scope, statement) - {answer}):
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
