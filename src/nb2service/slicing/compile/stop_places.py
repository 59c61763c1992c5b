"""Where statements may stop the notebook, and under which tests: in branches, loops and functions."""

import ast
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from nb2service.notebook.changes import changed_names
from nb2service.slicing.compile.stop_forms import (
    UnfollowedError,
    all_of,
    goes_elsewhere,
    is_check,
    is_stored,
    leaves,
    negated,
    outside_calls,
    put,
)
from nb2service.slicing.operations.notebook_functions import arguments_of
from nb2service.slicing.trace.trees import placeless

# What names stand for in the words of the notebook's cells; None for what cannot be told.
_Names = dict[str, ast.expr | None]
_AGAIN = (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
# Functions that call each other go deeper; there it is not told any more.
_DEEPEST = 5


@dataclass(frozen=True)
class Stop:
    """A place where the notebook may stop.

    Attributes:
        tests: what must hold to stop there, all of it; each in the words of the notebook's cells.
        passed: what must hold so that nothing leaves the function, or the turn of a loop, before.
        said: what is raised there, or the message of an assertion.
    """

    tests: tuple[ast.expr, ...]
    passed: tuple[ast.expr, ...]
    said: ast.expr | None


@dataclass(frozen=True)
class _Way:
    """The way to a statement.

    Attributes:
        names: what names stand for there.
        tests, passed: as in `Stop`.
        depth: how many functions deep it is.
    """

    names: _Names
    tests: tuple[ast.expr, ...] = ()
    passed: tuple[ast.expr, ...] = ()
    depth: int = 0

    @property
    def plain(self) -> bool:
        """Whether each run of the cell comes there."""
        return not (self.depth or self.tests)

    def under(self, test: ast.expr) -> "_Way":
        """The way into a branch, whose names are its own."""
        return replace(self, names=dict(self.names), tests=(*self.tests, *all_of(test)))


@dataclass(frozen=True)
class StopPlaces:
    """Finds where statements may stop.

    Attributes:
        function: the function of the notebook that a name stands for; None for anything else.
        listed: what an expression lists; None if nobody knows.
        methods: the methods of that name which classes of the notebook have.
        ran: where the statements stand that ran within a loop: each of its turns is followed by itself.
    """

    function: Callable[[str], ast.FunctionDef | None]
    listed: Callable[[ast.expr], Sequence[ast.expr] | None]
    methods: Callable[[str], Sequence[ast.FunctionDef]]
    ran: Set[tuple[int, int]] = frozenset()

    def of(self, statements: Sequence[ast.stmt]) -> list[Stop]:
        """The places, in their order.

        Raises:
            UnfollowedError: there may be others.
        """
        return list(self._walk(statements, _Way({})))

    def may_stop(self, node: ast.AST, depth: int = 0) -> bool:
        """Whether there is such a place somewhere in a tree, or in a function that it names."""
        return any(
            isinstance(part, ast.Assert | ast.Raise)
            or leaves(part)
            or is_check(part)
            or self._names_stop(part, depth)
            or self._method_stops(part, depth)
            for part in ast.walk(node)
        )

    def calls(self, node: ast.AST) -> Iterator[ast.Call]:
        """The outermost calls in a tree that may stop, or that are given a function that may.

        Raises:
            UnfollowedError: such a call stands where it is made any number of times.
        """
        if isinstance(node, _AGAIN) and self.may_stop(node):
            raise UnfollowedError
        if isinstance(node, ast.Call) and (
            leaves(node)
            or is_check(node)
            or any(self._names_stop(one, 0) for one in outside_calls(node))
        ):
            yield node
            return
        for child in ast.iter_child_nodes(node):
            yield from self.calls(child)

    def _names_stop(self, node: ast.AST, depth: int) -> bool:
        function = self.function(node.id) if isinstance(node, ast.Name) else None
        if function is None:
            return False
        return depth == _DEEPEST or self.may_stop(_body(function), depth + 1)

    def _method_stops(self, node: ast.AST, depth: int) -> bool:
        """Whether it is a method that is called for what it does alone, as `rules.check(df)`."""
        match node:
            case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name))):
                bodies = [_body(one) for one in self.methods(name)]
                deep = depth == _DEEPEST and bool(bodies)
                return deep or any(self.may_stop(body, depth + 1) for body in bodies)
        return False

    def _walk(self, body: Sequence[ast.stmt], way: _Way) -> Iterator[Stop]:
        for node in body:
            if way.plain and self._ran(node):
                continue
            match node:
                case ast.Raise(exc=said):
                    yield _stop(way, said)
                    return
                case ast.Return() | ast.Break() | ast.Continue():
                    yield from self._in_calls(node, way)
                    return
                case ast.If(test=test, body=inner):
                    yield from self._branches(node, way)
                    if goes_elsewhere(inner):
                        way = replace(way, passed=(*way.passed, negated(put(test, way.names))))
                case _:
                    yield from self._plain(node, way)
            _note(node, way.names)

    def _plain(self, node: ast.stmt, way: _Way) -> Iterator[Stop]:
        match node:
            case ast.Assert(test=test, msg=said):
                for one in all_of(put(test, way.names)):
                    yield _stop(way.under(negated(one)), said)
            case ast.For():
                yield from self._turns(node, way)
            case ast.With(body=inner):
                yield from self._walk(inner, way)
            case ast.Expr() if self._method_stops(node, 0):
                raise UnfollowedError
            case ast.Expr() | ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                yield from self._in_calls(node, way)
            case ast.FunctionDef() | ast.ClassDef():
                return
            case _:
                if self.may_stop(node):
                    raise UnfollowedError

    def _branches(self, node: ast.If, way: _Way) -> Iterator[Stop]:
        if not self.may_stop(node):
            return
        test = put(node.test, way.names)
        yield from self._walk(node.body, way.under(test))
        yield from self._walk(node.orelse, way.under(negated(test)))

    def _turns(self, loop: ast.For, way: _Way) -> Iterator[Stop]:
        if all((way.plain and self._ran(n)) or not self.may_stop(n) for n in loop.body):
            return
        values = self.listed(put(loop.iter, way.names))
        if values is None or not isinstance(loop.target, ast.Name):
            raise UnfollowedError
        for value in values:
            yield from self._walk(
                loop.body, replace(way, names={**way.names, loop.target.id: value})
            )

    def _ran(self, node: ast.stmt) -> bool:
        return (node.lineno, node.col_offset) in self.ran

    def _in_calls(self, node: ast.stmt, way: _Way) -> Iterator[Stop]:
        for call in self.calls(node):
            yield from self._called(call, way)

    def _called(self, call: ast.Call, way: _Way) -> Iterator[Stop]:
        match call:
            case ast.Call() if leaves(call):
                yield _stop(way, call.args[0] if call.args else None)
                return
            case ast.Call(func=ast.Attribute(value=table, attr="pipe"), args=[first, *rest]):
                call = ast.Call(first, [table, *rest], call.keywords)
        function = self.function(call.func.id) if isinstance(call.func, ast.Name) else None
        bound = None if function is None else arguments_of(function, call)
        if function is None or bound is None or way.depth == _DEEPEST:
            raise UnfollowedError
        if any(self.may_stop(one) for one in bound.values()):
            raise UnfollowedError
        inner: _Names = {name: put(value, way.names) for name, value in bound.items()}
        into = replace(way, names=inner, depth=way.depth + 1)
        yield from self._walk(placeless(_body(function)).body, into)


def _stop(way: _Way, said: ast.expr | None) -> Stop:
    try:
        shown = None if said is None else put(said, way.names)
    except UnfollowedError:
        shown = None  # what it says is made on the way
    return Stop(way.tests, way.passed, shown)


def _note(node: ast.stmt, names: _Names) -> None:
    """Note what names stand for after a statement."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            try:
                names[name] = put(value, names)
            except UnfollowedError:
                names[name] = None
            return
        case ast.FunctionDef() | ast.ClassDef() | ast.Import() | ast.ImportFrom():
            return
    stored = {n.id for n in ast.walk(node) if is_stored(n) and isinstance(n, ast.Name)}
    for name in stored | changed_names(node):
        names[name] = None


def _body(function: ast.FunctionDef) -> ast.Module:
    return ast.Module(function.body, [])
