"""What a cell makes of an answer further down, as far as its statements name it."""

import ast
from collections.abc import Iterator, Sequence, Set

from nb2service.marking.gathered import gathered
from nb2service.marking.later import changes_of
from nb2service.marking.outermost import outermost
from nb2service.notebook.statements import Scope, Statement

# What ends in one value of all answers.
_REDUCES = frozenset(
    {"mean", "sum", "max", "min", "std", "median", "value_counts", "corrcoef", "corr", "allclose"}
    | {"array_equal", "all", "any", "ttest_ind", "ttest_rel"}
)


def made_of(scope: Scope, answering: Statement, answer: str) -> Iterator[tuple[str, bool]]:
    """The names that later statements make of the answer, each with whether a loop does."""
    held = {answer}
    is_list = isinstance(answering.value, ast.ListComp) or answer in gathered(answering.node)
    lists = held if is_list else set[str]()
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
                if (made is value or inside) and not is_reduced(value, lists):
                    held.add(name)
                    yield name, False
                    break


def is_reduced(value: ast.expr, lists: Set[str] = frozenset()) -> bool:
    """Whether it ends in one value of all answers, such as their mean.

    Args:
        value: an expression.
        lists: the names that hold a list of answers, one for each model.
    """
    match value:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name in _REDUCES and not _is_row_wise(value, lists)
    return False


def _is_row_wise(call: ast.Call, lists: Set[str]) -> bool:
    """Whether it goes along each row: `np.mean([first, second], axis=0)`, `both.mean(axis=1)`."""
    axis = next((ast.unparse(k.value) for k in call.keywords if k.arg == "axis"), "")
    parts = [n for n in ast.walk(call) if isinstance(n, ast.List | ast.Tuple | ast.ListComp)]
    named = any(isinstance(n, ast.Name) and n.id in lists for n in ast.walk(call))
    return axis in ("1", "-1") or (axis == "0" and (bool(parts) or named))


def made_of_all(scope: Scope, answers: Sequence[tuple[Statement, str]]) -> str | None:
    """The last name that a cell makes of all of several answers; None if there is none.

    Args:
        scope: the notebook's statements.
        answers: the answers: the statement that makes each, and its name.
    """
    made = [
        [name, *(made for made, looped in made_of(scope, statement, name) if not looped)]
        for statement, name in answers
    ]
    common = set(made[0]).intersection(*made[1:])
    return next((name for name in reversed(made[-1]) if name in common), None)
