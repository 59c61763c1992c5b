"""What is known only when all of a path was seen: which columns are there to drop, which places count."""

import ast
from dataclasses import replace

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations.columns import ignoring_absent, labels_dropped
from nb2service.slicing.operations.syntax import is_full, list_of, method
from nb2service.slicing.trace.labels import Label
from nb2service.slicing.trace.trees import Visit, replaced


def settled(effect: Effect, demands: Demands, absent: set[Label]) -> Effect:
    """The effect whose drops name only columns that are there, and whose places are those that are left.

    Args:
        effect: the effect.
        demands: the demands, which know the drops and the places.
        absent: the columns that a request lacks.
    """
    if effect.form == "drop":
        return _dropping(effect, absent)
    if effect.node is None:
        return effect
    demands.at(effect.step)

    def change(part: ast.AST, visit: Visit) -> ast.AST | None:
        if not any(part is one for one in demands.drops):
            return demands.places.settled(part)
        assert isinstance(part, ast.Call)
        assert isinstance(part.func, ast.Attribute)
        value = visit(part.func.value)
        assert isinstance(value, ast.expr)
        labels = labels_dropped(part, demands.tables)
        if labels is None:
            return ignoring_absent(ast.Call(_of(part.func, value), part.args, part.keywords))
        left = [label for label in labels if label not in absent]
        return method(value, part.func.attr, columns=list_of(*left)) if left else value

    return replace(effect, node=replaced(effect.node, change))


def _of(function: ast.Attribute, value: ast.expr) -> ast.Attribute:
    return ast.Attribute(value, function.attr, function.ctx)


def _dropping(effect: Effect, absent: set[Label]) -> Effect:
    """`df.drop(columns=["a"])` as an assignment."""
    left = [column for column in effect.columns or () if column not in absent]
    if effect.columns is not None and not left:
        return replace(effect, node=None)
    call = method(ast.Name(effect.name, ast.Load()), "drop", columns=list_of(*left))
    return replace(effect, node=ast.Assign([ast.Name(effect.name, ast.Store())], call))


def without_full_slices(effect: Effect) -> Effect:
    """The effect with `X` for `X[:, :]`."""

    def change(part: ast.AST, _: Visit) -> ast.AST | None:
        match part:
            case ast.Subscript(value=ast.Name() as name, slice=ast.Tuple(elts=elements)):
                return name if all(map(is_full, elements)) else None
        return None

    return effect if effect.node is None else replace(effect, node=replaced(effect.node, change))
