"""Close over the marked function: which names it needs, as far as the code alone tells."""

import ast
import re
from collections.abc import Iterable, Iterator

from nb2service.errors import Nb2serviceError
from nb2service.mark import Mark
from nb2service.statements import BUILTINS, Scope, Statement


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
        if not is_function and statement.cell.number not in numbers:
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
    return Nb2serviceError(
        scope.notebook.place(mark.cell),
        f"{mark.function} is never called in the notebook, so its requests and answers are unknown",
        f"Add a cell below that calls it with real data:\n    {_example_call(mark)}",
    )


def check_names(scope: Scope, mark: Mark) -> None:
    """Follow the names that the marked function needs through functions and classes.

    Raises:
        Nb2serviceError: one of them gets its value in no cell. Looked at before the notebook runs,
            because that may take an hour.

    """
    if scope.has_unseen_names:
        return
    for name, user, binding in _closure(scope, mark):
        if binding is None and name not in BUILTINS:
            raise unassigned(scope, user, name)


def likely_imports(scope: Scope, mark: Mark) -> list[Statement]:
    """The import statements that the service will probably run, as far as the code alone tells.

    Those that the function and its helpers name, and those that make the values which they name.
    """
    found = []
    for _, _, binding in _closure(scope, mark):
        if binding is None:
            continue
        makers = [scope.binding(name, binding.cell.number) for name in binding.eager]
        found += [s for s in (binding, *makers) if s is not None and s.is_import]
    return found


def _closure(scope: Scope, mark: Mark) -> Iterator[tuple[str, Statement, Statement | None]]:
    """Each name that the function needs, the statement that uses it, and the one that binds it."""
    pending = [mark.definition]
    seen: set[str] = {mark.function}
    while pending:
        statement = pending.pop()
        for name in sorted((statement.eager | statement.lazy) - seen):
            seen.add(name)
            binding = scope.binding(name, len(scope.notebook.cells))
            yield name, statement, binding
            if binding is not None and _is_code(binding):
                pending.append(binding)


def rebound_later(scope: Scope, names: Iterable[str], last_cell: int) -> tuple[str, ...]:
    """Say which of the names get another value in a cell after the last call of predict."""
    notes = []
    for name in sorted(names):
        taken = scope.binding(name, last_cell)
        final = scope.binding(name, len(scope.notebook.cells))
        if taken is not None and final is not None and final is not taken and not taken.is_import:
            notes.append(
                f"`{name}` is taken as it was at the last call (cell {last_cell}); "
                f"cell {final.cell.number} gives it another value later, which is not served."
            )
    return tuple(notes)


def unassigned(scope: Scope, statement: Statement, name: str) -> Nb2serviceError:
    """The error for a name that `statement` needs and no cell assigns."""
    line = next(
        (
            node.lineno + statement.line - statement.node.lineno
            for node in ast.walk(statement.node)
            if isinstance(node, ast.Name) and node.id == name
        ),
        statement.line,
    )
    remedy = "Assign it in a cell above the mark, or take it out of the function."
    if name in ("display", "get_ipython"):
        remedy = "It exists in Jupyter only: take it out of the function."
    return Nb2serviceError(
        scope.notebook.place(statement.cell, line),
        f"`{name}` is used, but no cell gives it a value",
        remedy,
    )


def _is_code(statement: Statement) -> bool:
    return statement.is_definition or isinstance(statement.value, ast.Lambda)


def _example_call(mark: Mark) -> str:
    node = mark.definition.node
    assert isinstance(node, ast.FunctionDef)
    parameters = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    if len(parameters) != 1:
        return f"{mark.function}({', '.join(f'{p.arg}=…' for p in parameters)})"
    name = parameters[0].arg
    annotation = ast.unparse(parameters[0].annotation) if parameters[0].annotation else ""
    if "DataFrame" in annotation or re.match(r"df|X|frame", name):
        return f"{mark.function}(X_test.head(20))"
    keys = [
        child.slice.value
        for child in ast.walk(node)
        if isinstance(child, ast.Subscript)
        and isinstance(child.value, ast.Name)
        and child.value.id == name
        and isinstance(child.slice, ast.Constant)
        and isinstance(child.slice.value, str)
    ]
    inner = ", ".join(f'"{key}": …' for key in dict.fromkeys(keys)) or '"feature": …'
    return f"{mark.function}({{{inner}}})"
