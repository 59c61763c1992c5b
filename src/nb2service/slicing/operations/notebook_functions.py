"""Functions of the notebook: which columns of a table they look at, as far as their bodies tell."""

import ast
from collections.abc import Sequence

from nb2service.slicing.trace.labels import Label, constants

# What a table is asked for beside its columns.
_ACCESSORS = ("loc", "at")


def parameters_of(function: ast.FunctionDef) -> list[str]:
    """The parameters that are given by their place."""
    return [a.arg for a in (*function.args.posonlyargs, *function.args.args)]


def arguments_of(function: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr] | None:
    """What a call gives to each parameter; None if it does not tell."""
    taken, places = function.args, parameters_of(function)
    spread = any(isinstance(one, ast.Starred) for one in call.args)
    if taken.vararg or taken.kwarg or spread or len(call.args) > len(places):
        return None
    last = places[len(places) - len(taken.defaults) :]
    found = dict(zip(last, taken.defaults, strict=True))
    for only, default in zip(taken.kwonlyargs, taken.kw_defaults, strict=True):
        if default is not None:
            found[only.arg] = default
    found |= dict(zip(places, call.args, strict=False))
    known = {*places, *(only.arg for only in taken.kwonlyargs)}
    for keyword in call.keywords:
        if keyword.arg not in known:
            return None
        found[keyword.arg] = keyword.value
    return found if found.keys() == known else None


def columns_used(body: Sequence[ast.AST], name: str) -> frozenset[Label] | None:
    """The columns of the table that a parameter is; None if the body of the function does not tell.

    It may give the table back, which hands on what whoever called it wants of it.
    """
    found: set[Label] = set()
    pending: list[ast.AST] = list(body)
    while pending:
        part = pending.pop()
        match part:
            case ast.Name(id=used) if used == name:
                return None
            case ast.Return(value=ast.Name(id=used)) if used == name:
                continue
            case ast.Subscript(value=ast.Name(id=used), slice=index) if used == name:
                labels = constants(index)
            case ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=used), attr=attr),
                slice=ast.Tuple(elts=[rows, index]),
            ) if used == name and attr in _ACCESSORS:
                labels = constants(index)
                pending.append(rows)
            case _:
                pending.extend(ast.iter_child_nodes(part))
                continue
        if labels is None:
            return None
        found.update(labels)
    return frozenset(found)


def columns_of_lambda(function: ast.Lambda) -> frozenset[Label] | None:
    """The columns of the table that a function of one parameter is given; None if it does not tell."""
    parameters = function.args.args
    return columns_used([function.body], parameters[0].arg) if len(parameters) == 1 else None


def returns(function: ast.FunctionDef, name: str) -> bool:
    """Whether all that it gives back is what a parameter is given."""
    given = [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
    return bool(given) and all(isinstance(one, ast.Name) and one.id == name for one in given)
