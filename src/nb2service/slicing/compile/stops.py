"""Where the notebook stops at rows: `assert (df.age > 0).all()`, `if df.isnull().any().any(): raise …`."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.compile.stop_forms import UnfollowedError, negated
from nb2service.slicing.compile.stop_places import Stop, StopPlaces
from nb2service.slicing.operations.conditions import (
    decided,
    for_some_rows,
    kind_of_test,
    rows_of_loops,
)
from nb2service.slicing.operations.guards import required
from nb2service.slicing.operations.values import Constant, Refused, UnservableError
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.demand import columns
from nb2service.slicing.trace.labels import Label, constants
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import placeless

# What asks all columns that there are, whichever these are.
_OF_ALL_COLUMNS = frozenset({"isnull", "isna", "notnull", "notna"})


def stops(expressions: ExpressionAnalysis, inner: Sequence[Step] = ()) -> list[Effect]:
    """The guards of a step that may stop the notebook; none where no row decides whether it does.

    Args:
        expressions: the analysis of the step.
        inner: the steps that ran in it, if it is a loop or a branch.
    """
    step, places = expressions.step, _places(expressions, inner)
    try:
        found = [effect for one in places.of([step.node]) for effect in _guard(one, expressions)]
        if _changed(inner) & {name for one in found for name in _names_in(one)}:
            raise UnfollowedError
        return found
    except UnfollowedError:
        if not expressions.mentions(step.node):
            return []
        refused = expressions.refused(Reason.STOPS_UNFOLLOWED)
        value = getattr(step.node, "value", None)
        about = step.node if value is None else ast.Expr(value)
        return [Effect(step, "", "guard", about, refused=refused)]


def _changed(steps: Sequence[Step]) -> set[str]:
    return {name for one in steps for name in one.binds | one.changes}


def _names_in(effect: Effect) -> set[str]:
    parts = [] if effect.node is None else ast.walk(effect.node)
    return {n.id for n in parts if isinstance(n, ast.Name)}


def _places(expressions: ExpressionAnalysis, inner: Sequence[Step]) -> StopPlaces:
    def function(name: str) -> ast.FunctionDef | None:
        return expressions.run.function(name, expressions.step)

    def listed(node: ast.expr) -> list[ast.expr] | None:
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr="columns"):
                known = _columns(name, expressions)
                labels = None if known is None else tuple(known)
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                if all(isinstance(one, ast.Name | ast.Constant) for one in elements):
                    return list(elements)
                labels = None
            case _:
                labels = constants(expressions.resolved(node))
        return None if labels is None else [ast.Constant(label) for label in labels]

    over_rows = rows_of_loops(expressions.step.node, expressions.mentions)
    ran = frozenset((s.node.lineno, s.node.col_offset) for s in inner if not over_rows)
    return StopPlaces(function, listed, expressions.run.methods, ran)


def _columns(name: str, expressions: ExpressionAnalysis) -> list[Label] | None:
    return expressions.run.snapshots.columns(name, expressions.step.event)


def _guard(stop: Stop, expressions: ExpressionAnalysis) -> Iterator[Effect]:
    """The guard of one place; none where a row more cannot decide it, or it is about what was learnt."""
    tests = _asked(stop.tests, expressions)
    passed = _asked(stop.passed, expressions)
    if tests is None or passed is None:
        return  # it never comes there
    kinds = [kind_of_test(t, expressions.mentions) for t in tests if expressions.mentions(t)]
    if not kinds or kinds == ["every"]:
        return
    asked = [*passed, *tests]
    wanted = negated(asked[0] if len(asked) == 1 else ast.BoolOp(ast.And(), asked))
    value = replace(expressions, single=True, guards=False).value(for_some_rows(wanted))
    if isinstance(value, Constant):
        return
    refused = value if isinstance(value, Refused) else None
    shown = _text(stop.said) or ast.unparse(wanted)
    node = wanted if isinstance(value, Refused) else required(value.node, shown, expressions)
    yield Effect(expressions.step, "", "guard", ast.Expr(node), refused=refused)


def _asked(tests: Sequence[ast.expr], expressions: ExpressionAnalysis) -> list[ast.expr] | None:
    """The tests that a request must be asked; None if one of them never holds.

    Whether what was learnt of all rows lets it come there is not asked: more is refused at most.
    """
    found = []
    for test in map(placeless, tests):
        holds = decided(test, lambda name: _columns(name, expressions))
        if holds is False:
            return None
        about = expressions.mentions(test)
        learnt = about and kind_of_test(test, expressions.mentions) == "learnt"
        if holds is None and not learnt:
            found.append(test)
    return found


def _text(said: ast.expr | None) -> str:
    """The text of a message that is written down: `"bad age"`, `ValueError("bad age")`."""
    match said:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            return text
    return ""


def guard_needs(effect: Effect, demands: Demands) -> Effect | None:
    """Note what a guard needs; None where it looks at what the model learns, which no request has.

    Raises:
        UnservableError: it cannot be written down, and it looks at what goes on.
    """
    assert effect.node is not None
    named: dict[str, set[Label]] = {}
    whole: set[str] = set()
    _collect(effect.node, demands, named, whole)
    if _looks_at_labels(named, whole, demands):
        return None
    if effect.refused is not None:
        if whole or any(_go_on(name, found, demands) for name, found in named.items()):
            raise UnservableError(effect.refused)
        return None
    for name, found in named.items():
        if found:
            demands.add(name, columns(*found))
        elif name not in demands.needs:
            return None  # nothing of it goes on
    for name in whole:
        demands.add(name, None)
    return effect


def _looks_at_labels(named: dict[str, set[Label]], whole: set[str], demands: Demands) -> bool:
    """Whether it looks at what the model learns, or at what only this is made of."""
    taught = demands.run.taught
    needed = {column for one in demands.needs.values() for column in one.columns}
    columns = {column for found in named.values() for column in found}
    return bool(
        columns & taught.columns or columns & taught.made_of - needed or whole & taught.names
    )


def _go_on(name: str, found: set[Label], demands: Demands) -> bool:
    """Whether something of the columns that it looks at is needed."""
    need = demands.needs.get(name)
    return need is not None and (need.whole or not found or bool(found & need.columns))


def _collect(
    node: ast.AST, demands: Demands, named: dict[str, set[Label]], whole: set[str]
) -> None:
    """Which columns of which names a guard looks at, and of which names it looks at all."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=index) if name in demands.names:
            labels = constants(index)
            if labels is not None and demands.tables.columns(node.value) is not None:
                named.setdefault(name, set()).update(labels)
                return
        case ast.Attribute(value=ast.Name(id=name) as table, attr=attr) if name in demands.names:
            known = demands.tables.columns(table) or []
            if attr in known or attr in _OF_ALL_COLUMNS:
                named.setdefault(name, set()).update({attr} & set(known))
                return
        case ast.Name(id=name) if name in demands.names:
            whole.add(name)
    for part in ast.iter_child_nodes(node):
        _collect(part, demands, named, whole)
