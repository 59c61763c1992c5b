"""Where the notebook stops at rows: `assert (df.age > 0).all()`, `if df.isnull().any().any(): raise …`."""

import ast
from dataclasses import replace

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.compile.expressions import ExpressionAnalysis
from nb2service.slicing.operations.conditions import kind_of_test
from nb2service.slicing.operations.guards import required
from nb2service.slicing.operations.values import Constant, Refused
from nb2service.slicing.trace.demand import columns
from nb2service.slicing.trace.labels import Label, constants

# What asks all columns that there are, whichever these are.
_OF_ALL_COLUMNS = frozenset({"isnull", "isna", "notnull", "notna"})


def is_stop(node: ast.stmt) -> bool:
    """Whether it only stops the notebook, or lets it go on."""
    match node:
        case ast.Assert():
            return True
        case ast.If(body=body, orelse=[]):
            return all(isinstance(part, ast.Raise) for part in body)
    return False


def stop(expressions: ExpressionAnalysis) -> list[Effect]:
    """The guard of a statement that stops at some rows; none where no row decides it."""
    step, about = expressions.step, replace(expressions, single=True, guards=False)
    match step.node:
        case ast.Assert(test=test, msg=said):
            wanted, shown = test, _text(said) or ast.unparse(test)
        case ast.If(test=test, body=[ast.Raise(exc=said), *_]):
            wanted, shown = ast.UnaryOp(ast.Not(), test), _text(said) or ast.unparse(test)
        case _:
            return []
    if kind_of_test(wanted, expressions.mentions) != "every":
        return []  # a row more cannot break it, or it is about what was learnt of all of them
    value = about.value(wanted)
    if isinstance(value, Constant):
        return []
    names = sorted(expressions.rows & step.uses) or sorted(step.uses & expressions.blocked.keys())
    if isinstance(value, Refused):
        return [Effect(step, names[0], "guard", None, refused=value)]
    node = ast.Expr(required(value.node, shown, expressions))
    return [Effect(step, names[0], "guard", node)]


def _text(said: ast.expr | None) -> str:
    """The text of a message that is written down: `"bad age"`, `ValueError("bad age")`."""
    match said:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(args=[ast.Constant(value=str(text)), *_]):
            return text
    return ""


def guard_needs(effect: Effect, demands: Demands) -> Effect | None:
    """Note what a guard needs; None where it looks at what the model learns, which no request has."""
    assert effect.node is not None
    named: dict[str, set[Label]] = {}
    whole: set[str] = set()
    _collect(effect.node, demands, named, whole)
    if any(column in demands.run.labels for found in named.values() for column in found):
        return None
    for name, found in named.items():
        if found:
            demands.add(name, columns(*found))
        elif name not in demands.needs:
            return None  # nothing of it goes on
    for name in whole:
        demands.add(name, None)
    return effect


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
