"""Summaries: what a call of a notebook's function may do, from what the function may do."""

import ast
from collections.abc import Callable

from nb2service.notebook.dataflow.bound import parameters
from nb2service.notebook.dataflow.call import Call
from nb2service.notebook.dataflow.frame import REST, Frame
from nb2service.notebook.dataflow.heap import NOTHING, Function, Known, Locs
from nb2service.notebook.dataflow.summary import Summary
from nb2service.notebook.dataflow.symbol import Symbol


def apply(frame: Frame, loc: int, call: Call) -> Locs:
    """Note what a function may do in a call, and return what it may give.

    Of the methods of one name, parameters are known by their places alone.
    """
    known = frame.heap.known[loc]
    places = parameters(known.node) if isinstance(known, Function) else []
    given = list(call.given)
    if call.on and not _is_static(known):
        given.insert(0, call.on)
    found: dict[str, Locs] = {str(place): locs for place, locs in enumerate(given)}
    spread = call.spread
    for name, locs in call.named.items():
        if name in places:
            found[str(places.index(name))] = locs
        else:
            spread |= locs
    rest = NOTHING.union(*given[len(places) :])
    defaults = frame.heap.held([loc])

    def parameter(place: str) -> Locs:
        if place == REST:
            return rest | spread
        return found.get(place, defaults) | spread

    return _apply(frame, loc, parameter, call.node)


def apply_to_all(frame: Frame, loc: int, everything: Locs, node: ast.AST) -> Locs:
    """The same where nobody knows what the function is given: any of these."""
    return _apply(frame, loc, lambda _: everything, node)


def _apply(frame: Frame, loc: int, parameter: Callable[[str], Locs], node: ast.AST) -> Locs:
    summary = frame.program.summary(loc)
    heap = frame.heap

    def named(one: Symbol | int) -> Locs:
        if isinstance(one, int):
            return frozenset({one})
        if one.kind == "parameter":
            found = parameter(one.name)
        elif one.kind == "global":
            found = frame.global_value(one.name)
        else:
            found = (frame.names.get(one.name) or NOTHING) | heap.held([loc])
        return heap.reach(heap.held(found)) - heap.known.keys() if one.inside else found

    _note(frame, loc, summary)
    for one in summary.changed:
        frame.change(named(one))
    frame.change(summary.known)
    for holder, put in summary.links:
        heap.hold(named(holder), named(put))
    for name in summary.binds:
        bound = NOTHING.union(*(named(one) for to, one in summary.gives if to == name))
        frame.give(name, bound | {frame.fresh("given", id(node), name, holds=bound)})
    given = NOTHING.union(*map(named, summary.returned))
    if summary.makes:
        held = NOTHING.union(*map(named, summary.held))
        given |= {frame.fresh("returned", id(node), loc, holds=held)}
    for name, thing in summary.unknown:
        frame.seen.unknown.setdefault(name, set()).update(
            NOTHING if thing is None else named(thing)
        )
    return given


def _note(frame: Frame, loc: int, summary: Summary) -> None:
    seen = frame.seen
    seen.called |= {loc} | summary.called
    seen.binds |= summary.binds
    seen.settings |= summary.settings
    seen.draws |= summary.draws
    seen.clocks |= summary.clocks
    seen.stops |= summary.stops
    seen.anything |= summary.anything


def _is_static(known: Known) -> bool:
    return isinstance(known, Function) and any(
        isinstance(d, ast.Name) and d.id == "staticmethod"
        for d in getattr(known.node, "decorator_list", [])
    )


def _same(one: Symbol | None, other: Symbol | int) -> bool:
    """Whether two symbols stand for the same thing, and what it holds."""
    if one is None or isinstance(other, int):
        return False
    return (one.kind, one.name) == (other.kind, other.name)


def summarized(frame: Frame) -> Summary:
    """The summary of a function whose body a frame has gone through."""
    heap, symbols, seen = frame.heap, frame.symbols, frame.seen

    def lasting(locs: Locs) -> frozenset[Symbol | int]:
        """Those that outlast the call: things that it was given, and functions, classes and modules."""
        found: set[Symbol | int] = {symbols[loc] for loc in locs if loc in symbols}
        return frozenset(found | {loc for loc in locs if loc in heap.known})

    returned = frozenset(seen.returned)
    made = frozenset(loc for loc in returned if loc not in symbols and loc not in heap.known)
    given = {name: heap.reach(locs) for name, locs in seen.gives.items()}
    everywhere = heap.reach(
        [*symbols, *returned, *(loc for locs in given.values() for loc in locs)]
    )
    links = {
        (symbols.get(loc, loc), held)
        for loc in everywhere
        if loc in symbols or isinstance(heap.known.get(loc), Function)
        for held in lasting(heap.reach([loc]) - {loc})
        if not _same(symbols.get(loc), held)
    }
    return Summary(
        changed=frozenset(symbols[loc] for loc in seen.changed if loc in symbols),
        known=frozenset(loc for loc in seen.changed if loc in heap.known),
        returned=lasting(returned),
        held=lasting(heap.reach(made)),
        makes=bool(made),
        links=frozenset(links),
        gives=frozenset((name, one) for name, locs in given.items() for one in lasting(locs)),
        binds=frozenset(seen.binds),
        called=frozenset(),
        settings=frozenset(seen.settings),
        draws=frozenset(seen.draws),
        clocks=frozenset(seen.clocks),
        stops=seen.stops,
        anything=seen.anything,
        unknown=frozenset(
            (name, one)
            for name, locs in seen.unknown.items()
            for one in (*lasting(heap.reach(locs)), None)
        ),
    )
