"""Columns of arrays that are taken by their place: which places there are decides what they become."""

import ast
from collections.abc import Sequence

from nb2service.slicing.operations.arrays import index_of
from nb2service.slicing.trace.labels import Label

_Use = tuple[ast.Subscript, tuple[Label, ...]]


class Places:
    """The subscripts that take columns of arrays by their place.

    An array is made before it is used, and a path is followed backward: what a place becomes is known
    only when all uses are. Until then the subscripts stay, and are put in place at the end.
    """

    def __init__(self) -> None:
        self._uses: dict[str, list[_Use]] = {}
        self._becomes: dict[int, tuple[ast.Subscript, ast.Subscript]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._uses

    def note(self, name: str, node: ast.Subscript, taken: tuple[Label, ...]) -> None:
        """Note that a subscript takes these columns of the array."""
        self._uses.setdefault(name, []).append((node, taken))

    def pop(self, name: str) -> list[_Use]:
        """The uses of an array, where it is made: above it the name means something else."""
        return self._uses.pop(name, [])

    def settle(self, uses: Sequence[_Use], left: Sequence[int]) -> None:
        """Of the array only these places are left; its subscripts count among them."""
        for node, taken in uses:
            assert isinstance(node.slice, ast.Tuple)
            places = [left.index(place) for place in taken if isinstance(place, int)]
            one = isinstance(node.slice.elts[1], ast.Constant | ast.UnaryOp)
            index = index_of(places, len(left), one=one)
            rows = ast.Tuple([node.slice.elts[0], index], ast.Load())
            self._becomes[id(node)] = (node, ast.Subscript(node.value, rows, node.ctx))

    def settled(self, node: ast.AST) -> ast.Subscript | None:
        """The subscript as it reads now; None for any other part of a statement."""
        found = self._becomes.get(id(node))
        return None if found is None else found[1]
