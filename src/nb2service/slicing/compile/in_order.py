"""Whether the rows of an input stand in an order of what they hold, by the statements above it."""

import ast
from collections.abc import Sequence

from nb2service.slicing.trace.inputs import Input
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import name_of

_SORTS = frozenset({"sort_values", "nlargest", "nsmallest"})
# What gives rows an order of their own again.
_MIXES = frozenset({"sample", "shuffle", "sort_index"})


def stands_in_order(start: Input, steps: Sequence[Step]) -> bool:
    """Whether a sort came last of what gives the rows of an input their order.

    Rows that a slice cuts off below it are then cut off by what they hold.
    """
    if start.place is not None or start.single:
        return False
    names = {start.name}
    last = start.step.event - start.as_used
    for step in reversed([s for s in steps if s.event <= last]):
        if not names & (step.binds | step.changes):
            continue
        called = {name_of(n) for n in ast.walk(step.node) if isinstance(n, ast.Call)}
        if called & (_SORTS | _MIXES):
            return not called & _MIXES
        names |= step.uses if step.binds else set()
    return False
