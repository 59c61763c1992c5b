"""Which statements of the marked cell make an answer anew or change what it holds."""

from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope, Statement


def last_version(scope: Scope, statement: Statement, name: str) -> Statement:
    """The last statement of the cell that makes the answer anew from itself, or changes it in place.

    Args:
        scope: the notebook's statements.
        statement: the statement that binds the answer.
        name: its name.
    """
    last, made_of_it = statement, {name}
    for later in scope.of_cell(statement.cell):
        if not later.follows(statement) or later.is_definition or later.is_import:
            continue
        uses = made_of_it & (later.eager | later.lazy)
        changed = changes_of(scope, later)
        if uses:
            made_of_it |= later.binds | changed
        if (name in later.binds and uses) or name in changed:
            last = later
    return last


def changes_of(scope: Scope, statement: Statement) -> frozenset[str]:
    """The names whose objects a statement may change in place, whatever it changes them by."""
    found = graph(scope)
    at = next(i for i, other in enumerate(found.statements) if other is statement)
    return found.effects[at].changes
