"""Check: all that a look at a notebook tells, problems included, without running or writing anything."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2service.checking.findings import Finding, of_error
from nb2service.checking.kinds import KINDS
from nb2service.checking.survey import Planned, Survey, survey
from nb2service.closure.close import cells_that_call, missing_names, never_called
from nb2service.closure.modules import Loaded, LocalModule, come_along
from nb2service.errors import Nb2serviceError
from nb2service.look import Look, look
from nb2service.marking.mark import mark
from nb2service.notebook.read import Notebook, read
from nb2service.notebook.statements import parse


@dataclass(frozen=True)
class Check:
    """What there is to say about a notebook.

    Attributes:
        name: the notebook's name.
        looked: what is marked and where it is called; None if that could not be found out.
        planned: what would come along.
        modules: the user's own modules that would come along.
        findings: all that was found, errors first, then in the order of the cells.
    """

    name: str
    looked: Look | None
    planned: tuple[Planned, ...]
    modules: tuple[LocalModule, ...]
    findings: tuple[Finding, ...]

    def failed(self, *, strict: bool) -> bool:
        """Whether there is an error; if strict, whether there is anything."""
        return any(strict or found.severity == "error" for found in self.findings)


def check(path: Path) -> Check:
    """Look at a notebook, and go on where generation would stop at the first error."""
    try:
        notebook = read(path)
    except Nb2serviceError as error:
        return Check(path.name, None, (), (), (of_error("read", error),))
    notebook, found = _without_broken_cells(notebook)
    looked, refused = _look(path, notebook)
    if looked and looked.scope.broken:  # generation would go on: nothing served needs them
        found = [replace(finding, severity="warning") for finding in found]
    found += refused
    if looked is None:
        return Check(notebook.name, None, (), (), _ordered(found))
    surveyed = survey(looked)
    modules, refused = _modules(surveyed)
    found += refused
    missing = {(f.cell, f.line) for f in found if f.rule == "names"}
    for find in KINDS.values():
        found += (
            f for f in find(surveyed) if (f.cell, f.line) not in missing or f.rule == "secret"
        )
    return Check(notebook.name, looked, surveyed.planned, modules, _ordered(found))


def _without_broken_cells(notebook: Notebook) -> tuple[Notebook, list[Finding]]:
    """The notebook without the cells that are not Python, and a finding for each of them."""
    broken = parse(notebook).broken
    numbers = {b.cell.number for b in broken}
    whole = tuple(cell for cell in notebook.cells if cell.number not in numbers)
    return replace(notebook, cells=whole), [of_error("syntax", b.error(notebook)) for b in broken]


def _look(path: Path, notebook: Notebook) -> tuple[Look | None, list[Finding]]:
    """Look as generation does; where that ends with an error, look further than it."""
    try:
        return look(path), []
    except Nb2serviceError:
        pass
    try:
        scope = parse(notebook)
        marked = mark(notebook, scope)
    except Nb2serviceError as error:
        return None, [of_error("mark", error)]
    found = [of_error("names", error) for error in missing_names(scope, marked)]
    callers = [] if marked.answer else cells_that_call(scope, marked)
    if not callers and not marked.answer:
        found.append(of_error("calls", never_called(scope, marked)))
    return Look(notebook, scope, marked, callers or [marked.cell.number]), found


def _modules(surveyed: Survey) -> tuple[tuple[LocalModule, ...], list[Finding]]:
    """The user's own modules that the code imports, and what cannot come along of them."""
    code = [
        (plan.by, plan.statement.source) for plan in surveyed.planned if plan.becomes == "import"
    ]
    code += [(surveyed.mark.function, part.statement.source) for part in surveyed.served]
    modules: dict[str, LocalModule] = {}
    found: dict[str, Finding] = {}
    for folder in surveyed.folders:
        for by, text in code:
            try:
                loaded = Loaded({}, frozenset(), folder)
                modules |= {m.name: m for m in come_along(loaded, [(by, text)], [])}
            except Nb2serviceError as error:
                found.setdefault(error.place, of_error("modules", error))
    return tuple(modules[name] for name in sorted(modules)), list(found.values())


def _ordered(found: Iterable[Finding]) -> tuple[Finding, ...]:
    once = dict.fromkeys(found)
    return tuple(sorted(once, key=lambda f: (f.severity, f.cell or 0, f.line or 0, f.rule, f.fact)))


def report(checked: Check) -> dict[str, Any]:
    """What there is to say, as JSON-able data; docs/checking.md describes the keys."""
    looked = checked.looked
    counted = dict.fromkeys(("error", "warning"), 0)
    for finding in checked.findings:
        counted[finding.severity] += 1
    return {
        "notebook": checked.name,
        "errors": counted["error"],
        "warnings": counted["warning"],
        "mark": looked
        and {
            "cell": looked.mark.cell.number,
            "function": looked.mark.function,
            "how": looked.mark.how,
            "bare": looked.mark.answer is not None,
        },
        "called_in": _callers(looked) if looked else [],
        "comes_along": list(_along(checked)),
        "findings": [vars(finding) for finding in checked.findings],
    }


def _callers(looked: Look) -> list[int]:
    return [] if looked.mark.answer else cells_that_call(looked.scope, looked.mark)


_WHY = {
    "import": "",
    "code": "",
    "literal": "",
    "value": "computed there, will be saved, ",
    "setup": "runs at start, ",
    "parameter": "environment variable, ",
}
_KINDS = list(_WHY)


def _along(checked: Check) -> Iterator[Mapping[str, Any]]:
    for name, module in _tops(checked.modules).items():
        yield {
            "name": name,
            "becomes": "module",
            "cell": None,
            "line": None,
            "used_by": module.by,
            "why": f"{module.file.name} comes along, used by {module.by}",
        }
    bare = checked.looked is not None and checked.looked.mark.answer is not None
    for plan in sorted(checked.planned, key=lambda p: _KINDS.index(p.becomes)):
        why = _WHY[plan.becomes]
        if bare and plan.becomes == "value":
            why = "computed there, will be saved unless it comes from the input, "
        yield {
            "name": plan.name,
            "becomes": plan.becomes,
            "cell": plan.statement.cell.number,
            "line": plan.statement.line,
            "used_by": plan.by,
            "why": f"{why}used by {plan.by}",
        }


def _tops(modules: Iterable[LocalModule]) -> dict[str, LocalModule]:
    """The modules that others are in: a package is one thing."""
    found: dict[str, LocalModule] = {}
    for module in modules:
        found.setdefault(module.name.partition(".")[0], module)
    return found
