"""File runs: the `%run` of a file in which a needed statement stands."""

from collections.abc import Mapping

from nb2service.notebook.statements import Scope
from nb2service.unrun.cheap import NotCheapError, refuse_dear
from nb2service.unrun.gathered import Gathered, UnavailableError


def file_run(scope: Scope, imports: Mapping[str, str], place: int) -> Gathered:
    """The `%run` whose file holds the statement, if nothing in there is dear."""
    inner = scope.statements[place]
    family = [
        s
        for s in scope.of_cell(inner.cell)
        if s.within[:2] == inner.within[:2]
        or (s.node.lineno, s.node.col_offset) == inner.within[:2]
    ]
    found = Gathered()
    for statement in family:
        if statement.within and not (statement.is_import or statement.is_definition):
            try:
                refuse_dear(scope, statement, imports)
            except NotCheapError as why:
                name = min(inner.binds, default="")
                raise UnavailableError(name, inner, str(why)) from None
        if not statement.within:
            found.kept.add(scope.index(statement))
    return found
