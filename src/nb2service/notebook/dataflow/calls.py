"""Calls: what a call of a function, a method or an object may change, and what it may give."""

import ast

from nb2service.notebook.dataflow import knowledge, settings
from nb2service.notebook.dataflow.call import Call
from nb2service.notebook.dataflow.frame import NAMESPACE, Frame
from nb2service.notebook.dataflow.heap import NOTHING, Class, Function, Locs, Methods
from nb2service.notebook.dataflow.summaries import apply, apply_to_all

# Makers of generators of random numbers: whatever is asked of one changes it.
_GENERATORS = ("numpy.random.", "random.Random")
_MORE_GENERATORS = ("spawn", "jumped", "SystemRandom")

# Functions that give what holds a setting: to change that is to set it.
_SETTINGS_THEMSELVES = ("decimal.getcontext",)


def of_value(frame: Frame, callee: Locs, found: Call) -> Locs:
    """A call of what a value may be: functions, classes, things of a library, or unknown."""
    given: Locs = NOTHING
    unknown: set[int] = set()
    for loc in callee & frame.heap.methods.keys():
        name, on = frame.heap.methods[loc]
        callee -= (on - frame.heap.known.keys()) | {loc}
        words = (found.given, found.named, found.spread, found.words)
        given |= method(frame, name, Call(found.node, on, *words))
    if given and not callee:
        return given
    for loc in callee:
        known = frame.heap.known.get(loc)
        if isinstance(known, Function):
            given |= apply(frame, loc, found)
        elif isinstance(known, Class):
            given |= _instance(frame, loc, known, found)
        elif known is not None:
            given |= of_module(frame, known.name, found)
        else:
            unknown.add(loc)
    if unknown or not callee:
        given |= _unknown(frame, frozenset(unknown), found)
    return given


def _instance(frame: Frame, loc: int, known: Class, found: Call) -> Locs:
    """A new instance: it holds what it is given, and what its class holds."""
    frame.seen.called.add(loc)
    made = frame.fresh("instance", id(found.node), loc, holds=found.arguments)
    frame.heap.hold([made], frame.heap.held([loc]))
    frame.heap.instance_of[made] = loc
    instance = frozenset({made})
    before = made in frame.seen.changed
    for name in ("__new__", "__init__", "__post_init__"):
        for function in frame.program.methods_of(loc, name):
            apply(
                frame, function, Call(found.node, instance, found.given, found.named, found.spread)
            )
    if not before:  # what makes an instance changes none that was there
        frame.seen.changed.discard(made)
    return instance


def call_unknown(frame: Frame, node: ast.AST) -> None:
    """Call what names hold that functions called without knowing it, with what they gave it."""
    done: set[str] = set()
    while pending := frame.seen.unknown.keys() - done:
        for name in pending:
            done.add(name)
            given = frozenset(frame.seen.unknown[name])
            of_value(frame, frame.global_value(name), Call(node, spread=given))


def notebook_methods(frame: Frame, name: str, found: Call) -> Locs:
    """A call of a method of this name of the notebook's classes: of one, if the object tells which."""
    if name not in frame.program.methods:
        return NOTHING
    heap = frame.heap
    classes = {heap.instance_of.get(loc) for loc in found.on}
    given: Locs = NOTHING
    for loc in (c for c in classes if c is not None):
        for function in frame.program.methods_of(loc, name):
            given |= apply(frame, function, found)
    if None in classes or not found.on:
        given |= apply(frame, heap.thing(Methods(name)), found)
    return given


def method(frame: Frame, name: str, found: Call) -> Locs:
    """A call of a method of this name, on objects that the code does not tell the type of."""
    makers = {frame.heap.made_by.get(loc, "") for loc in frame.heap.parts(found.on)}
    result = _made(frame, found, makers, frame.heap.held(found.on))
    given = notebook_methods(frame, name, found) | _by_keywords(frame, name, found)
    callbacks(frame, found)
    if any(maker.startswith(_GENERATORS) for maker in makers):
        frame.change(found.on, deep=True)
        if name not in _MORE_GENERATORS:  # numbers, or some of what it was given
            drawn = frame.fresh("result", id(found.node), holds=frame.heap.parts(found.arguments))
            frame.heap.made_by[drawn] = "numpy"
            frame.change(found.arguments if name == "shuffle" else NOTHING)
            return given | {drawn} | frame.heap.parts(found.arguments)
    if name == "shuffle":
        frame.change(found.arguments)
    if _overwrites(frame, found.on):
        frame.change(found.arguments, deep=True)
    return given | _by_name(frame, name, found, result, makers)


def _by_keywords(frame: Frame, name: str, found: Call) -> Locs:
    """What `inplace=True` and `out=` change, and `copy=False` hands on."""
    given = found.named.get("out", NOTHING)
    if name in knowledge.OUT:
        given |= NOTHING.union(*found.given[knowledge.OUT[name] - 1 :][:1])
    frame.change(given)
    if found.has(knowledge.IN_PLACE, being=True):
        frame.change(found.on)
        frame.heap.hold(found.on, found.arguments)
    if found.has(knowledge.COPIES, being=False):
        given |= found.on
    return given


def _by_name(frame: Frame, name: str, found: Call, result: Locs, makers: set[str]) -> Locs:
    """What a method of this name changes, as far as anybody knows."""
    heap, on, objects = frame.heap, found.on, found.arguments
    parts = heap.parts(on)
    if name in knowledge.PUTS:
        frame.change(on)
        heap.hold(on, heap.parts(objects))
        return parts
    if name == "eval" and (found.given or found.named):  # `df.eval("a + b")`, and no `model.eval()`
        return result
    if name in knowledge.CHANGES_SELF:
        frame.change(on, deep=True)
        return parts | result
    if name in knowledge.SAME_METHODS:
        return parts | result
    if name in knowledge.PURE_METHODS:
        return result
    if name in frame.program.methods and not makers - {""}:  # an instance, wherever it comes from
        return NOTHING
    around = (parts | objects) - heap.known.keys()
    for loc in parts:
        if isinstance(heap.known.get(loc), Function):
            heap.hold(result, apply_to_all(frame, loc, around, found.node))
    if _is_picture({heap.made_by.get(loc, "") for loc in on}):
        frame.change(on)
        heap.hold(on, objects)
        return parts | result
    # Nobody knows the method: it may do anything to what it is called on, and to what it is given.
    frame.change(on, deep=True)
    heap.hold(result, objects)
    if not _trusted(makers):
        frame.change(objects, deep=True)
        heap.hold(on, objects)
    return parts | result


def _made(frame: Frame, found: Call, makers: set[str], holds: Locs) -> Locs:
    """What a call gives that is new; what is made of a library's objects is one of its objects, too."""
    result = frame.fresh("result", id(found.node), holds=holds)
    for maker in sorted(makers - {""}):
        frame.heap.made_by.setdefault(result, maker)
    return frozenset({result})


def _trusted(makers: set[str]) -> bool:
    known = {maker.partition(".")[0] for maker in makers} - {""}
    return bool(known) and known <= knowledge.TRUSTED


def _is_picture(makers: set[str]) -> bool:
    return bool(makers) and {maker.partition(".")[0] for maker in makers} <= knowledge.DRAWING


def _overwrites(frame: Frame, on: Locs) -> bool:
    """Whether what is called was made with `copy=False`: then it may write into what it is given."""
    return any(frame.heap.made_by.get(loc, "").endswith("!") for loc in frame.heap.reach(on))


def of_module(frame: Frame, name: str, found: Call) -> Locs:
    """A call of a function or a class of a library, by its full name."""
    setting, drawn = settings.set_by_call(name), settings.drawn_by(name)
    frame.seen.settings |= {setting} - {""}
    frame.seen.draws |= {drawn} - {""}
    frame.seen.clocks |= {_clock(name, found)} - {""}
    frame.seen.stops |= name in knowledge.LEAVES
    frame.seen.stops |= name.rpartition(".")[2].startswith(knowledge.CHECKS)
    if name.startswith(f"{NAMESPACE}.") or name == "builtins.exec":
        frame.seen.anything |= name.rpartition(".")[2] not in ("get", "keys", "values", "items")
        return NOTHING
    if name.startswith("get_ipython"):
        frame.seen.settings |= {_set_by_magic(found.node)} - {""}
        return NOTHING
    callbacks(frame, found)
    if name in _SETTINGS_THEMSELVES:
        return frame.module(name)
    objects, held = found.arguments, frame.heap.parts(found.arguments)
    result = frame.fresh("result", id(found.node), holds=held)
    frame.heap.made_by[result] = name
    if name.partition(".")[0] not in knowledge.TRUSTED:
        frame.change(objects, deep=True)
        return objects | {result}
    for place in _changed_places(name):
        frame.change(NOTHING.union(*found.given[place : place + 1], found.spread))
    given = found.named.get("out", NOTHING)
    out = knowledge.OUT.get(name.removeprefix("numpy."))
    if out is not None:
        given |= NOTHING.union(*found.given[out : out + 1])
    frame.change(given)
    keeps = found.has(knowledge.COPIES, being=False) or found.has(knowledge.IN_PLACE, being=True)
    if keeps:
        frame.change(objects)
    frame.heap.made_by[result] = name + "!" * keeps
    return given | {result} | (objects if name in knowledge.SAME or keeps else NOTHING)


def _clock(name: str, found: Call) -> str:
    arguments = found.node.args if isinstance(found.node, ast.Call) else []
    first = arguments[0].value if arguments and isinstance(arguments[0], ast.Constant) else None
    return settings.told_by(name, len(arguments), first)


def _set_by_magic(node: ast.AST) -> str:
    """The setting that a magic sets: `%env NAME=value`, `%cd folder`."""
    match node:
        case ast.Call(args=[ast.Constant(value="env" | "set_env"), ast.Constant(value=str(text))]):
            return "os.environ" if len(text.replace("=", " ").split()) > 1 else ""
        case ast.Call(args=[ast.Constant(value="cd"), _]):
            return "cwd"
    return ""


def _changed_places(name: str) -> tuple[int, ...]:
    if name.startswith(knowledge.CHANGES_FIRST) or name.endswith(".at"):
        return (0,)
    return knowledge.CHANGES.get(name, ())


def callbacks(frame: Frame, found: Call) -> None:
    """Functions that a call is given may be called by it, with anything that is there.

    So may those that an object of a library was given before: `FunctionTransformer(clean)`.
    """
    heap = frame.heap
    around = heap.parts(found.on | found.arguments) - heap.known.keys()
    made_with = [loc for loc in found.on if heap.made_by.get(loc)]
    for loc in heap.reach([*found.arguments, *made_with]):
        if isinstance(heap.known.get(loc), Function):
            result = apply_to_all(frame, loc, around, found.node)
            heap.hold([heap.at("made", "result", id(found.node))], result)


def _unknown(frame: Frame, callee: Locs, found: Call) -> Locs:
    """A call of an object, or of a function that nobody knows: it may change all that it is given."""
    objects, heap = found.arguments, frame.heap
    symbols = [frame.symbols.get(loc) for loc in callee]
    names = [s.name for s in symbols if s is not None and s.kind == "global" and not s.inside]
    if names and len(names) == len(callee):  # whoever calls the function knows what they hold
        for name in names:
            frame.seen.unknown.setdefault(name, set()).update(objects)
        return objects | _made(frame, found, set(), heap.parts(objects) | callee)
    makers = {heap.made_by.get(loc, "") for loc in callee}
    given = notebook_methods(frame, "__call__", Call(found.node, callee, found.given, found.named))
    for loc in heap.reach(callee):
        if isinstance(heap.known.get(loc), Function) and loc not in callee:
            around = (objects | heap.reach(callee)) - heap.known.keys()
            given |= apply_to_all(frame, loc, around, found.node)
    callbacks(frame, found)
    frame.change(callee, deep=True)
    if not _trusted(makers) or _overwrites(frame, callee):
        frame.change(objects, deep=True)
        given |= objects
    return given | _made(frame, found, makers, heap.parts(objects) | callee)
