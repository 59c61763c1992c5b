"""Names that a cell uses before any cell above it gives them a value: the notebook ran in another order."""

import ast
import re
from collections.abc import Iterator

from nb2service.checking.findings import Finding, Severity, at
from nb2service.checking.survey import Survey
from nb2service.notebook.statements import BUILTINS, Statement

NAME = "hidden-state"
# What IPython itself gives every notebook.
_JUPYTER = frozenset({"get_ipython", "display", "exit", "quit", "In", "Out", "_", "__", "___"})


def find(survey: Survey) -> Iterator[Finding]:
    """Find names without a value, in the cells that would run."""
    if survey.scope.has_unseen_names:
        return
    needed = {id(part.statement) for part in (*survey.served, *survey.making)}
    told: set[str] = set()
    for statement in survey.scope.statements:
        if statement.cell.number > survey.last_cell or isinstance(statement.node, ast.Try):
            continue
        for name in sorted(statement.eager - told - _JUPYTER - BUILTINS):
            bound = survey.scope.binding_before(name, statement) is not None
            if not bound and not _by_itself(statement, name) and not _by_magic(survey, name):
                told.add(name)
                yield _early(survey, statement, name, is_needed=id(statement) in needed)
    yield from _bound_too_late(survey)


def _by_itself(statement: Statement, name: str) -> bool:
    """Whether the statement binds the name itself before it uses it, as a loop or a `with` does."""
    return name in statement.binds and not isinstance(statement.node, ast.Assign | ast.AugAssign)


def _by_magic(survey: Survey, name: str) -> bool:
    """Whether a line `%%magic …` of a cell says the name, as `%%capture output` does."""
    return any(
        line.startswith("%%") and re.search(rf"\b{re.escape(name)}\b", line)
        for cell in survey.notebook.cells
        for line in cell.source.splitlines()
    )


def _early(survey: Survey, statement: Statement, name: str, *, is_needed: bool) -> Finding:
    later = next(iter(survey.scope.bindings(name)), None)
    if later is None or later is statement:
        fact = f"`{name}` is used, but no cell gives it a value"
        remedy = "A cell was deleted or renamed: put back what assigns it, or delete this line."
    else:
        fact = f"`{name}` is used here, but gets its value below, in cell {later.cell.number}"
        remedy = "Move that cell above this one."
    depends = (
        "what is served depends on it" if is_needed else "nothing that is served depends on it"
    )
    severity: Severity = "error" if is_needed else "warning"
    line = _line(statement, name)
    return at(NAME, severity, survey.notebook, statement, line, f"{fact}; {depends}", remedy)


def _bound_too_late(survey: Survey) -> Iterator[Finding]:
    """Names that the function needs, and that only a cell below its last call gives a value."""
    known = {plan.name for plan in survey.planned}
    for part in survey.served:
        for name in sorted((part.statement.eager | part.statement.lazy) - known - BUILTINS):
            later = next((s for s in survey.scope.bindings(name)), None)
            if later is not None and later.cell.number > survey.last_cell:
                known.add(name)
                yield at(
                    NAME,
                    "error",
                    survey.notebook,
                    part.statement,
                    _line(part.statement, name),
                    f"`{name}` is used here, but gets its value below the last call, in cell "
                    f"{later.cell.number}; what is served depends on it",
                    "Move that cell above the call.",
                )


def _line(statement: Statement, name: str) -> int | None:
    lines = [
        node.lineno
        for node in ast.walk(statement.node)
        if isinstance(node, ast.Name) and node.id == name
    ]
    return min(lines, default=None)
