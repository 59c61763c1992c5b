"""Builtin calls: what a call of one of Python's own functions may change, and what it may give."""

import ast

from nb2service.notebook.dataflow import knowledge, settings
from nb2service.notebook.dataflow.call import Call
from nb2service.notebook.dataflow.calls import callbacks
from nb2service.notebook.dataflow.frame import NAMESPACE, Frame
from nb2service.notebook.dataflow.heap import NOTHING, Locs
from nb2service.notebook.dataflow.symbol import Symbol


def builtin(frame: Frame, name: str, found: Call) -> Locs:
    """A call of a builtin function."""
    objects, heap = found.arguments, frame.heap
    first = found.given[0] if found.given else NOTHING
    match name:
        case "globals" | "locals" | "vars" if not objects and _is_whole(frame, name):
            return frame.module(NAMESPACE)
        case "exec" | "eval":
            return _run_text(frame, name, found)
        case "setattr" | "delattr":
            _set_attribute(frame, first, found)
            return NOTHING
        case "super":
            return _self(frame)
        case "next":
            frame.change(first)
            return heap.parts(first)
        case "get_ipython":
            return frame.module("get_ipython")
        case "print" if "file" in found.named:
            frame.change(found.named["file"])
    frame.seen.stops |= name in knowledge.LEAVES
    callbacks(frame, found)
    if name in knowledge.SCALAR_BUILTINS:
        return NOTHING
    pure = name in knowledge.PURE_BUILTINS or name[:1].isupper()
    if not pure:
        frame.change(objects, deep=True)
    result = frame.fresh("result", id(found.node), holds=objects | heap.held(objects))
    made = frozenset({result}) if objects or pure else NOTHING
    return made | (heap.parts(objects) if name in knowledge.SAME_BUILTINS or not pure else NOTHING)


def _set_attribute(frame: Frame, first: Locs, found: Call) -> None:
    """`setattr(thing, name, value)`."""
    written = found.node.args[1] if isinstance(found.node, ast.Call) and found.given[1:] else None
    last = ast.unparse(written).strip("'\"") if isinstance(written, ast.Constant) else ""
    for module in frame.modules(first):
        frame.seen.settings.add(settings.set_by_store(f"{module}.{last}"))
    frame.change(frame.objects(first))
    frame.heap.hold(frame.objects(first), found.arguments)


def _is_whole(frame: Frame, name: str) -> bool:
    return name == "globals" or frame.function is None


def _self(frame: Frame) -> Locs:
    """What `super()` looks at: the method's own instance."""
    found = [loc for loc, symbol in frame.symbols.items() if symbol == Symbol("parameter", "0")]
    return frozenset(found)


def _run_text(frame: Frame, name: str, found: Call) -> Locs:
    """`exec("x = 1")`: the text as code, if it is written there; else anything may happen."""
    written = found.node.args[0] if isinstance(found.node, ast.Call) and found.node.args else None
    try:
        if isinstance(written, ast.Constant) and isinstance(written.value, str):
            return frame.run_text(frame, written.value, name)
    except SyntaxError:
        pass
    frame.seen.anything = True
    return NOTHING
