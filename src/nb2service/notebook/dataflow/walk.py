"""Walk: go through statements, on every way that they may take."""

import ast
from collections.abc import Callable, Iterable
from typing import Any

from nb2service.notebook.dataflow import calls
from nb2service.notebook.dataflow.bound import imported, stored_names
from nb2service.notebook.dataflow.call import Call
from nb2service.notebook.dataflow.frame import Frame
from nb2service.notebook.dataflow.heap import NOTHING, Class, Locs
from nb2service.notebook.dataflow.values import assign, assign_turn, function, value

_MOST_ROUNDS = 8


def walk(frame: Frame, nodes: Iterable[ast.stmt]) -> None:
    """Note what statements may do, one after the other."""
    for node in nodes:
        if type(node) in _HANDLERS:
            with frame.part(node):
                _HANDLERS[type(node)](frame, node)


def _expression(frame: Frame, node: ast.Expr) -> None:
    value(frame, node.value)


def _annotated(frame: Frame, node: ast.AnnAssign) -> None:
    if node.value is not None:
        assign(frame, node.target, value(frame, node.value))


def _return(frame: Frame, node: ast.Return) -> None:
    frame.seen.returned |= value(frame, node.value)


def _function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    frame.bind(node.name, _decorated(frame, node, function(frame, node)))


def _class(frame: Frame, node: ast.ClassDef) -> None:
    frame.bind(node.name, _decorated(frame, node, _made_class(frame, node)))


def _import(frame: Frame, node: ast.Import | ast.ImportFrom) -> None:
    for name, full in imported(node):
        frame.bind(name, frame.module(full))


def _delete(frame: Frame, node: ast.Delete) -> None:
    for target in node.targets:
        assign(frame, target, NOTHING)


def _assert(frame: Frame, node: ast.Assert) -> None:
    value(frame, node.test)
    value(frame, node.msg)
    frame.seen.stops = True


def _raise(frame: Frame, node: ast.Raise) -> None:
    value(frame, node.exc)
    frame.seen.stops = True


def _if(frame: Frame, node: ast.If) -> None:
    value(frame, node.test)
    _ways(frame, node.body, node.orelse)


def _for(frame: Frame, node: ast.For | ast.AsyncFor) -> None:
    _loop(frame, node, node.target, node.iter)


def _while(frame: Frame, node: ast.While) -> None:
    _loop(frame, node, None, node.test)


def _with(frame: Frame, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        found = frame.heap.parts(value(frame, item.context_expr))
        if item.optional_vars is not None:
            assign(frame, item.optional_vars, found)
    walk(frame, node.body)


def _assign(frame: Frame, node: ast.Assign) -> None:
    match node.targets, node.value:
        case [[ast.Tuple(elts=left) | ast.List(elts=left)], ast.Tuple(elts=right)] if len(
            left
        ) == len(right) and not any(isinstance(e, ast.Starred) for e in [*left, *right]):
            found = [value(frame, one) for one in right]
            for target, locs in zip(left, found, strict=True):
                assign(frame, target, locs)
        case _:
            given = value(frame, node.value)
            for target in node.targets:
                assign(frame, target, given)


def _augment(frame: Frame, node: ast.AugAssign) -> None:
    """`x += y` may change what x holds, and x is what it was or something new."""
    target, given = node.target, value(frame, node.value)
    held = value(frame, _loaded(target))
    frame.change(frame.objects(held))
    frame.heap.hold(frame.objects(held), frame.heap.held(given))
    if isinstance(target, ast.Name):
        made = frozenset({frame.fresh(id(target), holds=frame.heap.held(held | given))})
        frame.bind(target.id, held | (made if held or given else NOTHING))
    else:
        assign(frame, target, held | given)


def _loaded(target: ast.expr) -> ast.expr:
    match target:
        case ast.Name(id=name):
            return ast.copy_location(ast.Name(name, ast.Load()), target)
    return target


def _ways(frame: Frame, *bodies: list[ast.stmt]) -> None:
    """Go each of several ways, of which one is taken."""
    ends = []
    for body in bodies:
        frame.names.branch()
        walk(frame, body)
        ends.append(frame.names.end_branch())
    frame.names.merge(*ends)


def _loop(
    frame: Frame, node: ast.For | ast.AsyncFor | ast.While, target: ast.expr | None, over: ast.expr
) -> None:
    """Go through a loop until another turn shows nothing new."""
    leaves = any(isinstance(n, ast.Break | ast.Continue) for n in ast.walk(node))
    for _ in range(_MOST_ROUNDS):
        edges, changed = frame.heap.edges, len(frame.seen.changed)
        frame.names.branch()
        with frame.logged() as log:
            found = value(frame, over)
            if target is not None:
                assign_turn(frame, target, over, found)
            walk(frame, node.body)
        end = frame.names.end_branch()
        before = {name: frame.names.get(name) for name in end}
        frame.names.merge(end, {}, *(_each(log) if leaves else []))
        after = {name: frame.names.get(name) for name in end}
        if before == after and (edges, changed) == (frame.heap.edges, len(frame.seen.changed)):
            break
    _ways(frame, node.orelse, [])


def _each(log: list[tuple[str, Locs]]) -> list[dict[str, Locs]]:
    """Each value that a name got, as if it had stayed: the block may be left at any place."""
    return [{name: locs} for name, locs in log]


def _try(frame: Frame, node: ast.Try | ast.TryStar) -> None:
    frame.names.branch()
    with frame.logged() as log:
        walk(frame, node.body)
    tried = frame.names.end_branch()
    frame.names.branch()
    frame.names.merge(tried)
    walk(frame, node.orelse)
    ends = [frame.names.end_branch()]
    for handler in node.handlers:
        frame.names.branch()
        frame.names.merge({}, tried, *_each(log))
        if handler.type is not None:
            value(frame, handler.type)
        if handler.name:
            frame.bind(handler.name, frozenset({frame.fresh(id(handler))}))
        walk(frame, handler.body)
        ends.append(frame.names.end_branch())
    if not node.handlers:
        ends += _each(log)
    frame.names.merge(*ends)
    walk(frame, node.finalbody)


def _match(frame: Frame, node: ast.Match) -> None:
    found = frame.heap.reach(value(frame, node.subject))
    ends: list[dict[str, Locs]] = [{}]
    for case in node.cases:
        frame.names.branch()
        for name in stored_names([case.pattern]):
            frame.bind(name, found)
        value(frame, case.guard)
        walk(frame, case.body)
        ends.append(frame.names.end_branch())
    frame.names.merge(*ends)


def _made_class(frame: Frame, node: ast.ClassDef) -> Locs:
    """A class: it holds what its body gives names to, and its methods."""
    made = frame.heap.thing(Class(node))
    for base in [*node.bases, *(k.value for k in node.keywords)]:
        frame.heap.hold([made], value(frame, base))
    frame.names.branch()
    with frame.logged() as log:
        walk_local(frame, node.body)
    frame.names.end_branch()
    frame.heap.hold([made], {loc for _, locs in log for loc in locs})
    return frozenset({made})


def walk_local(frame: Frame, nodes: list[ast.stmt]) -> None:
    """Go through the body of a class, whose names are its own."""
    own, frame.own = frame.own, frame.own | stored_names(nodes)
    walk(frame, nodes)
    frame.own = own


def _decorated(
    frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, made: Locs
) -> Locs:
    """What decorators make of it: one of a library leaves it what it is, one of the notebook may not."""
    for decorator in reversed(node.decorator_list):
        found = value(frame, decorator)
        objects = frame.objects(found)
        if objects:
            made |= calls.of_value(frame, objects, Call(decorator, given=(made,)))
    return made


_HANDLERS: dict[type[ast.stmt], Callable[[Frame, Any], None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augment,
    ast.Return: _return,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import,
    ast.Delete: _delete,
    ast.Assert: _assert,
    ast.Raise: _raise,
    ast.If: _if,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Match: _match,
}
