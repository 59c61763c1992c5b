"""Close over the marked function: which names it needs, as far as the code alone tells."""

import ast
import re
from collections.abc import Iterable, Iterator

from nb2service.errors import MissingNameError, Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.names import names_of
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import BUILTINS, Scope, Statement

# What Jupyter has and a service has not; `display` is replaced by one that shows nothing.
# What notebooks call the tables that they predict on, the likeliest first.
_TABLES = ("X_test", "X_val", "X", "df", "data")
JUPYTER_ONLY = frozenset({"get_ipython"})


def cells_that_call(scope: Scope, mark: Mark) -> list[int]:
    """The numbers of the cells, from the marked one on, that may call the marked function.

    A cell counts if it names the function, or another function whose body does. The notebook need
    not run beyond the last of them.
    """
    callers = {mark.function}
    numbers: list[int] = []
    for statement in scope.statements:
        if statement is mark.definition or statement.cell.number < mark.cell.number:
            continue
        if statement.is_definition and mark.function in statement.binds:
            break  # from here on the name means another function
        if not callers & (statement.eager | statement.lazy):
            continue
        is_function = statement.is_definition or isinstance(statement.value, ast.Lambda | ast.Name)
        if is_function:
            callers |= statement.binds
        if not is_function and statement.cell.number not in numbers[-1:]:
            numbers.append(statement.cell.number)
    return numbers


def check_calls(scope: Scope, mark: Mark) -> list[int]:
    """Return `cells_that_call`.

    Raises:
        Nb2serviceError: the notebook never calls the function, so nobody knows what a request is.
    """
    numbers = cells_that_call(scope, mark)
    if not numbers:
        raise never_called(scope, mark)
    return numbers


def never_called(scope: Scope, mark: Mark) -> Nb2serviceError:
    """The error for a function that the notebook does not call."""
    remedy = f"Add a cell below that calls it with real data:\n    {_example_call(scope, mark)}"
    for cell in scope.notebook.ignored:
        if mark.function in _names_in(cell)[1]:
            remedy = f"Cell {cell.number} calls it, but is marked `ignore`: take that mark away."
    return Nb2serviceError(
        scope.notebook.place(mark.cell),
        f"{mark.function} is never called in the notebook, so its requests and answers are unknown",
        remedy,
    )


def _names_in(cell: Cell) -> tuple[frozenset[str], frozenset[str]]:
    """The names that a cell binds, and those that it uses; none if it is no Python."""
    try:
        binds, eager, lazy = names_of(cell.python)
    except SyntaxError:
        return frozenset(), frozenset()
    return binds, eager | lazy


def check_names(scope: Scope, mark: Mark) -> None:
    """Follow the names that the marked function needs through functions and classes.

    Raises:
        Nb2serviceError: one of them gets its value in no cell. Looked at before the notebook runs,
            because that may take an hour.
    """
    for error in missing_names(scope, mark):
        raise error


def missing_names(scope: Scope, mark: Mark) -> Iterator[Nb2serviceError]:
    """Give the error of each name that the marked function needs and that no cell gives a value."""
    for name, user, binding in closure(scope, mark):
        known = binding is not None or name in BUILTINS or name == "display"
        if name in JUPYTER_ONLY or not (known or scope.has_unseen_names):
            yield unassigned(scope, user, name)


def likely_imports(scope: Scope, mark: Mark) -> list[Statement]:
    """The import statements that the service will probably run, as far as the code alone tells.

    Those that the function and its helpers name, and those that make the values which they name.
    """
    found = []
    for _, _, binding in closure(scope, mark):
        if binding is None:
            continue
        makers = [scope.binding(name, binding.cell.number) for name in binding.eager]
        found += [s for s in (binding, *makers) if s is not None and s.is_import]
    return found


def closure(
    scope: Scope, mark: Mark, last_cell: int | None = None, also: Iterable[Statement] = ()
) -> Iterator[tuple[str, Statement, Statement | None]]:
    """Give each name that the function needs, the statement that uses it, and the one that binds it.

    Args:
        scope: the notebook's statements.
        mark: the marked function.
        last_cell: what later cells bind does not count; None if all cells do.
        also: statements besides the definition whose needs count.
    """
    last = scope.notebook.last_cell if last_cell is None else last_cell
    pending = [*also, mark.definition]
    seen: set[str] = {mark.function}
    while pending:
        statement = pending.pop()
        for name in sorted((statement.eager | statement.lazy) - seen):
            seen.add(name)
            binding = scope.binding(name, last)
            yield name, statement, binding
            if binding is not None and _is_code(binding):
                pending.append(binding)


def rebound_later(scope: Scope, names: Iterable[str], last_cell: int) -> tuple[str, ...]:
    """Say which of the names get another value in a cell after the last call of predict."""
    notes = []
    for name in sorted(names):
        taken = scope.binding(name, last_cell)
        final = scope.binding(name, scope.notebook.last_cell)
        if taken is not None and final is not None and final is not taken and not taken.is_import:
            notes.append(
                f"`{name}` is taken as it was at the last call (cell {last_cell}); "
                f"cell {final.cell.number} gives it another value later, which is not served."
            )
    return tuple(notes)


def unassigned(
    scope: Scope, statement: Statement, name: str, last_cell: int | None = None
) -> Nb2serviceError:
    """The error for a name that `statement` needs and that has no value.

    Args:
        scope: the notebook's statements.
        statement: what needs it.
        name: the name.
        last_cell: cells after this one have not run; None if none has.
    """
    line = next(
        (
            node.lineno + statement.line - statement.node.lineno
            for node in ast.walk(statement.node)
            if isinstance(node, ast.Name) and node.id == name
        ),
        statement.line,
    )
    place = scope.notebook.place(statement.cell, line)
    if name in JUPYTER_ONLY:
        return Nb2serviceError(
            place,
            f"`{name}` is used, which exists in Jupyter only",
            "Take it out of the function; a line that starts with % or ! uses it too.",
        )
    binding = None if last_cell is None else scope.binding(name, last_cell)
    if binding is not None and isinstance(binding.node, ast.Delete):
        return MissingNameError(
            name,
            place,
            f"`{name}` is used, but cell {binding.cell.number} deletes it",
            "Delete it below the last call, or not at all.",
        )
    remedy = "Assign it in a cell above the mark, or take it out of the function."
    for cell in scope.notebook.ignored:
        if name in _names_in(cell)[0]:
            remedy = f"Cell {cell.number} does, but is marked `ignore`: take that mark away."
    return MissingNameError(name, place, f"`{name}` is used, but no cell gives it a value", remedy)


def _is_code(statement: Statement) -> bool:
    return statement.is_definition or isinstance(statement.value, ast.Lambda)


def _example_call(scope: Scope, mark: Mark) -> str:
    node = mark.definition.node
    assert isinstance(node, ast.FunctionDef)
    parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if len(parameters) != 1:
        return f"{mark.function}({', '.join(f'{p.arg}=…' for p in parameters)})"
    name = parameters[0].arg
    annotation = ast.unparse(parameters[0].annotation) if parameters[0].annotation else ""
    if "DataFrame" in annotation or re.match(r"df|X|frame", name):
        # A slice is rows of a table, of an array and of a list alike.
        tables = (other for other in _TABLES if scope.binding(other, mark.cell.number))
        return f"{mark.function}({next(tables, 'X_test')}[:20])"
    keys = [
        child.slice.value
        for child in ast.walk(node)
        if isinstance(child, ast.Subscript)
        and isinstance(child.value, ast.Name)
        and child.value.id == name
        and isinstance(child.slice, ast.Constant)
        and isinstance(child.slice.value, str)
    ]
    if not keys and annotation in ("int", "float", "bool", "str"):
        return f"{mark.function}({name}=…)"
    inner = ", ".join(f'"{key}": …' for key in dict.fromkeys(keys)) or '"feature": …'
    return f"{mark.function}({{{inner}}})"
