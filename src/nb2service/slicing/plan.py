"""Plan what to watch while the notebook runs: the statements that the answer comes from.

Only the names are known yet, so this is more than the path will need: no value, no type has been seen.
"""

import ast
from collections.abc import Iterator

from nb2service.marking.answers import PREDICTS, Answer, is_predict_call, is_print
from nb2service.notebook.dataflow.graph import Graph, graph
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope, Statement
from nb2service.slicing.operations.registry import capture_of
from nb2service.slicing.operations.syntax import table_of
from nb2service.slicing.trace.probes import COMPOUND, Capture, Place, Probe, place_of
from nb2service.slicing.trace.trees import name_of

# What a sample may be: written down, or a row that is cut out of a table.
_SAMPLES = (ast.List, ast.Tuple, ast.Dict, ast.Call, ast.Constant, ast.Subscript)


def plan(scope: Scope, answer: Answer, cell: Cell) -> list[Probe]:
    """What to watch so that the path of the answer can be found; in the order of the notebook.

    The cost is linear in the statements.

    Args:
        scope: the notebook's statements.
        answer: the answer.
        cell: the marked cell: when it has run, the path is tried and its values are saved.
    """
    flow = graph(scope)
    last = scope.statements.index(answer.statement)
    later = touched_later(scope, cell)
    found = []
    for number in _slice(flow, last):
        statement, effects = scope.statements[number], flow.effects[number]
        used = statement.eager | statement.lazy
        copies = {name for name in used if later.get(name, -1) > number}
        if isinstance(statement.node, COMPOUND):
            copies |= used & effects.touches
        places = dict(_places(statement.node))
        if answer.node is not None and number == last:
            places[place_of(answer.node)] = "printed" if is_print(answer.node) else "keep"
        found.append(
            Probe(
                number,
                _nth(scope, statement),
                statement,
                effects,
                effects.touches,
                frozenset(copies),
                frozenset(used if number == last or _asks(statement, answer) else ()),
                answer.name if number == last else None,
                tuple(places.items()),
            )
        )
    return found


def touched_later(scope: Scope, cell: Cell) -> dict[str, int]:
    """For each name the last statement, up to the end of a cell, that binds it or may change it."""
    inside = [i for i, s in enumerate(scope.statements) if s.cell.number <= cell.number]
    return graph(scope).touched_later(max(inside, default=-1) + 1)


def _nth(scope: Scope, statement: Statement) -> int:
    beside = [s for s in scope.of_cell(statement.cell) if s.node.lineno == statement.node.lineno]
    return next(i for i, other in enumerate(beside) if other is statement)


def _asks(statement: Statement, answer: Answer) -> bool:
    """Whether it is a statement of the marked cell that asks a model."""
    within = statement.cell.number == answer.statement.cell.number
    return within and any(map(is_predict_call, ast.walk(statement.node)))


def _slice(flow: Graph, last: int) -> list[int]:
    """The statements that the answer may come from, and those that may stop on the way there."""
    end = flow.effects[last]
    found = {*flow.slice_of((name, last) for name in end.reads | end.lazy), last}
    on_the_way = {name for number in found for name in flow.effects[number].touches}
    for number, effects in enumerate(flow.effects[:last]):
        if effects.stops and _read(flow, number) & on_the_way:
            found.add(number)
    return sorted(number for number in found if _runs(flow.statements[number]))


def _read(flow: Graph, number: int) -> frozenset[str]:
    """What a statement reads, and the functions that it calls."""
    inside = {name: s.lazy for s in flow.statements[:number] if s.is_definition for name in s.binds}
    found, pending = set[str](), set(flow.effects[number].reads)
    while pending:
        found |= pending
        pending = {n for name in pending for n in inside.get(name, ())} - found
    return frozenset(found)


def _runs(statement: Statement) -> bool:
    return not (statement.is_import or statement.is_definition or statement.within)


def _places(node: ast.stmt) -> Iterator[tuple[Place, Capture]]:
    """The parts of a statement whose values a service may have to keep."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and (table := table_of(part)) is not None:
            yield place_of(table), "columns"
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Attribute):
            yield place_of(part.slice), "listed"
    chained = {part.value for part in ast.walk(node) if isinstance(part, ast.Attribute)}
    for part in _everywhere(node):
        name = name_of(part) if isinstance(part, ast.Call) else ""
        if name == "fit" and part not in chained:
            continue  # the name of what it fits is enough, and a copy of a model is large
        if way := capture_of(part):
            yield place_of(part), way
        if isinstance(part, ast.Call) and name in PREDICTS | {"transform", "fit_transform"}:
            yield from _written(part)


def _everywhere(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions of a statement; those of functions too, but not what stands on the left."""
    for part in ast.walk(node):
        if isinstance(part, ast.expr) and not isinstance(getattr(part, "ctx", None), ast.Store):
            yield part


def _written(call: ast.Call) -> Iterator[tuple[Place, Capture]]:
    """What is handed to a predict call, if it is written down there."""
    for argument in [*call.args[:1], *(k.value for k in call.keywords)]:
        if isinstance(argument, _SAMPLES):
            yield place_of(argument), "keep"
