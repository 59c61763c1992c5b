"""The statements of a notebook's cells: which names each binds and which it needs."""

import ast
import builtins
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property

from nb2service.notebook.names import annotation_names, augmented_names, names_of
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.roles import is_to_tools
from nb2service.notebook.run_magic import cells_run_by
from nb2service.notebook.syntax import Broken, likely_names

BUILTINS = frozenset(dir(builtins))
# Magics that bind names of the notebook, or may load a magic that does.
_BINDING_MAGICS = frozenset({"run", "pylab", "store", "load_ext", "reload_ext", "macro", "rerun"})


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
        soft: the global names that only annotations mention, also as text. Python may never look
            at them: they come along if they are there.
        within: line and column of the `%run` that runs its file, if it stands in one.
    """

    cell: Cell
    node: ast.stmt
    source: str
    line: int
    binds: frozenset[str]
    eager: frozenset[str]
    lazy: frozenset[str]
    soft: frozenset[str] = frozenset()
    within: tuple[int, ...] = ()

    @property
    def first_line(self) -> str:
        """Its first line, for messages, without the comments above it."""
        lines = self.source.splitlines()
        return next((one for one in lines if not one.lstrip().startswith("#")), lines[0])

    @property
    def needs(self) -> frozenset[str]:
        """All global names that it and the functions in it need."""
        return self.eager | self.lazy | self.soft

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

    def follows(self, other: "Statement") -> bool:
        """Whether it stands behind the other one in the notebook."""
        return self.position > other.position

    @property
    def position(self) -> tuple[int, ...]:
        """What statements are ordered by."""
        return (self.cell.number, *self.within, self.node.lineno, self.node.col_offset)

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
    """All statements of a notebook, in the order in which they run.

    Attributes:
        notebook: the notebook.
        statements: its statements; a cell that is not Python has one, see `broken`.
        broken: the cells that are not Python.
    """

    notebook: Notebook
    statements: tuple[Statement, ...]
    broken: tuple[Broken, ...] = ()

    def binding(self, name: str, last_cell: int) -> Statement | None:
        """The last statement up to the cell `last_cell` that gives `name` its value, or None."""
        statements, cells = self._bindings.get(name, ((), ()))
        found = bisect_right(cells, last_cell)
        return statements[found - 1] if found else None

    def binding_before(self, name: str, statement: Statement) -> Statement | None:
        """The last statement before this one that gives `name` its value, or None."""
        statements, cells = self._bindings.get(name, ((), ()))
        found = bisect_right(cells, statement.cell.number)
        while found and not statement.follows(statements[found - 1]):
            found -= 1
        return statements[found - 1] if found else None

    def binds(self, name: str) -> bool:
        """Whether any cell gives `name` a value."""
        return name in self._bindings

    def bindings(self, name: str) -> list[Statement]:
        """All statements that give `name` a value."""
        return self._bindings.get(name, ([], []))[0]

    def end_of(self, last_cell: int) -> int:
        """The index of the first statement behind the cell `last_cell`."""
        return bisect_right(self._cell_numbers, last_cell)

    def index(self, statement: Statement) -> int:
        """The index of a statement among all."""
        return self._indices[id(statement)]

    def of_cell(self, cell: Cell) -> list[Statement]:
        """The statements of one cell."""
        return self._by_cell.get(cell.number, [])

    @cached_property
    def has_unseen_names(self) -> bool:
        """Whether names may come from where no analysis looks: star imports, `%run`, `%pylab`, `exec`."""
        return any(
            statement.is_star
            or statement.eager & {"exec", "globals"}
            or ("get_ipython" in statement.eager and _may_bind(statement.node))
            for statement in self.statements
        )

    @cached_property
    def patches(self) -> dict[str, list[Statement]]:
        """The statements that set an attribute of a name, as `Model.score = score`, by that name."""
        table: dict[str, list[Statement]] = {}
        for statement in self.statements:
            match statement.node:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]):
                    table.setdefault(name, []).append(statement)
        return table

    @cached_property
    def _bindings(self) -> dict[str, tuple[list[Statement], list[int]]]:
        table: dict[str, tuple[list[Statement], list[int]]] = {}
        for statement in self.statements:
            for name in statement.binds:
                statements, cells = table.setdefault(name, ([], []))
                statements.append(statement)
                cells.append(statement.cell.number)
        return table

    @cached_property
    def _cell_numbers(self) -> list[int]:
        return [statement.cell.number for statement in self.statements]

    @cached_property
    def _indices(self) -> dict[int, int]:
        return {id(statement): index for index, statement in enumerate(self.statements)}

    @cached_property
    def _by_cell(self) -> dict[int, list[Statement]]:
        table: dict[int, list[Statement]] = {}
        for statement in self.statements:
            table.setdefault(statement.cell.number, []).append(statement)
        return table


def _may_bind(node: ast.stmt) -> bool:
    """Whether one of the magics in a statement may bind names."""
    for call in ast.walk(node):
        match call:
            case ast.Call(
                func=ast.Attribute(attr="run_line_magic" | "run_cell_magic" | "magic"),
                args=[ast.Constant(value=str(magic)), *_],
            ):
                if magic.split()[0] in _BINDING_MAGICS:
                    return True
            case ast.Call(func=ast.Attribute(attr="ex" | "run_cell" | "push")):
                return True
    return False


def parse(notebook: Notebook) -> Scope:
    """Parse every cell. One that is not Python never runs, so what it would have done is a guess."""
    statements: list[Statement] = []
    broken: list[Broken] = []
    imported: set[str] = set()
    for cell in notebook.cells:
        try:
            found = list(_statements(notebook, cell))
            statements += found
            imported.update(*(s.binds for s in found if s.is_import))
        except SyntaxError as error:
            broken.append(Broken(cell, error.lineno or 1, str(error.msg)))
            node = ast.Pass(
                lineno=1, col_offset=0, end_lineno=len(cell.python.splitlines()), end_col_offset=0
            )
            binds = likely_names(cell.python) - imported  # imported once more is the same module
            statements.append(
                Statement(cell, node, cell.source, 1, binds, frozenset(), frozenset())
            )
    return Scope(notebook, tuple(statements), tuple(broken))


def _statements(notebook: Notebook, cell: Cell) -> Iterator[Statement]:
    tree = ast.parse(cell.python)
    lines = cell.python.splitlines()
    ends = [0, *((node.end_lineno or node.lineno) for node in tree.body)]
    starts = [*(_first_line(node) for node in tree.body[1:]), len(lines) + 1]
    for node, end_before, start_after in zip(tree.body, ends, starts, strict=False):
        last = node.end_lineno or node.lineno
        shared = _first_line(node) <= end_before or start_after <= last
        yield _statement(cell, lines, node, shared)
        yield from _statements_run_by(notebook, cell, node)


def _statements_run_by(notebook: Notebook, cell: Cell, node: ast.stmt) -> Iterator[Statement]:
    """The statements of the file that a `%run` executes, as if they stood in its place."""
    for count, inner in enumerate(cells_run_by(notebook, cell, node)):
        with suppress(SyntaxError):  # running it will say so
            for statement in list(_statements(notebook, inner)):
                place = (node.lineno, node.col_offset, count)
                yield replace(statement, within=place + statement.within)


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min(node.lineno, *(d.lineno for d in decorators)) if decorators else node.lineno


def _statement(cell: Cell, lines: list[str], node: ast.stmt, shares_line: bool) -> Statement:
    first, last = _first_line(node), node.end_lineno or node.lineno
    if shares_line:  # `a = 1; b = 2`
        code = source = ast.get_source_segment(cell.python, node) or ast.unparse(node)
    else:
        start = first
        while start > 1 and lines[start - 2].startswith("#") and not is_to_tools(lines[start - 2]):
            start -= 1
        source = "\n".join(lines[start - 1 : last])
        code = "\n".join(lines[first - 1 : last])
    binds, eager, lazy = names_of(code)
    eager |= augmented_names(node)
    soft = annotation_names(node)
    return Statement(cell, node, source, node.lineno, binds, eager - soft, lazy - soft, soft)
