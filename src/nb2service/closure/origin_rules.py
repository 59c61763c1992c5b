"""The rules of origins: what a call, an assignment and a part of a table make of where things come from."""

import ast
from collections.abc import Callable
from enum import IntEnum

from nb2service.closure.origin_forms import (
    BY_LABEL,
    ELEMENT,
    FEW,
    LEARN,
    LEARNS,
    READS,
    REDUCES,
    TABLE,
    TABLES,
    draws_many,
    given_to,
    is_few,
    is_short,
    is_text,
    is_typed_table,
    names,
)
from nb2service.notebook.changes import changed_names, root_name
from nb2service.notebook.statements import Scope


class Origin(IntEnum):
    """Where a value comes from; of several, the greatest counts."""

    TYPED = 0
    ROW = 1
    UNKNOWN = 2
    TABLE = 3
    TRAINED = 4


# Asks where the value of an expression comes from, at the place at hand.
Ask = Callable[[ast.expr], Origin]


def called(call: ast.Call, name: str, given: Origin) -> Origin | None:
    """The origin of what a call gives, as its name tells; None where only its function does."""
    if name in READS and given <= Origin.UNKNOWN:
        return Origin.UNKNOWN
    if name in TABLES or name.startswith(TABLE) or draws_many(call, name) or is_typed_table(call):
        return max(given, Origin.TABLE)
    if name in LEARNS or name.startswith(LEARN):
        return Origin.TRAINED
    if given is Origin.TABLE:
        if name in REDUCES:
            return Origin.TRAINED
        if name in ELEMENT or (name in FEW and is_few(call)):
            return Origin.ROW
    return None


def given(part: ast.AST, name: str, of: Ask) -> Origin | None:
    """The origin of what a part of a statement gives to a name; None if it gives nothing."""
    match part:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                if (value_given := given_to(target, value, name)) is not None:
                    return of(value_given)
        case (
            ast.AnnAssign(target=target, value=ast.expr() as value)
            | ast.AugAssign(target=target, value=value)
        ):
            if root_name(target) == name:
                return of(value)
        case ast.NamedExpr(target=target, value=value) if target.id == name:
            return of(value)
        case ast.For(target=target, iter=iterated) if name in names(target):
            return element(of(iterated))
        case ast.withitem(context_expr=value, optional_vars=ast.expr() as target):
            return of(value) if name in names(target) else None
        case ast.Call(func=ast.Attribute() as function) if root_name(function) == name:
            inner = ast.Expr(part)
            if name in changed_names(inner):
                learned = Origin.TRAINED if function.attr.startswith(LEARN) else Origin.TYPED
                return max(learned, *map(of, part.args))
    return None


def picks(base: ast.expr, part: ast.expr, scope: Scope, of: Ask) -> bool:
    """Whether a part of a table is one row or one cell of it, or a few."""
    labelled = isinstance(base, ast.Attribute) and base.attr in BY_LABEL
    match part:
        case ast.Constant(value=value):
            return labelled or not isinstance(value, str)
        case ast.UnaryOp(operand=ast.Constant()):
            return True
        case ast.Tuple(elts=[first, *_]):
            return picks(base, first, scope, of)
        case ast.List(elts=elements):
            return bool(elements) and all(picks(base, e, scope, of) for e in elements)
        case ast.Slice(lower=lower, upper=upper):
            return is_short(lower, upper)
        case ast.Name(id=name):
            values = [s.value for s in scope.bindings(name) if s.value is not None]
            if not labelled and any(is_text(value) for value in values):
                return False  # it names columns
    return of(part) <= Origin.ROW


def element(origin: Origin) -> Origin:
    """The origin of one thing of what is gone through."""
    return Origin.ROW if origin is Origin.TABLE else origin
