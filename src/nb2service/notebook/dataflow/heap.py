"""Objects that names may hold, as far as the code tells: which hold which, and which are the same.

A location stands for all objects that one place of the code makes. What cannot be told apart is one
location: two names that share one may hold the same object, and never the other way round.
"""

import ast
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field

Locs = frozenset[int]
NOTHING: Locs = frozenset()


@dataclass(frozen=True)
class Function:
    """A function or a lambda of the notebook.

    Attributes:
        node: its syntax tree.
        around: the local names of the functions that it stands in.
    """

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    around: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Class:
    """A class of the notebook."""

    node: ast.ClassDef


@dataclass(frozen=True)
class Module:
    """A module, or a thing in one, by its full name: `numpy`, `sklearn.svm.SVC`, `pandas.options`."""

    name: str


@dataclass(frozen=True)
class Methods:
    """The methods of one name of all classes of the notebook: one of them is called."""

    name: str


Known = Function | Class | Module | Methods


@dataclass
class Heap:
    """The locations, and which hold which.

    Attributes:
        known: the locations of functions, classes and modules, and which these are.
        made_by: locations of objects -> the full name of the library function that made them.
        instance_of: locations of objects -> the class of the notebook that they are instances of.
        methods: locations of what an attribute gives -> its name, and what it was asked of with all
            that this holds: if it is called, it is a method of that.
        edges: how many holdings there are; it grows until nothing new is found.
    """

    known: dict[int, Known] = field(default_factory=dict)
    made_by: dict[int, str] = field(default_factory=dict)
    instance_of: dict[int, int] = field(default_factory=dict)
    methods: dict[int, tuple[str, Locs]] = field(default_factory=dict)
    edges: int = 0
    _held: dict[int, set[int]] = field(default_factory=dict)
    _holders: dict[int, set[int]] = field(default_factory=dict)
    _ids: dict[Hashable, int] = field(default_factory=dict)

    def at(self, *key: Hashable) -> int:
        """The location of a place in the code."""
        return self._ids.setdefault(key, len(self._ids))

    def thing(self, known: Known) -> int:
        """The location of a function, a class or a module."""
        key = known.name if isinstance(known, Module | Methods) else known.node
        loc = self.at("known", isinstance(known, Methods), key)
        self.known[loc] = known
        return loc

    def hold(self, holders: Iterable[int], held: Iterable[int]) -> None:
        """Note that objects may hold others: a list its elements, an instance its attributes."""
        found = {h for h in held if not isinstance(self.known.get(h), Module)}
        for holder in holders:
            new = found - self._held.get(holder, set()) - {holder}
            if new and not isinstance(self.known.get(holder), Module):
                self._held.setdefault(holder, set()).update(new)
                self.edges += len(new)
                for one in new:
                    self._holders.setdefault(one, set()).add(holder)

    def held(self, locs: Iterable[int]) -> Locs:
        """What these hold themselves, one level deep."""
        return NOTHING.union(*(self._held.get(loc, ()) for loc in locs))

    def parts(self, locs: Locs) -> Locs:
        """What an item or an attribute of these may be: a view shares memory with them."""
        return locs | self.held(locs)

    def reach(self, locs: Iterable[int]) -> Locs:
        """These, and all that they hold, at any depth."""
        return _closure(locs, self._held)

    def holding(self, locs: Iterable[int]) -> Locs:
        """These, and all that hold them, at any depth."""
        return _closure(locs, self._holders)


def _closure(locs: Iterable[int], edges: dict[int, set[int]]) -> Locs:
    found = set(locs)
    pending = list(found)
    while pending:
        new = edges.get(pending.pop(), set()) - found
        found |= new
        pending += new
    return frozenset(found)


class Names:
    """What names hold at a place; branches are tried on a layer of their own."""

    def __init__(self) -> None:
        self._layers: list[dict[str, Locs]] = [{}]

    def get(self, name: str) -> Locs | None:
        """What a name may hold; None if nothing is known of it."""
        for layer in reversed(self._layers):
            if name in layer:
                return layer[name]
        return None

    def all(self) -> Locs:
        """What any of them may hold."""
        return NOTHING.union(*(locs for layer in self._layers for locs in layer.values()))

    def set(self, name: str, locs: Locs) -> None:
        """Give a name a value."""
        self._layers[-1][name] = locs

    def branch(self) -> None:
        """Begin a branch."""
        self._layers.append({})

    def end_branch(self) -> dict[str, Locs]:
        """End it, and return what it gave values to."""
        return self._layers.pop()

    def merge(self, *ways: dict[str, Locs]) -> None:
        """Let each name hold what it may hold after any of these ways on from here."""
        for name in {name for way in ways for name in way}:
            before = self.get(name) or NOTHING
            self.set(name, NOTHING.union(*(way.get(name, before) for way in ways)))
