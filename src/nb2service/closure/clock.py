"""The clock: what comes along and asks for the time, so that answers depend on when they are asked."""

import ast
from collections.abc import Iterator, Mapping

from nb2service.closure.items import Item
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.dataflow.settings import STANDING
from nb2service.notebook.statements import Scope


def clocks(scope: Scope, mark: Mark, items: Mapping[str, Item]) -> tuple[str, ...]:
    """The functions by which the marked function, or what comes along with it, may ask for the time."""
    flow = graph(scope)
    found = {name for node in _definitions(mark, items) for name in flow.called(node).clocks}
    return tuple(sorted(found))


def _definitions(mark: Mark, items: Mapping[str, Item]) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    statements = [mark.definition, *(s for item in items.values() for s in item.statements)]
    for statement in statements:
        if isinstance(statement.node, ast.FunctionDef | ast.ClassDef):
            yield statement.node


def refuse_clock(place: str, function: str, found: tuple[str, ...]) -> None:
    """Stop where the answers depend on a clock that nobody can let stand still.

    Raises:
        Nb2serviceError: they do: tomorrow the service could not compare its answers any more.
    """
    for name in found:
        if name not in STANDING:
            raise Nb2serviceError(
                place,
                f"{function} asks {name if '(' in name else name + '()'} for the time, which no service "
                "can set back to compare its answers with the notebook's",
                "Ask datetime.datetime.now(), datetime.date.today() or pandas.Timestamp.now() instead.",
            )


def told(function: str, found: tuple[str, ...], moment: Mapping[str, str]) -> list[str]:
    """Say that answers depend on the time, for the card."""
    if not found:
        return []
    names = " and ".join(f"{name}()" if "(" not in name else name for name in found[:2])
    return [
        f"{function} asks {names}: its answers depend on the day. The notebook's are those of "
        f"{moment['local'].replace('T', ' ')}, and the service's are compared as of then."
    ]
