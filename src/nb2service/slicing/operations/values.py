"""What an expression of a step gives, as the compiler knows it: the values of the analysis."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.steps import Step

# How the notebook picked rows: by their position, or by their place in an order of what they hold;
# "" where it picked none.
Selection = Literal["", "position", "trimmed"]


@dataclass(frozen=True)
class Constant:
    """The same for every request.

    Attributes:
        node: the expression as it reads on the path.
    """

    node: ast.expr


@dataclass(frozen=True)
class PerRow:
    """Rows of a request, or what belongs to them one by one.

    Attributes:
        node: the expression as it reads on the path.
        selection: how the notebook picked some of them.
        ordered: whether they stand in an order of what they hold.
    """

    node: ast.expr
    selection: Selection = ""
    ordered: bool = False


@dataclass(frozen=True)
class Record:
    """One row, which the notebook took out as what has no rows any more: `X[0]`.

    Attributes:
        node: the expression as it reads on the path: still of all rows.
        selection: how the notebook picked the row.
    """

    node: ast.expr
    selection: Selection = "position"


@dataclass(frozen=True)
class Refused:
    """What no row alone can be given.

    Attributes:
        reason: why.
        step: the step that is in the way.
        of: what the reason's words are said of.
    """

    reason: Reason
    step: Step | None = None
    of: tuple[str, ...] = ()

    @property
    def why(self) -> str:
        """The reason in words."""
        return self.reason.words.format(*self.of)


Rows = PerRow | Record
Value = Constant | PerRow | Record | Refused


class UnservableError(Exception):
    """The path cannot begin at this input.

    Attributes:
        refused: why, and the step that is in the way.
    """

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.why)
        self.refused = refused


def first_refused(values: Iterable[Value]) -> Refused | None:
    """The first of the values that cannot be served."""
    return next((value for value in values if isinstance(value, Refused)), None)


def combined(node: ast.expr, parts: Iterable[Value]) -> Value:
    """The value of an expression, by the values of its parts."""
    found = list(parts)
    if (refused := first_refused(found)) is not None:
        return refused
    rows = [part for part in found if isinstance(part, PerRow | Record)]
    if not rows:
        return Constant(node)
    selection: Selection = next((part.selection for part in rows if part.selection), "")
    if any(isinstance(part, Record) for part in rows):
        return Record(node, selection)
    ordered = any(isinstance(part, PerRow) and part.ordered for part in rows)
    return PerRow(node, selection, ordered)
