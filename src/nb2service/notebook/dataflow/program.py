"""Program: the functions and classes of a notebook, and what each does when it is called."""

import ast
from collections.abc import Callable
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.definitions import Definitions
from nb2service.notebook.dataflow.heap import Class, Function, Methods
from nb2service.notebook.dataflow.summarizing import Summaries
from nb2service.notebook.dataflow.summary import Summary, united


@dataclass(kw_only=True)
class Program(Definitions):
    """The functions and classes of a notebook, and what each does.

    Attributes:
        compute: makes the summary of a function, from those of the functions that it calls.
        texts: the code that texts held, kept because locations are known by it.
    """

    compute: Callable[["Program", Function], Summary]
    texts: list[ast.AST] = field(default_factory=list)
    _summaries: Summaries | None = None

    def summary(self, loc: int) -> Summary:
        """What a function may do when it is called."""
        if self._summaries is None:
            self._summaries = Summaries(self._made, self._callees)
        return self._summaries.of(loc)

    def _made(self, loc: int) -> Summary:
        known = self.heap.known[loc]
        if isinstance(known, Methods):
            return united([self.summary(method) for method in self.methods.get(known.name, ())])
        assert isinstance(known, Function)
        return self.compute(self, known)

    def _callees(self, loc: int) -> set[int]:
        """The functions whose names stand in the body of a function."""
        known = self.heap.known[loc]
        if isinstance(known, Methods):
            return self.methods.get(known.name, set())
        assert isinstance(known, Function)
        found: set[int] = set()
        for node in ast.walk(known.node):
            if isinstance(node, ast.Name):
                for other in self.callables.get(node.id, ()):
                    found |= self._functions_of(other)
            elif isinstance(node, ast.Attribute) and node.attr in self.methods:
                found.add(self.heap.thing(Methods(node.attr)))
        return found

    def _functions_of(self, loc: int) -> set[int]:
        known = self.heap.known[loc]
        if isinstance(known, Function):
            return {loc}
        if isinstance(known, Class):
            return set().union(*self._of_class.get(loc, {}).values())
        return set()
