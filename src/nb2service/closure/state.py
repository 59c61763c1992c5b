"""Trained state as parameters: `predict(df, dv, model)` takes a record and two things that are none.

A parameter to which the notebook always passes the same global value, and which is no request data,
is bound to that value; it comes along like any other name that predict needs.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import Scope


def bound_parameters(
    scope: Scope, mark: Mark, parameters: Sequence[Mapping[str, Any]], calls: Sequence[Any]
) -> dict[str, str]:
    """Find the parameters that are trained state: parameter -> the global name that it is bound to.

    What JSON cannot carry is state if a global name holds it. What JSON could carry, such as the
    weights of a hand-written model, is state if every call in the notebook passes the global name
    of the parameter's own name, and something else is left to ask about. A table that is no first
    parameter is state under any one name: training rows to look for neighbours in. The arrow of the
    mark (`#| predict: area, rooms -> price`) overrides all of this.

    Raises:
        Nb2serviceError: a parameter is no request data, and no global name holds its value; or the
            arrow names something that is no parameter.
    """
    _check_arrow(scope, mark, [p["name"] for p in parameters])
    names = [p["name"] for p in parameters if any(p["name"] in c["arguments"] for c in calls)]
    asked = [name for name in mark.inputs if name in names]
    if asked:
        rest = [name for name in names if name not in asked]
        return {name: _holder(scope, mark, name, calls, parameters) for name in rest}
    bound = {}
    for name in names:
        encoded = [call["arguments"][name] for call in calls if name in call["arguments"]]
        if any(argument["form"] == "other" for argument in encoded):
            bound[name] = _holder(scope, mark, name, calls, parameters)
    passed = _passed_names(scope, mark, [p["name"] for p in parameters])
    for name in names[1:]:
        given = passed.get(name, set())
        if name in bound or "" in given or len(bound) + 1 >= len(names):
            continue
        if name in given:
            bound[name] = name
        elif len(given) == 1 and all(_is_table(c["arguments"].get(name)) for c in calls):
            bound[name] = next(iter(given))
    return bound


def _is_table(argument: Mapping[str, Any] | None) -> bool:
    """Whether a second parameter is a whole table: the rows that the first one is compared with."""
    if argument is None:
        return False
    return argument["form"] in ("frame", "matrix") or argument.get("ndim", 1) > 1


def _check_arrow(scope: Scope, mark: Mark, parameters: Sequence[str]) -> None:
    node = mark.definition.node
    unknown = [name for name in mark.inputs if name not in parameters]
    if unknown and isinstance(node, ast.FunctionDef) and not node.args.kwarg:
        raise Nb2serviceError(
            scope.notebook.place(mark.cell),
            f"the mark's arrow names `{unknown[0]}`, which is no parameter of {mark.function}",
            f"Left of the arrow stand parameters that a request has: {', '.join(parameters)}.",
        )


def _holder(
    scope: Scope,
    mark: Mark,
    name: str,
    calls: Sequence[Any],
    parameters: Sequence[Mapping[str, Any]],
) -> str:
    """The global name that the calls pass for a parameter: its own if it ever was, else the last one."""
    passed = _passed_names(scope, mark, [p["name"] for p in parameters]).get(name, set())
    encoded = [call["arguments"][name] for call in calls if name in call["arguments"]]
    if name in passed or any(name in argument["names"] for argument in encoded):
        return name
    held = encoded[-1]["names"]
    common = [other for other in held if other in passed] or held or sorted(passed - {""})
    if common:
        return str(common[0])
    argument = encoded[0]
    raise Nb2serviceError(
        scope.notebook.place(mark.cell),
        f"{mark.function} is called with a {argument['type']} for {name!r}, which JSON cannot carry",
        "Keep it in a global name of the notebook and pass that name in every call, or use the name "
        f"inside {mark.function}: it comes along.",
    )


def _passed_names(scope: Scope, mark: Mark, parameters: Sequence[str]) -> dict[str, set[str]]:
    """For each parameter, the global names that the calls pass; `""` stands for anything else."""
    found: dict[str, set[str]] = {}
    for statement in scope.statements:
        if statement is mark.definition:
            continue
        for call in _calls(statement.node, mark.function):
            given: list[tuple[str, ast.expr]] = list(zip(parameters, call.args, strict=False))
            given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
            for name, value in given:
                found.setdefault(name, set()).add(_global(scope, value))
    return found


def _calls(node: ast.AST, function: str) -> Iterator[ast.Call]:
    for child in ast.walk(node):
        match child:
            case ast.Call(func=ast.Name(id=name)) if name == function:
                yield child


def _global(scope: Scope, value: ast.expr) -> str:
    return value.id if isinstance(value, ast.Name) and scope.binds(value.id) else ""


def served_calls(
    calls: Sequence[Mapping[str, Any]], places: Iterable[int], bound: Iterable[str]
) -> list[dict[str, Any]]:
    """The calls with the trained state that is served, without it.

    Args:
        calls: the recorded calls.
        places: which of them were given that state.
        bound: the parameters that are trained state.
    """
    state = set(bound)
    chosen = [calls[place] for place in places]
    return [
        {**call, "arguments": {k: v for k, v in call["arguments"].items() if k not in state}}
        for call in chosen
    ]


def other_state(count: int, served: int, bound: Mapping[str, str]) -> tuple[str, ...]:
    """Say how many calls were given other trained state than what is served, if any were."""
    if count == served:
        return ()
    names = ", ".join(f"`{name}`" for name in sorted(set(bound.values())))
    return (
        f"{count - served} of {count} recorded calls passed other values than {names} holds at the "
        "last call; what is served, and proven, is the last.",
    )
