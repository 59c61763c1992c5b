"""Frame: what is known at a place while code is looked at, of a notebook or of a function's body."""

import ast
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.effects import Seen
from nb2service.notebook.dataflow.heap import NOTHING, Function, Heap, Locs, Module, Names
from nb2service.notebook.dataflow.program import Program
from nb2service.notebook.dataflow.symbol import Symbol

# What `globals()` gives, as if it were a module: the names of the notebook.
NAMESPACE = "__main__"


# What `*args` and `**options` are known by; every other parameter by its place: "0", "1".
REST = "*"


@dataclass
class Frame:
    """Where code is looked at.

    Attributes:
        heap: the objects.
        program: the functions and classes of the notebook.
        run_text: goes through the text of an `exec` or an `eval`.
        function: the function whose body it is; None for the notebook itself.
        own: the local names of that function.
        names: what the names hold.
        seen: the effects so far.
        symbols: the locations of what the function is given.
        logs: the values that names get, for each block around which may be left in its middle.
        parts: what each simple statement inside of a statement of the notebook may change, by its
            line and column; None where nobody asks.
    """

    heap: Heap
    program: Program
    run_text: Callable[["Frame", str, str], Locs]
    function: Function | None = None
    own: frozenset[str] = frozenset()
    names: Names = field(default_factory=Names)
    seen: Seen = field(default_factory=Seen)
    symbols: dict[int, Symbol] = field(default_factory=dict)
    logs: list[list[tuple[str, Locs]]] = field(default_factory=list)
    parts: dict[tuple[int, int], set[int]] | None = None

    @contextmanager
    def part(self, node: ast.stmt) -> Iterator[None]:
        """Note what a simple statement inside of a statement of the notebook changes by itself."""
        if self.parts is None or hasattr(node, "body"):
            yield
            return
        before, self.seen.changed = self.seen.changed, set()
        try:
            yield
        finally:
            place = (node.lineno, node.col_offset)
            self.parts.setdefault(place, set()).update(self.seen.changed)
            self.seen.changed |= before

    def lookup(self, name: str) -> Locs:
        """What a name may hold here."""
        found = self.names.get(name)
        if found is not None:
            return found
        if self.function is not None:
            if name in self.own:
                return NOTHING
            if name in self.function.around:
                return frozenset({self.symbol(Symbol("captured", name))})
        return self.global_value(name)

    def global_value(self, name: str) -> Locs:
        """What a name of the notebook may hold here."""
        if self.function is None:
            found = self.names.get(name)
            if found is None and not self.program.is_builtin(name):
                found = frozenset({self.heap.at("unknown", name)})
            return found or NOTHING
        found = frozenset(self.program.callables.get(name, ()))
        if not self.program.is_known(name):
            found |= {self.symbol(Symbol("global", name))}
        return found

    def symbol(self, symbol: Symbol) -> int:
        """The location of something that the function is given."""
        loc = self.heap.at("symbol", self.function, symbol)
        if loc not in self.symbols:
            inside = Symbol(symbol.kind, symbol.name, True)
            within = self.heap.at("symbol", self.function, inside)
            self.heap.hold([loc], [within])
            self.symbols |= {loc: symbol, within: inside}
        return loc

    def bind(self, name: str, locs: Locs) -> None:
        """Give a name a value."""
        if self.function is not None and name not in self.own:
            if name in self.function.around:  # nonlocal: the closure itself is another one then
                self.seen.changed.add(self.heap.thing(self.function))
            else:
                self.give(name, locs)
        self.names.set(name, locs)
        for log in self.logs:
            log.append((name, locs))

    def give(self, name: str, locs: Locs) -> None:
        """Let a name of the notebook hold something besides what it holds: a function may bind it."""
        self.seen.binds.add(name)
        if self.function is None:
            self.names.set(name, (self.names.get(name) or NOTHING) | locs)
        else:
            self.seen.gives.setdefault(name, set()).update(locs)

    def fresh(self, *key: Hashable, holds: Iterable[int] = ()) -> int:
        """The location of an object that is made here."""
        loc = self.heap.at("made", *key)
        self.heap.hold([loc], holds)
        return loc

    def change(self, locs: Iterable[int], *, deep: bool = False) -> None:
        """Note that objects may be changed in place; if deep, with all that they hold."""
        given = [loc for loc in locs if not isinstance(self.heap.known.get(loc), Module)]
        self.seen.changed.update(given)
        if deep:
            self.seen.changed |= self.heap.reach(given) - self.heap.known.keys()

    def modules(self, locs: Iterable[int]) -> list[str]:
        """The full names of the modules, or of things in modules, among these."""
        known = (self.heap.known.get(loc) for loc in locs)
        return [found.name for found in known if isinstance(found, Module)]

    def objects(self, locs: Locs) -> Locs:
        """Those of the locations that are no modules."""
        known = self.heap.known
        return frozenset(loc for loc in locs if not isinstance(known.get(loc), Module))

    def module(self, name: str) -> Locs:
        """The location of a module, or of a thing in one."""
        return frozenset({self.heap.thing(Module(name))})

    @contextmanager
    def logged(self) -> Iterator[list[tuple[str, Locs]]]:
        """Keep the values that names get within."""
        log: list[tuple[str, Locs]] = []
        self.logs.append(log)
        try:
            yield log
        finally:
            self.logs.pop()
