"""Call: what is called with what, once its arguments were looked at."""

import ast
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.heap import NOTHING, Locs


@dataclass(frozen=True)
class Call:
    """A call, its arguments looked at.

    Attributes:
        node: the call, or what else makes it happen: a decorator, an attribute that is a property.
        on: what the method is called on.
        given: the arguments by position.
        named: the arguments by name.
        spread: what `*args` and `**options` may give to any parameter.
        words: the keywords with their values as they are written.
    """

    node: ast.AST
    on: Locs = NOTHING
    given: tuple[Locs, ...] = ()
    named: dict[str, Locs] = field(default_factory=dict)
    spread: Locs = NOTHING
    words: dict[str, ast.expr] = field(default_factory=dict)

    @property
    def arguments(self) -> Locs:
        """All that is given, without what it is called on."""
        return NOTHING.union(*self.given, *self.named.values(), self.spread)

    def has(self, names: frozenset[str], *, being: bool) -> bool:
        """Whether one of these keywords is given and may be true, or may be false."""
        for name in names & self.words.keys():
            written = self.words[name]
            if not isinstance(written, ast.Constant) or bool(written.value) == being:
                return True
        return False
