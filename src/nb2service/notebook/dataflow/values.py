"""Values: what an expression may be, and what happens when it is evaluated."""

import ast
from collections.abc import Callable, Iterable
from typing import Any

from nb2service.notebook.changes import root_name
from nb2service.notebook.dataflow import calls, settings
from nb2service.notebook.dataflow.builtin_calls import builtin
from nb2service.notebook.dataflow.call import Call
from nb2service.notebook.dataflow.frame import NAMESPACE, Frame
from nb2service.notebook.dataflow.heap import NOTHING, Function, Locs
from nb2service.notebook.dataflow.knowledge import SCALARS


def value(frame: Frame, node: ast.expr | None) -> Locs:
    """What the value of an expression may be; nothing for numbers, texts and the like."""
    return NOTHING if node is None else _HANDLERS.get(type(node), _computed)(frame, node)


def _name(frame: Frame, node: ast.Name) -> Locs:
    return frame.lookup(node.id)


def _container(frame: Frame, node: ast.List | ast.Tuple | ast.Set) -> Locs:
    return frozenset({frame.fresh(id(node), holds=_all(frame, node.elts))})


def _dict(frame: Frame, node: ast.Dict) -> Locs:
    found = _all(frame, [*(k for k in node.keys if k), *node.values])
    spread = [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
    found |= frame.heap.held(_all(frame, spread)) if spread else NOTHING
    return frozenset({frame.fresh(id(node), holds=found)})


def _choice(frame: Frame, node: ast.IfExp) -> Locs:
    value(frame, node.test)
    return value(frame, node.body) | value(frame, node.orelse)


def _one_of(frame: Frame, node: ast.BoolOp) -> Locs:
    return _all(frame, node.values)


def _walrus(frame: Frame, node: ast.NamedExpr) -> Locs:
    found = value(frame, node.value)
    frame.bind(node.target.id, found)
    return found


def _elements(frame: Frame, node: ast.Starred | ast.Await | ast.YieldFrom) -> Locs:
    found = frame.heap.parts(value(frame, node.value))
    if isinstance(node, ast.YieldFrom):
        frame.seen.returned |= found
    return found


def _yield(frame: Frame, node: ast.Yield) -> Locs:
    frame.seen.returned |= value(frame, node.value)
    return NOTHING


def _literal(_frame: Frame, _node: ast.Constant) -> Locs:
    return NOTHING


def _computed(frame: Frame, node: ast.expr) -> Locs:
    """The value of an operation: something new, which may hold what the operands held: `a + [b]`."""
    found = _all(frame, (n for n in ast.iter_child_nodes(node) if isinstance(n, ast.expr)))
    if not found or isinstance(node, ast.JoinedStr | ast.FormattedValue):
        return NOTHING
    if isinstance(node, ast.Slice):
        return NOTHING
    return frozenset({frame.fresh(id(node), holds=frame.heap.held(found))})


def _all(frame: Frame, nodes: Iterable[ast.expr]) -> Locs:
    return NOTHING.union(*(value(frame, node) for node in nodes))


def call(frame: Frame, node: ast.Call) -> Locs:
    """Note what a call may do, and return what it may give."""
    function = node.func
    if isinstance(function, ast.Attribute):
        on = value(frame, function.value)
        found = _arguments(frame, node, frame.objects(on))
        given = NOTHING
        for name in frame.modules(on):
            given |= calls.of_module(frame, f"{name}.{function.attr}", found)
        if frame.objects(on) or not on:
            given |= calls.method(frame, function.attr, found)
        return given
    callee = value(frame, function)
    found = _arguments(frame, node, NOTHING)
    if isinstance(function, ast.Name) and not callee and frame.program.is_builtin(function.id):
        return builtin(frame, function.id, found)
    return calls.of_value(frame, callee, found)


def _arguments(frame: Frame, node: ast.Call, on: Locs) -> Call:
    given: list[Locs] = []
    spread = NOTHING
    for argument in node.args:
        if isinstance(argument, ast.Starred):
            spread |= frame.heap.parts(value(frame, argument.value))
        else:
            given.append(value(frame, argument))
    named: dict[str, Locs] = {}
    for keyword in node.keywords:
        found = value(frame, keyword.value)
        if keyword.arg is None:
            spread |= frame.heap.parts(found)
        else:
            named[keyword.arg] = found
    words = {k.arg: k.value for k in node.keywords if k.arg}
    return Call(node, on, tuple(given), named, spread, words)


def attribute(frame: Frame, node: ast.Attribute) -> Locs:
    """What an attribute may be: a thing in a module, or a part of an object."""
    found = value(frame, node.value)
    inner: Locs = NOTHING
    for name in frame.modules(found):
        inner |= (
            frame.global_value(node.attr)
            if name == NAMESPACE
            else frame.module(f"{name}.{node.attr}")
        )
    objects = frame.objects(found)
    if objects and node.attr in frame.program.properties:
        inner |= calls.notebook_methods(frame, node.attr, Call(node, objects))
    if node.attr in SCALARS or not objects:
        return inner
    parts = frame.heap.parts(objects)
    method = frame.fresh("method", id(node), holds=objects)
    frame.heap.methods[method] = (node.attr, parts)
    return inner | parts | {method}


def _item(frame: Frame, node: ast.Subscript) -> Locs:
    found = value(frame, node.value)
    value(frame, node.slice)
    objects = frame.heap.parts(frame.objects(found))
    for name in frame.modules(found):
        if name == NAMESPACE:
            objects |= _named(frame, node.slice)
        elif settings.set_by_store(name) != "os.environ":
            objects |= frame.module(name)
    return objects


def _named(frame: Frame, index: ast.expr) -> Locs:
    """What `globals()[index]` is: the value of any name, where the code does not tell which."""
    if isinstance(index, ast.Constant) and isinstance(index.value, str):
        return frame.global_value(index.value)
    frame.seen.anything = True
    return NOTHING if frame.function is not None else frame.objects(frame.names.all())


def function(frame: Frame, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Locs:
    """A function that is made here: it holds its defaults, and what it takes from around."""
    around = frozenset[str]()
    if frame.function is not None:
        around = frame.function.around | frame.own
    made = frame.heap.thing(Function(node, around))
    defaults = [*node.args.defaults, *(d for d in node.args.kw_defaults if d is not None)]
    held = _all(frame, defaults)
    if around:
        used = {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}
        held |= NOTHING.union(*(frame.lookup(name) for name in used & around))
    frame.heap.hold([made], held)
    return frozenset({made})


def _comprehension(
    frame: Frame, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
) -> Locs:
    frame.names.branch()
    for _ in range(2):  # what a turn puts into an object, the next one may take from it
        for generator in node.generators:
            over = value(frame, generator.iter)
            assign_turn(frame, generator.target, generator.iter, over, local=True)
            for condition in generator.ifs:
                value(frame, condition)
        parts = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        held = _all(frame, parts)
    frame.names.end_branch()
    return frozenset({frame.fresh(id(node), holds=held)})


def assign(frame: Frame, target: ast.expr, given: Locs, *, local: bool = False) -> None:
    """Give a target a value: bind a name, or change what holds the attribute or the item.

    Args:
        frame: where.
        target: the target.
        given: the value.
        local: whether the names are those of a comprehension.
    """
    match target:
        case ast.Name(id=name):
            if local:
                frame.names.set(name, given)
            else:
                frame.bind(name, given)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for element in elements:
                assign(frame, element, frame.heap.parts(given), local=local)
        case ast.Starred(value=inner):
            rest = frame.fresh(id(target), holds=frame.heap.parts(given))
            assign(frame, inner, frozenset({rest}), local=local)
        case ast.Attribute(value=holder) | ast.Subscript(value=holder):
            held = value(frame, holder)
            if isinstance(target, ast.Subscript):
                value(frame, target.slice)
            store(frame, target, held, given)


def assign_turn(
    frame: Frame, target: ast.expr, over: ast.expr, found: Locs, *, local: bool = False
) -> None:
    """Give the target of a loop over `found` what a turn may give it; `enumerate` gives numbers first."""
    elements = frame.heap.parts(found)
    match target, over:
        case ast.Tuple(elts=[number, element]), ast.Call(func=ast.Name(id="enumerate")):
            assign(frame, number, NOTHING, local=local)
            assign(frame, element, frame.heap.parts(elements), local=local)
        case _:
            assign(frame, target, elements, local=local)


def store(frame: Frame, target: ast.Attribute | ast.Subscript, held: Locs, given: Locs) -> None:
    """Put a value into objects, or into a module, where it is a setting, or bind a name by it."""
    for name in frame.modules(held):
        if name == NAMESPACE:
            _bind_named(frame, target, given)
            continue
        full = f"{name}.{target.attr}" if isinstance(target, ast.Attribute) else name
        frame.seen.settings.add(settings.set_by_store(full))
    objects = frame.objects(held)
    if isinstance(target, ast.Attribute) and target.attr in frame.program.properties:
        calls.notebook_methods(frame, target.attr, Call(target, objects, (given,)))
    frame.change(objects)
    frame.heap.hold(objects, given)
    if not held and (name := root_name(target)) and frame.function is None:
        frame.seen.stored.add(name)


def _bind_named(frame: Frame, target: ast.Attribute | ast.Subscript, given: Locs) -> None:
    """`globals()["x"] = value`."""
    name = target.attr if isinstance(target, ast.Attribute) else target.slice
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        name = name.value
    if not isinstance(name, str):
        frame.seen.anything = True
        return
    frame.seen.binds.add(name)
    if frame.function is None:
        frame.names.set(name, given)


_HANDLERS: dict[type[ast.expr], Callable[[Frame, Any], Locs]] = {
    ast.Constant: _literal,
    ast.Name: _name,
    ast.Attribute: attribute,
    ast.Call: call,
    ast.Subscript: _item,
    ast.List: _container,
    ast.Tuple: _container,
    ast.Set: _container,
    ast.Dict: _dict,
    ast.Lambda: function,
    ast.IfExp: _choice,
    ast.BoolOp: _one_of,
    ast.NamedExpr: _walrus,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.DictComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Starred: _elements,
    ast.Await: _elements,
    ast.YieldFrom: _elements,
    ast.Yield: _yield,
}
