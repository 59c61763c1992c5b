"""Definitions: the functions and classes of a notebook, by their names."""

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.bound import imported, stored_names
from nb2service.notebook.dataflow.heap import Class, Function, Heap, Module

_BUILTINS = frozenset(dir(builtins)) | {"display", "get_ipython"}


@dataclass
class Definitions:
    """The functions and classes of a notebook, wherever they stand in it.

    Attributes:
        heap: the objects.
        callables: names -> the functions, classes and modules that they may be bound to.
        constants: the names that are bound to numbers and texts.
        values: the names that may be bound to anything else.
        methods: names of methods -> the methods of this name of all classes.
        properties: the names of methods that run when an attribute is asked for.
    """

    heap: Heap
    callables: dict[str, set[int]] = field(default_factory=dict)
    constants: set[str] = field(default_factory=set)
    values: set[str] = field(default_factory=set)
    methods: dict[str, set[int]] = field(default_factory=dict)
    properties: set[str] = field(default_factory=set)
    _of_class: dict[int, dict[str, set[int]]] = field(default_factory=dict)

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


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(node, name, [])
    for handler in getattr(node, "handlers", []):
        yield handler.body
