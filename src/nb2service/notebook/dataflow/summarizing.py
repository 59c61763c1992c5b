"""Summarizing: in which order functions are looked at, and how often where they call each other."""

from collections.abc import Callable, Iterator

from nb2service.notebook.dataflow.summary import Summary


class Summaries:
    """The summaries of functions, made when they are asked for.

    Args:
        made: makes the summary of a function, from those of the functions that it calls.
        callees: the functions whose names stand in the body of a function.
    """

    def __init__(self, made: Callable[[int], Summary], callees: Callable[[int], set[int]]) -> None:
        self._made, self._callees = made, callees
        self._done: dict[int, Summary] = {}
        self._inner: set[int] = set()
        self._open = False

    def of(self, loc: int) -> Summary:
        """What a function may do when it is called."""
        if loc not in self._done:
            if self._open:  # a function within one that is being looked at
                self._inner.add(loc)
                self._done[loc] = Summary()
                self._done[loc] = self._made(loc)
            else:
                self._settle(list(self._needed_first(loc)))
        return self._done[loc]

    def _settle(self, order: list[int]) -> None:
        """Make the summaries of functions, again and again where they call each other in a circle."""
        self._open = True
        circular = self._is_circular(order)
        for loc in order:
            self._done.setdefault(loc, Summary())
        while True:
            before = [self._done[loc] for loc in order]
            for loc in order:
                for inner in self._inner:
                    self._done.pop(inner, None)
                self._inner.clear()
                self._done[loc] = self._made(loc)
            if not circular or before == [self._done[loc] for loc in order]:
                break
        self._open = False

    def _is_circular(self, order: list[int]) -> bool:
        done = set(self._done)
        for loc in order:
            if self._callees(loc) - done:
                return True
            done.add(loc)
        return False

    def _needed_first(self, loc: int) -> Iterator[int]:
        """The functions that a function may call and that have no summary yet, callees first."""
        seen = {loc}
        stack = [(loc, iter(self._callees(loc)))]
        while stack:
            at, callees = stack[-1]
            for callee in callees:
                if callee not in seen and callee not in self._done:
                    seen.add(callee)
                    stack.append((callee, iter(self._callees(callee))))
                    break
            else:
                stack.pop()
                yield at
