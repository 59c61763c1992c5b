"""Survey: what would come along, and which code would run where, as far as the code alone tells."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from nb2service.checking.calls import full_name, imported_names
from nb2service.closure import setup
from nb2service.closure.become import call_of_literals
from nb2service.closure.close import closure
from nb2service.closure.makers import makers
from nb2service.look import Look
from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import Scope, Statement

Becomes = Literal["import", "code", "literal", "value", "parameter", "setup"]
# When code would run: once when the service starts, at each request, or only in the notebook.
When = Literal["start", "request", "notebook"]
# What stays code although it is a call: running it again makes the same, at once.
_RESTATED = frozenset(
    {
        *(
            "re.compile",
            "datetime.date",
            "datetime.datetime",
            "datetime.time",
            "datetime.timedelta",
        ),
        *("decimal.Decimal", "functools.partial", "logging.getLogger", "pandas.Timestamp"),
        *("pandas.Timedelta", "pathlib.Path", "pathlib.PurePath", "pathlib.PurePosixPath", "range"),
    }
)


@dataclass(frozen=True)
class Planned:
    """A name that would come along.

    Attributes:
        name: the name.
        becomes: what it would turn into.
        statement: the statement that gives it its value.
        by: the name of what needs it.
    """

    name: str
    becomes: Becomes
    statement: Statement
    by: str


@dataclass(frozen=True)
class Part:
    """A piece of code, and when it would run.

    Attributes:
        statement: the statement that it belongs to.
        node: the piece.
        when: when it would run.
    """

    statement: Statement
    node: ast.AST
    when: When


@dataclass(frozen=True)
class Survey:
    """A notebook as the kinds of findings see it.

    Attributes:
        looked: the notebook that was looked at.
        planned: what would come along, by the order of the notebook.
    """

    looked: Look
    planned: tuple[Planned, ...]

    @property
    def notebook(self) -> Notebook:
        """The notebook."""
        return self.looked.notebook

    @property
    def scope(self) -> Scope:
        """Its statements."""
        return self.looked.scope

    @property
    def mark(self) -> Mark:
        """What is marked."""
        return self.looked.mark

    @property
    def is_bare(self) -> bool:
        """Whether the marked cell defines no function: its input is found by running it."""
        return self.mark.answer is not None

    @property
    def last_cell(self) -> int:
        """The last cell that would run."""
        return self.looked.callers[-1]

    @cached_property
    def imports(self) -> Mapping[str, str]:
        """The full names of what the notebook imports; see `calls.imported_names`."""
        return imported_names(self.scope.statements)

    @cached_property
    def folders(self) -> tuple[Path, ...]:
        """Where modules of the user's own may lie: beside the notebook, and on `sys.path` by its code."""
        home = self.notebook.path.parent
        found = [home]
        for statement in self.scope.statements:
            match statement.node:
                case ast.Expr(ast.Call(func=function, args=[*_, ast.Constant(str(path))])):
                    if full_name(function, self.imports) in ("sys.path.append", "sys.path.insert"):
                        found.append(home / path)
        return tuple(dict.fromkeys(found))

    @cached_property
    def served(self) -> tuple[Part, ...]:
        """The code that would run in the service."""
        definition = self.mark.definition
        found = [Part(definition, definition.node, "request")]
        if not self.is_bare:
            found = [*_parts(definition)]
        done: set[int] = set()
        for plan in self.planned:
            if plan.becomes == "setup":
                names = [p.name for p in self.planned if p.statement.cell is plan.statement.cell]
                for statement in setup.statements_for(self.scope, plan.statement.cell, names):
                    if id(statement) not in done:
                        done.add(id(statement))
                        found.append(Part(statement, statement.node, "start"))
            elif (
                plan.becomes in ("code", "literal", "parameter") and id(plan.statement) not in done
            ):
                done.add(id(plan.statement))
                found += _parts(plan.statement)
        return tuple(found)

    @cached_property
    def making(self) -> tuple[Part, ...]:
        """The code that only runs in the notebook, and makes the values that would be saved."""
        values = [plan.name for plan in self.planned if plan.becomes == "value"]
        # Trained state that the calls pass, and the requests that they make, are made likewise.
        callers = [
            s
            for s in self.scope.statements
            if s.cell.number in self.looked.callers and self.mark.function in s.eager
        ]
        passed = {name for s in callers for name in s.eager} - {self.mark.function}
        served = {id(part.statement) for part in self.served}
        found = makers(self.scope, {*values, *passed}, self.last_cell)
        return tuple(
            Part(s, s.node, "notebook")
            for s in [*found, *callers]
            if id(s) not in served and not s.is_import
        )


def survey(looked: Look) -> Survey:
    """Sort all names that the marked function needs by what they would become."""
    plans: dict[str, Planned] = {}
    at_start: list[Statement] = []
    last = looked.callers[-1]
    while True:
        for name, user, binding in closure(looked.scope, looked.mark, last, at_start):
            if binding is not None and not isinstance(binding.node, ast.Delete):
                plans.setdefault(name, _plan(looked, name, user, binding))
        wanted = [*_setup_statements(looked.scope, plans), *_repeated(plans)]
        if len(wanted) == len(at_start):
            break
        at_start = wanted
    soft = {n: s for p in [looked.mark.definition, *at_start] for n in p.soft for s in [p]}
    for name, user in soft.items():
        binding = looked.scope.binding(name, last)
        if binding is not None and (binding.is_import or binding.is_definition):
            plans.setdefault(name, _plan(looked, name, user, binding))
    ordered = sorted(plans.values(), key=lambda p: (p.statement.position, p.name))
    return Survey(looked, tuple(ordered))


def _setup_statements(scope: Scope, plans: Mapping[str, Planned]) -> list[Statement]:
    of_cell: dict[int, list[Planned]] = {}
    for plan in plans.values():
        if plan.becomes == "setup":
            of_cell.setdefault(plan.statement.cell.number, []).append(plan)
    return [
        statement
        for found in of_cell.values()
        for statement in setup.statements_for(
            scope, found[0].statement.cell, [plan.name for plan in found]
        )
    ]


def _repeated(plans: Mapping[str, Planned]) -> list[Statement]:
    """The statements that would run again as they stand, and are no definitions."""
    found = [p.statement for p in plans.values() if p.becomes == "code"]
    return [s for s in found if not (s.is_definition or isinstance(s.value, ast.Lambda))]


def _plan(looked: Look, name: str, user: Statement, binding: Statement) -> Planned:
    return Planned(name, _becomes(looked.scope, name, binding), binding, _named(looked.mark, user))


def _named(mark: Mark, user: Statement) -> str:
    if user is mark.definition:
        return mark.function
    return min(user.binds) if user.binds else f"cell {user.cell.number}"


def _becomes(scope: Scope, name: str, binding: Statement) -> Becomes:
    if binding.is_import:
        return "import"
    if binding.is_definition or isinstance(binding.value, ast.Lambda):
        return "code"
    if binding.cell.is_setup:
        return "setup"
    if _defines_within(binding, name):
        return "code"
    changed = graph(scope).changing(name, scope.index(binding))
    if binding.value is not None and is_literal(binding.value) and not changed:
        return "parameter" if binding.cell.is_parameters else "literal"
    maker = binding.value.func if isinstance(binding.value, ast.Call) else None
    if maker is not None and call_of_literals(binding):
        imports = imported_names(s for s in scope.statements if s.is_import)
        if full_name(maker, imports) in _RESTATED:
            return "code"
    return "value"


def _defines_within(binding: Statement, name: str) -> bool:
    """Whether an `if` or a `try` defines or imports the name."""
    return isinstance(binding.node, ast.If | ast.Try) and any(
        (isinstance(n, ast.FunctionDef | ast.ClassDef) and n.name == name)
        or isinstance(n, ast.Import | ast.ImportFrom)
        for n in ast.walk(binding.node)
    )


def is_literal(value: ast.expr) -> bool:
    """Whether an expression is a literal that would come along as it is written."""
    try:
        return len(repr(ast.literal_eval(value))) <= 3000
    except (ValueError, TypeError, SyntaxError, RecursionError):
        return False


def _parts(statement: Statement) -> Iterator[Part]:
    """The pieces of a statement of the service: function bodies run at a request, all else at start."""
    yield from _pieces(statement, statement.node)


def _pieces(statement: Statement, node: ast.AST) -> Iterator[Part]:
    match node:
        case ast.FunctionDef(body=body) | ast.AsyncFunctionDef(body=body):
            first = node.args.defaults + [d for d in node.args.kw_defaults if d is not None]
            for early in (*node.decorator_list, *first):
                yield Part(statement, early, "start")
            whole = ast.Module(body=body, type_ignores=[])
            yield Part(statement, ast.copy_location(whole, node), "request")
        case ast.ClassDef(body=body):
            for outside in (*node.decorator_list, *node.bases, *node.keywords):
                yield Part(statement, outside, "start")
            for inner in body:
                yield from _pieces(statement, inner)
        case (
            ast.Assign(value=ast.Lambda() as function)
            | ast.AnnAssign(value=ast.Lambda() as function)
        ):
            yield Part(statement, function.body, "request")
        case _:
            yield Part(statement, node, "start")
