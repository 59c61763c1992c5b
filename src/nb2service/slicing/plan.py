"""Plan what to watch while the notebook runs: the statements that the answer comes from.

Only the names are known yet, so this is more than the path will need: no value, no type has been seen.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nb2service.marking.answers import PREDICTS, Answer, is_print
from nb2service.notebook.changes import changed_names
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope, Statement
from nb2service.slicing.operations.names import AGGREGATES, FIXED

Place = tuple[int, int, int, int]
# What a sample may be: written down, or a row that is cut out of a table.
_SAMPLES = (ast.List, ast.Tuple, ast.Dict, ast.Call, ast.Constant, ast.Subscript)
COMPOUND = (ast.For, ast.If, ast.With, ast.Try)


@dataclass(frozen=True)
class Watched:
    """A statement to watch.

    Attributes:
        number: its index among the notebook's statements.
        nth: its place among the statements of its cell that begin on the same line.
        statement: the statement.
        versions: the names to copy after it.
        copies: the names to copy before it, because a later statement changes what they hold.
        tables: the names to copy before it if they hold tables: those that the answer uses.
        answer: the name of the answer, which is copied after it whatever it holds; None without one.
        places: the parts whose values are kept as they pass by, each with the way of keeping it; see
            `kernel/tracking/tracker.py`.
    """

    number: int
    nth: int
    statement: Statement
    versions: frozenset[str]
    copies: frozenset[str]
    tables: frozenset[str]
    answer: str | None
    places: tuple[tuple[Place, str], ...]


def plan(scope: Scope, answer: Answer, cell: Cell) -> list[Watched]:
    """What to watch so that the path of the answer can be found; in the order of the notebook.

    The cost is linear in the statements.

    Args:
        scope: the notebook's statements.
        answer: the answer.
        cell: the marked cell: when it has run, the path is tried and its values are saved.
    """
    last = scope.statements.index(answer.statement)
    chosen = _slice(scope.statements, last, answer)
    later = touched_later(scope, cell)
    lists = _lists_of_names(scope.statements[: last + 1])
    found = []
    for number in chosen:
        statement = scope.statements[number]
        used = statement.eager | statement.lazy
        touched = statement.binds | _changed(statement, lists)
        copies = {name for name in used if later.get(name, -1) > number}
        if isinstance(statement.node, COMPOUND):
            copies |= used & touched
        places = dict(_places(statement.node))
        if answer.node is not None and number == last:
            places[place_of(answer.node)] = "printed" if is_print(answer.node) else "keep"
        found.append(
            Watched(
                number,
                _nth(scope, statement),
                statement,
                frozenset(touched),
                frozenset(copies),
                frozenset(used if number == last else ()),
                answer.name if number == last else None,
                tuple(places.items()),
            )
        )
    return found


def specs(watched: Sequence[Watched], cell: int) -> list[dict[str, Any]]:
    """What the kernel must know to watch the statements of one cell; see `kernel/tracking/tracker.py`."""
    return [
        {
            "id": one.number,
            "line": one.statement.node.lineno,
            "nth": one.nth,
            "versions": sorted(one.versions),
            "copies": sorted(one.copies),
            "tables": sorted(one.tables),
            "answer": one.answer,
            "places": [[*place, kind] for place, kind in one.places],
            "compound": isinstance(one.statement.node, COMPOUND),
        }
        for one in watched
        if one.statement.cell.number == cell
    ]


def _nth(scope: Scope, statement: Statement) -> int:
    beside = [s for s in scope.of_cell(statement.cell) if s.node.lineno == statement.node.lineno]
    return next(i for i, other in enumerate(beside) if other is statement)


def place_of(node: ast.expr) -> Place:
    """Where an expression stands in its cell."""
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def _slice(statements: Sequence[Statement], last: int, answer: Answer) -> list[int]:
    """The statements that the answer may come from, newest version of each name first."""
    lists = _lists_of_names(statements[: last + 1])
    end = statements[last]
    needed = set(end.eager | end.lazy)
    chosen = [last]
    for number in range(last - 1, -1, -1):
        statement = statements[number]
        if statement.is_import or statement.is_definition or statement.within:
            continue
        touched = statement.binds | _changed(statement, lists)
        if not touched & needed:
            continue
        chosen.append(number)
        if isinstance(statement.node, ast.Assign | ast.AnnAssign):
            needed -= statement.binds
        needed |= statement.eager | statement.lazy
    return chosen[::-1]


def _lists_of_names(statements: Sequence[Statement]) -> dict[str, set[str]]:
    """The names that hold a list of other names: `both = [train, test]`."""
    return {
        name: found
        for statement in statements
        if statement.value is not None and (found := _names_listed(statement.value, {}))
        for name in statement.binds
    }


def _names_listed(node: ast.expr, lists: Mapping[str, set[str]]) -> set[str]:
    match node:
        case ast.Name(id=name):
            return lists.get(name, set())
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return {e.id for e in elements if isinstance(e, ast.Name)}
    return set()


def _changed(statement: Statement, lists: Mapping[str, set[str]]) -> set[str]:
    """The names that it changes in place, also as what a loop goes over."""
    found = changed_names(statement.node)
    for loop in ast.walk(statement.node):
        match loop:
            case ast.For(target=ast.Name(id=name), iter=iterated) if name in found:
                found |= _names_listed(iterated, lists)
    return found


def touched_later(scope: Scope, cell: Cell) -> dict[str, int]:
    """For each name the last statement, up to the end of a cell, that binds it or changes what it holds."""
    found: dict[str, int] = {}
    imported = {
        name for s in scope.statements if isinstance(s.node, ast.Import) for name in s.binds
    }
    for number, statement in enumerate(scope.statements):
        if statement.cell.number > cell.number:
            break
        if not statement.is_import and not statement.is_definition:
            for name in statement.binds | (changed_names(statement.node) - imported):
                found[name] = number
    return found


def _places(node: ast.stmt) -> Iterator[tuple[Place, str]]:
    """The parts of a statement whose values a service may have to keep."""
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Attribute):
            yield place_of(part.slice), "listed"
    chained = {part.value for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    for part in _everywhere(node):
        if isinstance(part, ast.Call):
            way = way_of_call(part)
            if _name(part) == "fit" and part not in chained:
                continue  # the name of what it fits is enough, and a copy of a model is large
            if way:
                yield place_of(part), way
            if _name(part) in PREDICTS | {"transform", "fit_transform"}:
                yield from _written(part)
        elif isinstance(part, ast.ListComp | ast.SetComp | ast.DictComp) or _is_of_all(part):
            yield place_of(part), "keep"


def way_of_call(call: ast.Call) -> str:
    """How what a call gives, or what it is called on, is kept; see `kernel/tracking/tracker.py`."""
    name = _name(call)
    axis = any(k.arg in ("axis", "thresh") for k in call.keywords)
    if fits_each_column(call):
        return "each"
    match name:
        case "fit_transform":
            return "fitted"
        case "get_dummies" if call.args:
            return "dummies"
        case "cut" | "qcut" if call.args and not any(isinstance(a, ast.Starred) for a in call.args):
            return "bins"
        case "astype" if _is_category(call):
            return "category"
        case "Categorical" if len(call.args) == 1 and not call.keywords:
            return "categorical"
        case "to_datetime" if len(call.args) == 1 and not _says_its_format(call):
            return "dates"
        case "select_dtypes":
            return "columns"
        case "dropna" if axis:
            return "columns"
    return "keep" if name in AGGREGATES or name == "fit" else ""


def fits_each_column(call: ast.Call) -> bool:
    """Whether it is `df.apply(encoder.fit_transform)`, or the same with a lambda around it."""
    match call:
        case ast.Call(
            func=ast.Attribute(attr="apply"),
            args=[ast.Attribute(attr="fit_transform")],
            keywords=[],
        ):
            return True
        case ast.Call(
            func=ast.Attribute(attr="apply"),
            args=[ast.Lambda(args=ast.arguments(args=[_]), body=body)],
            keywords=[],
        ):
            fits = [
                n
                for n in ast.walk(body)
                if isinstance(n, ast.Attribute) and n.attr == "fit_transform"
            ]
            return len(fits) == 1
    return False


def _says_its_format(call: ast.Call) -> bool:
    return any(k.arg in ("format", "unit", "infer_datetime_format", None) for k in call.keywords)


def _is_category(call: ast.Call) -> bool:
    return bool(call.args) and ast.unparse(call.args[0]) == "'category'"


def _name(call: ast.Call) -> str:
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name
    return ""


def _is_of_all(node: ast.expr) -> bool:
    """Whether it is the same for all rows: `df.columns`, or a part of what an aggregate gave."""
    if isinstance(node, ast.Attribute):
        return node.attr in FIXED
    return isinstance(node, ast.Subscript) and _is_of_aggregate(node)


def _everywhere(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement; those of functions too, but not what stands on the left."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and not isinstance(getattr(part, "ctx", None), ast.Store):
            yield part


def _is_of_aggregate(node: ast.Subscript) -> bool:
    """Whether it takes a part of what an aggregate gave, as `df.mode()[0]` and `df.mode().iloc[0]`."""
    inner: ast.expr = node.value
    while isinstance(inner, ast.Subscript | ast.Attribute):
        if isinstance(inner, ast.Attribute) and inner.attr in FIXED | {"shape"}:
            return True
        inner = inner.value
    return isinstance(inner, ast.Call) and _name(inner) in AGGREGATES


def _written(call: ast.Call) -> Iterator[tuple[Place, str]]:
    """What is handed to a predict call, if it is written down there."""
    for argument in [*call.args[:1], *(k.value for k in call.keywords)]:
        if isinstance(argument, _SAMPLES):
            yield place_of(argument), "keep"
