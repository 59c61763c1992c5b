"""What a marked cell goes on to make of its answer, which is not served."""

from collections.abc import Iterator

from nb2service.marking.made_of import made_of
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import Scope


def goes_on(scope: Scope, mark: Mark) -> Iterator[str]:
    """Say what else the marked cell makes of the answer, if it does: the last such name.

    Args:
        scope: the notebook's statements.
        mark: the mark of a bare cell.
    """
    answer = mark.answer or mark.through
    if answer is None or answer.name is None:
        return
    made = list(made_of(scope, answer.statement, answer.name))
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
