"""Trained state as parameters: `predict(df, dv, model)` takes a record and two things that are none.

Such a parameter is bound to the global name that the notebook passes, and comes along like any other
name that predict needs.
"""

import ast
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nb2service.closure.origin_rules import Origin
from nb2service.closure.origins import Origins
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import Scope, Statement


def bound_parameters(
    scope: Scope, mark: Mark, parameters: Sequence[Mapping[str, Any]], calls: Sequence[Any]
) -> dict[str, str]:
    """Find the parameters that are trained state: parameter -> the global name that it is bound to.

    What JSON cannot carry is state if a global name holds it. Of anything else it counts where the
    value comes from, see `origins`: what is typed or a row of a table is asked about, as is what
    differs between the calls; what was computed from a fit or a whole table is state. The first
    parameter may be a table to ask about. The arrow of the mark (`#| predict: area, rooms -> price`)
    overrides all of this.

    Raises:
        Nb2serviceError: a parameter is no request data, and no global name holds its value; the
            arrow names something that is no parameter; or it cannot be told what is asked about.
    """
    _check_arrow(scope, mark, [p["name"] for p in parameters])
    names = [p["name"] for p in parameters if any(p["name"] in c["arguments"] for c in calls)]
    asked = [name for name in mark.inputs if name in names]
    if asked:
        rest = [name for name in names if name not in asked]
        return {name: _holder(scope, mark, name, calls, parameters) for name in rest}
    unplain = [name for name in names if any(a["form"] == "other" for a in _given(name, calls))]
    bound = {name: _holder(scope, mark, name, calls, parameters) for name in unplain}
    plain = [name for name in names if name not in bound]
    if names and not plain:
        raise _nothing_to_ask(scope, mark, names[0], _given(names[0], calls)[0])
    if len(plain) > 1:
        bound |= _computed(scope, mark, [p["name"] for p in parameters], plain, calls)
    return bound


def _computed(
    scope: Scope, mark: Mark, parameters: Sequence[str], plain: Sequence[str], calls: Sequence[Any]
) -> dict[str, str]:
    """The parameters that JSON could carry, and that training made.

    Raises:
        Nb2serviceError: they cannot be told from what is asked about.
    """
    passed, known = _passed(scope, mark, parameters), Origins(scope)
    holders, origins = dict[str, str](), dict[str, Origin]()
    for name in plain:
        given = passed.get(name, [])
        names = {_global(scope, statement, value) for statement, value in given}
        if not names or "" in names or (name not in names and len(names) > 1):
            continue
        if _differ(_given(name, calls)):
            continue
        holders[name] = name if name in names else names.pop()
        origin = max(known.of(value, statement) for statement, value in given)
        origins[name] = _as_seen(origin, _given(name, calls)[0])
    held = [name for name in plain if _is_state(name, plain, origins)]
    rest = [name for name in plain if name not in held]
    unsure = [name for name in rest[1:] if origins.get(name) is Origin.UNKNOWN]
    if unsure or not rest or _is_table_beside(rest, calls):
        raise _in_doubt(scope, mark, plain, rest, unsure, holders, calls)
    return {name: holders[name] for name in held}


def _is_state(name: str, plain: Sequence[str], origins: Mapping[str, Origin]) -> bool:
    """Whether it was computed, as far as it is known; the first table may be what is asked about."""
    origin = origins.get(name)
    if origin is Origin.TABLE and name == plain[0]:
        return any(origins.get(other) is Origin.ROW for other in plain)
    return origin in (Origin.TABLE, Origin.TRAINED)


def _given(name: str, calls: Sequence[Any]) -> list[Mapping[str, Any]]:
    return [call["arguments"][name] for call in calls if name in call["arguments"]]


def _differ(given: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the calls pass different values; of a table its sample tells."""
    return len({json.dumps(one.get("plain"), sort_keys=True) for one in given}) > 1


def _as_seen(origin: Origin, given: Mapping[str, Any]) -> Origin:
    """The origin, as far as the value itself speaks against it."""
    table = given["form"] in ("frame", "matrix") or given.get("ndim", 1) > 1
    rows = len(given["plain"]) if isinstance(given.get("plain"), list) else None
    if origin is Origin.TABLE and given["form"] == "frame" and rows == 1:
        return Origin.ROW
    if table and rows != 1 and origin is Origin.UNKNOWN:
        return Origin.TABLE
    return Origin.UNKNOWN if table and rows != 1 and origin is Origin.TYPED else origin


def _is_table_beside(asked: Sequence[str], calls: Sequence[Any]) -> bool:
    """Whether a table with columns would be asked about together with something else."""
    return len(asked) > 1 and any(_given(name, calls)[0]["form"] == "frame" for name in asked)


def _in_doubt(
    scope: Scope,
    mark: Mark,
    plain: Sequence[str],
    rest: Sequence[str],
    unsure: Sequence[str],
    holders: Mapping[str, str],
    calls: Sequence[Any],
) -> Nb2serviceError:
    """The error for parameters that may be state or not, with the arrows that say which."""
    function, answer = mark.function, mark.answer_name or "prediction"
    remedy = "Say which values a request has, with one of these lines in place of the mark."
    if _is_table_beside(rest, calls):
        tables = [name for name in rest if _given(name, calls)[0]["form"] == "frame"]
        choices = [[name] for name in tables]
        beside = [name for name in rest if name not in tables[:1]]
        fact = f"{function} takes a table and {_listed(beside)} beside it, but a request is one row"
        nameless = [name for name in beside if name not in holders]
        remedy = (
            "Say with the mark that only the rows are asked about; the rest stays as it is here."
        )
        if nameless:
            remedy = f"Keep {_listed(nameless)} in a global name, pass that name, and say so in the mark."
    elif unsure:
        choices = [[name for name in rest if name not in unsure], list(rest)]
        fact = f"whether {_listed(unsure)} is asked about or is trained state cannot be told"
    else:
        choices = [[plain[0]], list(plain)]
        fact = (
            f"{_listed(plain)} were computed, so that nothing would be left to ask {function} about"
        )
    lines = "".join(f"\n    #| predict: {', '.join(names)} -> {answer}" for names in choices)
    return Nb2serviceError(scope.notebook.place(mark.cell), fact, remedy + lines)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _nothing_to_ask(
    scope: Scope, mark: Mark, name: str, given: Mapping[str, Any]
) -> Nb2serviceError:
    return Nb2serviceError(
        scope.notebook.place(mark.cell),
        f"nothing would be left to ask {mark.function} about: for {name!r} it is called with a "
        f"{given['type']}, which JSON cannot carry",
        "Let it take a dict, a table, an array or plain values.",
    )


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
    given = _passed(scope, mark, [p["name"] for p in parameters]).get(name, [])
    passed = [_global(scope, statement, value) for statement, value in given]
    encoded = _given(name, calls)
    if name in passed or any(name in argument["names"] for argument in encoded):
        return name
    held = encoded[-1]["names"]
    common = [other for other in held if other in passed] or held or sorted({*passed} - {""})
    if common:
        return str(common[0])
    argument = encoded[0]
    why = "which JSON cannot carry" if argument["form"] == "other" else "which no name holds"
    raise Nb2serviceError(
        scope.notebook.place(mark.cell),
        f"{mark.function} is called with a {argument['type']} for {name!r}, {why}",
        "Keep it in a global name of the notebook and pass that name in every call, or use the name "
        f"inside {mark.function}: it comes along.",
    )


def _passed(
    scope: Scope, mark: Mark, parameters: Sequence[str]
) -> dict[str, list[tuple[Statement, ast.expr]]]:
    """For each parameter what the calls of the notebook pass, and the statements that they stand in."""
    found: dict[str, list[tuple[Statement, ast.expr]]] = {}
    for statement in scope.statements:
        if statement is mark.definition:
            continue
        for call in _calls(statement.node, mark.function):
            given: list[tuple[str, ast.expr]] = list(zip(parameters, call.args, strict=False))
            given += [(keyword.arg or "", keyword.value) for keyword in call.keywords]
            for name, value in given:
                found.setdefault(name, []).append((statement, value))
    return found


def _calls(node: ast.AST, function: str) -> Iterator[ast.Call]:
    for child in ast.walk(node):
        match child:
            case ast.Call(func=ast.Name(id=name)) if name == function:
                yield child


def _global(scope: Scope, statement: Statement, value: ast.expr) -> str:
    """The global name that is passed; `""` for anything else."""
    if not isinstance(value, ast.Name) or not scope.binds(value.id):
        return ""
    return value.id if value.id in statement.eager | statement.lazy else ""


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
