"""What is known of an expression on the path, and of what is in the way."""

import ast
from dataclasses import dataclass
from typing import Literal

from nb2service.slicing.trace.steps import Step

Picks = Literal["", "any", "content"]


@dataclass(frozen=True)
class Part:
    """An expression as it reads on the path.

    Attributes:
        node: its tree.
        rows: whether it gives rows of a request, or what belongs to them one by one.
        why: why it cannot be served, `""` if it can.
        picks: whether it only picked rows in the notebook: `any` or by their `content`.
        single: whether the notebook picked one row, as what has no rows any more: `X[0]`.
    """

    node: ast.expr
    rows: bool = False
    why: str = ""
    picks: Picks = ""
    single: bool = False


@dataclass(frozen=True)
class Obstacle:
    """Why a name holds what cannot be served, and the step that is in the way."""

    why: str
    step: Step
