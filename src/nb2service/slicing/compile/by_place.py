"""Several names that one value is taken apart for: `a, b = split(df)`, each by its place."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from nb2service.notebook.changes import root_name
from nb2service.notebook.statements import Scope
from nb2service.slicing.compile.effects import Bindings, Effect, binding, bound_part
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.compile.part_effects import part_set
from nb2service.slicing.operations.guards import is_guard
from nb2service.slicing.operations.values import PerRow
from nb2service.slicing.trace.labels import one_from_another
from nb2service.slicing.trace.trees import copied, name_of

# Methods and functions that give a tuple.
_TUPLES = frozenset({"align", "divmod"})
# The name of a value that is held while its parts get their names.
_HELD = "taken_apart"


def by_place(
    targets: Sequence[ast.expr], whole: PerRow, expressions: ExpressionAnalysis, bindings: Bindings
) -> list[Effect]:
    """The effects of giving each name a part of one value: `a, b = a.align(b)`."""
    count = len(targets)
    if not one_from_another(targets, [whole.node] * count):
        parts = _parts(whole.node, count, expressions)
        return apart(targets, parts, expressions, bindings, whole)
    step = expressions.step
    name = _free(_HELD, expressions.run.scope)
    value, held = _held_as(name, whole.node)
    first = binding(step, name, replace(whole, node=value))
    if first.refused is not None:
        named = [target.id for target in targets if isinstance(target, ast.Name)]
        return [replace(first, name=one) for one in named]
    bindings.note(first)
    expressions = replace(expressions, rows=frozenset(bindings.rows))
    parts = _parts(held, count, expressions)
    return [first, *apart(targets, parts, expressions, bindings, whole)]


def apart(
    targets: Sequence[ast.expr],
    parts: Sequence[ast.expr],
    expressions: ExpressionAnalysis,
    bindings: Bindings,
    whole: PerRow | None = None,
) -> list[Effect]:
    """`codes, values = pd.factorize(df["a"])`, of what an operation gives as a tuple.

    Rows of the whole that were picked, or stand in an order of what they hold, do so in each part.
    """
    found: list[Effect] = []
    for target, part in zip(targets, parts, strict=True):
        if not expressions.mentions(part):
            bindings.forget(root_name(target))
        elif isinstance(target, ast.Name):
            part_of = PerRow(part) if whole is None else replace(whole, node=part)
            found.append(bound_part(expressions.step, target.id, part_of, whole))
        else:
            found += part_set(target, PerRow(part), expressions)
    return found


def _free(name: str, scope: Scope) -> str:
    """A name that the notebook does not have."""
    while scope.binds(name):
        name += "_"
    return name


def _held_as(name: str, whole: ast.expr) -> tuple[ast.expr, ast.expr]:
    """What a name holds of a value whose parts are named later, and what the parts are taken of."""
    held = ast.Name(name, ast.Load())
    if isinstance(whole, ast.Call) and is_guard(whole):
        kept, *others = whole.args
        value, inner = _held_as(name, kept)
        return value, ast.Call(whole.func, [inner, *others], [])
    return whole, held


def _parts(whole: ast.expr, count: int, expressions: ExpressionAnalysis) -> list[ast.expr]:
    """The parts of a value, in their order; what must keep all rows must do so in each part."""
    return [_part(whole, place, count, expressions) for place in range(count)]


def _part(whole: ast.expr, place: int, count: int, expressions: ExpressionAnalysis) -> ast.expr:
    if isinstance(whole, ast.Call) and is_guard(whole):
        kept, *others = whole.args
        return ast.Call(whole.func, [_part(kept, place, count, expressions), *others], [])
    node = copied(whole)
    if not _gives_tuple(node, count, expressions):
        node = ast.List([ast.Starred(node, ast.Load())], ast.Load())  # a generator has no places
    return ast.Subscript(node, ast.Constant(place), ast.Load())


def _gives_tuple(node: ast.expr, count: int, expressions: ExpressionAnalysis) -> bool:
    """Whether it is known to give a tuple of as many."""
    match node:
        case ast.ListComp():
            return True
        case ast.Call(func=ast.Name(id=name)) if (
            function := expressions.run.function(name, expressions.step)
        ) is not None:
            given = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
            tuples = [one for one in given if isinstance(one, ast.Tuple)]
            return 0 < len(tuples) == len(given) and all(len(t.elts) == count for t in tuples)
    return isinstance(node, ast.Call) and name_of(node) in _TUPLES
