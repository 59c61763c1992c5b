"""Program: the functions and classes of a notebook, and what each does when it is called."""

import ast
import builtins
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.frame import Frame, stored_names
from nb2service.notebook.dataflow.heap import Class, Function, Heap, Locs, Methods, Module
from nb2service.notebook.dataflow.summarizing import Summaries
from nb2service.notebook.dataflow.summary import Summary, united

_BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython"}


@dataclass
class Program:
    """The functions and classes of a notebook, wherever they stand in it.

    Attributes:
        heap: the objects.
        compute: makes the summary of a function, from those of the functions that it calls.
        run_text: goes through the text of an `exec` or an `eval`.
        callables: names -> the functions, classes and modules that they may be bound to.
        constants: the names that are bound to numbers and texts.
        values: the names that may be bound to anything else.
        methods: names of methods -> the methods of this name of all classes.
        properties: the names of methods that run when an attribute is asked for.
        texts: the code that texts held, kept because locations are known by it.
    """

    heap: Heap
    compute: Callable[["Program", Function], Summary]
    run_text: Callable[[Frame, str, str], Locs]
    callables: dict[str, set[int]] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    methods: dict[str, set[int]] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    texts: list[ast.AST] = field(default_factory=list)
    _of_class: dict[int, dict[str, set[int]]] = field(default_factory=dict)
    _summaries: Summaries | None = None

    def add(self, nodes: Iterable[ast.stmt]) -> None:
        """Add what statements define."""
        for node in nodes:
            match node:
                case ast.FunctionDef() | ast.AsyncFunctionDef():
                    self._callable(node.name, Function(node))
                    self._inner_classes(node)
                case ast.ClassDef():
                    self._class(node)
                case ast.Import() | ast.ImportFrom():
                    for name, full in imported(node):
                        self._callable(name, Module(full))
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
                    self._callable(name, Function(function))
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Name(id=other)) if (
                    other in self.callables
                ):
                    self.callables.setdefault(name, set()).update(self.callables[other])
                    if other in self.values:
                        self.values.add(name)
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant()):
                    self.constants.add(name)
                case ast.If() | ast.Try() | ast.With() | ast.For() | ast.While():
                    self.values |= stored_names([node])
                    for block in _blocks(node):
                        self.add(block)
                case _:
                    self.values |= stored_names([node])

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

    def is_known(self, name: str) -> bool:
        """Whether a name of the notebook holds nothing but functions, classes, modules and constants."""
        known = name in self.callables or name in self.constants or name in _BUILTINS
        return known and name not in self.values

    def is_builtin(self, name: str) -> bool:
        """Whether a name is one of Python's own."""
        return name in _BUILTINS

    def methods_of(self, loc: int, name: str) -> set[int]:
        """The methods of this name of a class; of all classes if it has a base that may have it."""
        own = self._of_class.get(loc, {}).get(name, set())
        known = self.heap.known[loc]
        if not own and isinstance(known, Class) and known.node.bases:
            return self.methods.get(name, set())
        return own

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

    def _callable(self, name: str, known: Function | Class | Module) -> None:
        self.callables.setdefault(name, set()).add(self.heap.thing(known))

    def _class(self, node: ast.ClassDef) -> None:
        loc = self.heap.thing(Class(node))
        self.callables.setdefault(node.name, set()).add(loc)
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                method = self.heap.thing(Function(inner))
                self.methods.setdefault(inner.name, set()).add(method)
                self._of_class.setdefault(loc, {}).setdefault(inner.name, set()).add(method)
                if any(
                    "property" in ast.unparse(d) or ".setter" in ast.unparse(d)
                    for d in inner.decorator_list
                ):
                    self.properties.add(inner.name)
            elif isinstance(inner, ast.ClassDef):
                self._class(inner)

    def _inner_classes(self, node: ast.AST) -> None:
        for inner in ast.walk(node):
            if isinstance(inner, ast.ClassDef):
                self._class(inner)


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with the full name of what it is bound to."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if alias.name != "*":
                yield (
                    alias.asname or alias.name,
                    f"{'.' * node.level}{node.module or ''}.{alias.name}",
                )
        elif alias.asname:
            yield alias.asname, alias.name
        else:
            top = alias.name.partition(".")[0]
            yield top, top


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for handler in getattr(node, "handlers", []):
        yield handler.body
