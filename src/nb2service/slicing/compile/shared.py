"""Changes that no form of statement shows: through other names, through views, by what a call does."""

import ast
import math
from collections.abc import Sequence, Set
from dataclasses import replace

from nb2service.notebook.changes import changed_names, root_name
from nb2service.notebook.dataflow import knowledge
from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.slicing.compile.effects import Bindings, Effect
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.values import Constant, Refused
from nb2service.slicing.reasons import Reason
from nb2service.slicing.trace.trees import looked_up

_PANDAS = ("frame", "series")
# Methods that give a table another inside, and leave alone what was taken out of it before.
_REPLACING = frozenset(
    {"drop", "rename", "set_index", "reset_index", "sort_values", "sort_index", "insert", "pop"}
)
# Functions of known libraries that change what they are given.
_CHANGING = frozenset(name.rpartition(".")[2] for name in knowledge.CHANGES)


def with_shared(
    effects: Sequence[Effect], expressions: ExpressionAnalysis, bindings: Bindings
) -> list[Effect]:
    """The effects of a step, with all that it may change besides what its form shows."""
    step = expressions.step
    if any(looked_up(part) == "" for part in ast.walk(step.node)):  # any name may change by it
        return [*effects, *(_unfollowed(name, expressions) for name in sorted(expressions.rows))]
    rest = (step.changes & expressions.rows) - {one.name for one in effects} - step.binds
    changing = {one.name for one in effects if one.name in step.changes}
    roots = changing | changed_names(step.node) | (step.changes & _given_away(expressions))
    rest = frozenset(n for n in rest if _is_shared(n, roots, expressions, bindings))
    if not rest:
        return list(effects)
    if changing:
        return [_shared(one, rest, expressions, bindings) for one in effects]
    match step.node:
        case ast.Expr(value=ast.Call()) if rest & step.uses:
            return _called(effects, rest, expressions, bindings)
        case ast.Assign(targets=[ast.Name()], value=ast.Call()) if rest & step.uses:
            return _called(effects, rest, expressions, bindings)
    return [*effects, *(_unfollowed(name, expressions) for name in sorted(rest))]


def _given_away(expressions: ExpressionAnalysis) -> set[str]:
    """The names that are given to calls which nobody knows to leave them as they are."""
    found: set[str] = set()
    for call in ast.walk(expressions.step.node):
        if isinstance(call, ast.Call) and not _is_harmless(call, expressions):
            parts = [*call.args, *(k.value for k in call.keywords)]
            if isinstance(call.func, ast.Attribute):
                parts.append(call.func.value)
            found |= {n.id for p in parts for n in ast.walk(p) if isinstance(n, ast.Name)}
    return found


def _is_harmless(call: ast.Call, expressions: ExpressionAnalysis) -> bool:
    if any(k.arg in knowledge.IN_PLACE | {"out"} for k in call.keywords):
        return False
    if len(call.args) > _place_of_out(call, expressions):
        return False  # `np.maximum(X, 0, X)`
    match call.func:
        case ast.Attribute(attr=name) if name in FITS:
            return True
        case ast.Attribute(attr=name) if name in knowledge.PURE_METHODS | knowledge.SAME_METHODS:
            return True
        case ast.Name(id=name) if name in knowledge.PURE_BUILTINS:
            return True
        case ast.Attribute(attr=name) | ast.Name(id=name):
            library = expressions.run.library(root_name(call.func), expressions.step)
            return library in knowledge.TRUSTED and name not in _CHANGING
    return False


def _place_of_out(call: ast.Call, expressions: ExpressionAnalysis) -> float:
    """Where among its arguments a call is given what it writes into; infinity if nowhere."""
    match call.func:
        case ast.Attribute(attr=name) | ast.Name(id=name) if name in knowledge.OUT:
            function = expressions.run.library(root_name(call.func), expressions.step)
            return knowledge.OUT[name] - (not function)
    return math.inf


def _is_shared(
    name: str, roots: set[str], expressions: ExpressionAnalysis, bindings: Bindings
) -> bool:
    """Whether a change of one of the others, or a call that is given it, may change what the name holds."""
    if name in roots:
        return True
    return any(_may_share(root, name, expressions, bindings) for root in roots)


def _may_share(root: str, name: str, expressions: ExpressionAnalysis, bindings: Bindings) -> bool:
    """Whether both names may hold the same, or a part of it.

    What pandas 3 makes of a table is a copy as soon as one of them is changed; what it gives as an array
    cannot be changed.
    """
    if root in bindings.same_as(name):
        return True
    held = expressions.before(root)
    kinds = [expressions.before(one).get("kind", "other") for one in (root, name)]
    if held.get("kind") == "other" and not held.get("trained") and root not in expressions.rows:
        return True  # it holds tables, and this may be one of them: `project.data`
    copies = expressions.run.copies_on_write and any(kind in _PANDAS for kind in kinds)
    return not (copies and (root not in expressions.rows or bindings.is_apart(root, name)))


def _shared(
    effect: Effect, rest: frozenset[str], expressions: ExpressionAnalysis, bindings: Bindings
) -> Effect:
    """An effect that also changes what other names hold."""
    step = expressions.step
    if effect.name not in step.changes:
        return effect
    same = bindings.same_as(effect.name) & rest
    views = {name for name in rest - same if _shows(effect, expressions)}
    if effect.form == "bind" and (same or views) and effect.name not in step.binds:
        return _verbatim(effect.name, same, views, expressions)
    return replace(effect, same=tuple(sorted(same)), views=tuple(sorted(views)))


def _shows(effect: Effect, expressions: ExpressionAnalysis) -> bool:
    """Whether a change of a table shows in what was taken out of it before."""
    match effect.step.node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name())]):
            # It gives a table another column; the old one stays as it is.
            return expressions.before(effect.name).get("kind") != "frame"
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method))):
            return method not in _REPLACING
    return True


def _called(
    effects: Sequence[Effect],
    rest: frozenset[str],
    expressions: ExpressionAnalysis,
    bindings: Bindings,
) -> list[Effect]:
    """`clean(df)`, `np.clip(X, 0, 1, out=X)`: kept as it stands."""
    step = expressions.step
    given = sorted(rest & step.uses)
    tables = [one for one in effects if step.versions.get(one.name, {}).get("kind") != "other"]
    if tables and len(effects) == 1:  # `train = clean(df)`, which may change df, too
        return [replace(effects[0], views=tuple(sorted(rest)))]
    for effect in effects:
        bindings.forget(effect.name)
    first = given[0]
    same = bindings.same_as(first) & rest
    return [_verbatim(first, same, rest - same - {first}, expressions)]


def _verbatim(
    name: str, same: Set[str], views: Set[str], expressions: ExpressionAnalysis
) -> Effect:
    step = expressions.step
    assert isinstance(step.node, ast.Expr | ast.Assign)
    value = expressions.parts(step.node.value)
    refused = value if isinstance(value, Refused) else None
    if isinstance(value, Constant):
        refused = expressions.refused(Reason.UNFOLLOWED)
    node = None if refused or isinstance(value, Refused) else ast.Expr(value.node)
    return Effect(
        step,
        name,
        "change",
        node,
        refused=refused,
        same=tuple(sorted(same)),
        views=tuple(sorted(views)),
    )


def _unfollowed(name: str, expressions: ExpressionAnalysis) -> Effect:
    refused = expressions.refused(Reason.UNFOLLOWED)
    return Effect(expressions.step, name, "change", None, refused=refused)
