"""The statements of a notebook's cells: which names each binds and which it needs.

Python's own `symtable` decides what is local, global or free, so comprehensions, closures, class
bodies and walruses follow the language's rules and not ours.
"""

import ast
import builtins
import symtable
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from nb2service.errors import Nb2serviceError
from nb2service.read import Cell, Notebook

BUILTINS = frozenset(dir(builtins))
# Children of a symbol table that run where they stand; all others run when they are called.
_RUN_IN_PLACE = frozenset({"listcomp", "setcomp", "dictcomp", "genexpr"})


@dataclass(frozen=True)
class Statement:
    """A statement at the top level of a cell.

    Attributes:
        cell: the cell that it stands in.
        node: its syntax tree.
        source: its text, with the comment lines right above it.
        line: its first line in the cell, counted from 1, without those comments.
        binds: the global names that it gives a value to.
        eager: the global names that it needs when it runs.
        lazy: the global names that functions defined in it need when they are called.

    """

    cell: Cell
    node: ast.stmt
    source: str
    line: int
    binds: frozenset[str]
    eager: frozenset[str]
    lazy: frozenset[str]

    @property
    def is_import(self) -> bool:
        """Whether it is a plain import."""
        return isinstance(self.node, ast.Import | ast.ImportFrom)

    @property
    def is_definition(self) -> bool:
        """Whether it defines a function or a class."""
        return isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)

    @property
    def is_future(self) -> bool:
        """Whether it is a `from __future__ import`."""
        return isinstance(self.node, ast.ImportFrom) and self.node.module == "__future__"

    @property
    def is_star(self) -> bool:
        """Whether it is a `from module import *`."""
        return isinstance(self.node, ast.ImportFrom) and self.node.names[0].name == "*"

    @property
    def value(self) -> ast.expr | None:
        """The right side of `name = …`; None for every other statement."""
        match self.node:
            case ast.Assign(targets=[ast.Name()], value=value):
                return value
            case ast.AnnAssign(target=ast.Name(), value=value):
                return value
        return None


@dataclass(frozen=True)
class Scope:
    """All statements of a notebook, in the order in which they run."""

    notebook: Notebook
    statements: tuple[Statement, ...]

    def binding(self, name: str, last_cell: int) -> Statement | None:
        """The last statement up to the cell `last_cell` that gives `name` its value, or None."""
        found = None
        for statement in self._bindings.get(name, ()):
            if statement.cell.number <= last_cell:
                found = statement
        return found

    def binds(self, name: str) -> bool:
        """Whether any cell gives `name` a value."""
        return name in self._bindings

    @property
    def has_unseen_names(self) -> bool:
        """Whether names may come from where no analysis looks: star imports, `%run`, `%pylab`, `exec`."""
        return any(
            statement.is_star or statement.eager & {"exec", "globals", "get_ipython"}
            for statement in self.statements
        )

    @cached_property
    def _bindings(self) -> dict[str, list[Statement]]:
        table: dict[str, list[Statement]] = {}
        for statement in self.statements:
            for name in statement.binds:
                table.setdefault(name, []).append(statement)
        return table


def parse(notebook: Notebook) -> Scope:
    """Parse every cell.

    Raises:
        Nb2serviceError: a cell is not Python.

    """
    return Scope(notebook, tuple(s for cell in notebook.cells for s in _statements(notebook, cell)))


def _statements(notebook: Notebook, cell: Cell) -> Iterator[Statement]:
    try:
        tree = ast.parse(cell.python)
        ends: dict[int, int] = {}
        for node in tree.body:
            first = _first_line(node)
            shared = ends.get(first) is not None or _shares_line(tree, node)
            yield _statement(cell, node, shared)
            ends[node.end_lineno or first] = first
    except SyntaxError as error:
        line = error.lineno or 1
        shown = cell.source.splitlines()[line - 1 : line]
        raise Nb2serviceError(
            notebook.place(cell, line),
            f"syntax error: {error.msg}{': ' + shown[0].strip()[:80] if shown else ''}",
            "Mend the cell, or delete it if nothing needs it.",
        ) from None


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(line for line in (node.lineno, *(d.lineno for d in decorators)))


def _shares_line(tree: ast.Module, node: ast.stmt) -> bool:
    first, last = _first_line(node), node.end_lineno or node.lineno
    return any(
        other is not node and _first_line(other) <= last and (other.end_lineno or 0) >= first
        for other in tree.body
    )


def _statement(cell: Cell, node: ast.stmt, shares_line: bool) -> Statement:
    lines = cell.python.splitlines()
    first, last = _first_line(node), node.end_lineno or node.lineno
    if shares_line:  # `a = 1; b = 2`
        source = ast.get_source_segment(cell.python, node) or ast.unparse(node)
        start = first
    else:
        start = first
        while start > 1 and lines[start - 2].startswith("#"):
            start -= 1
        source = "\n".join(lines[start - 1 : last])
    code = "\n".join(lines[first - 1 : last]) if not shares_line else source
    binds, eager, lazy = names_of(code)
    return Statement(cell, node, source, node.lineno, binds, eager, lazy)


def names_of(code: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """Sort the global names of a piece of code into bound, needed at once and needed in calls.

    Raises:
        SyntaxError: `code` is not Python.

    """
    binds: set[str] = set()
    eager: set[str] = set()
    lazy: set[str] = set()
    top = symtable.symtable(code, "cell", "exec")
    for symbol in top.get_symbols():
        if symbol.is_assigned() or symbol.is_imported():
            binds.add(symbol.get_name())
        if symbol.is_referenced():
            eager.add(symbol.get_name())
    pending = [(child, False) for child in top.get_children()]
    while pending:
        table, is_lazy = pending.pop()
        called_later = table.get_type() == "function" and table.get_name() not in _RUN_IN_PLACE
        is_lazy = is_lazy or called_later
        for symbol in table.get_symbols():
            if not symbol.is_global():
                continue
            if symbol.is_referenced():
                (lazy if is_lazy else eager).add(symbol.get_name())
            if symbol.is_assigned() and symbol.is_declared_global():
                binds.add(symbol.get_name())
        pending.extend((child, is_lazy) for child in table.get_children())
    return frozenset(binds), frozenset(eager), frozenset(lazy)
