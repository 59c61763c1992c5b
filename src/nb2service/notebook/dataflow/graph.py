"""Graph: which statements of a notebook give, change and use what, for all who ask that.

One walk over the statements; what it costs grows with their number.
"""

import ast
from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from nb2service.notebook.dataflow.bodies import run_text, summarize
from nb2service.notebook.dataflow.calls import call_unknown
from nb2service.notebook.dataflow.certain import certainly_binds
from nb2service.notebook.dataflow.effects import Effects, Seen
from nb2service.notebook.dataflow.frame import Frame
from nb2service.notebook.dataflow.heap import NOTHING, Class, Function, Heap, Known, Locs
from nb2service.notebook.dataflow.program import Program
from nb2service.notebook.dataflow.summary import Summary, united
from nb2service.notebook.dataflow.walk import walk
from nb2service.notebook.statements import Scope, Statement


@dataclass
class State:
    """What is known of a notebook after some of its statements.

    Attributes:
        frame: the names, and what they may hold.
        history: names -> the indices of the statements that gave them something to hold, and what.
    """

    frame: Frame
    history: dict[str, list[tuple[int, Locs]]] = field(default_factory=dict)
    _names: dict[int, set[str]] = field(default_factory=dict)
    _count: int = 0

    @classmethod
    def at_start(cls, statements: Iterable[Statement]) -> "State":
        """What is known before the first statement."""
        heap = Heap()
        program = Program(heap, compute=summarize)
        program.add(s.node for s in statements)
        return cls(Frame(heap, program, run_text))

    def run(self, statement: Statement, failed: Collection[str] | None = None) -> Effects:
        """The effects of the next statement; see `effects_of`."""
        frame = self.frame
        if failed is not None:
            frame.names.branch()
        frame.seen = seen = Seen()
        self._meet(statement.eager | statement.lazy)
        frame.parts = (
            {} if hasattr(statement.node, "body") and not statement.is_definition else None
        )
        with frame.logged() as log:
            walk(frame, [statement.node])
            call_unknown(frame, statement.node)
        parts, frame.parts = frame.parts or {}, None
        if failed is not None:
            frame.names.merge(frame.names.end_branch(), {}, *({n: held} for n, held in log))
        for name in {*statement.binds, *seen.binds, *(name for name, _ in log)}:
            self._hold(name, frame.names.get(name) or NOTHING)
        self._count += 1
        return Effects(
            binds=statement.binds | seen.binds,
            sure=_sure(statement) if failed is None else frozenset(failed),
            changes=self._holders(frozenset(seen.changed)) | seen.stored,
            reads=statement.eager | _names_of(frame.heap, seen.called),
            lazy=statement.lazy,
            settings=frozenset(seen.settings - {""}),
            draws=frozenset(seen.draws),
            clocks=frozenset(seen.clocks),
            stops=seen.stops,
            anything=seen.anything,
            parts={at: self._holders(frozenset(changed)) for at, changed in parts.items()},
        )

    def value_at(self, name: str, at: int) -> Locs:
        """What a name may hold before the statement `at`."""
        found = self.history.get(name, [])
        before = bisect_left(found, (at,))
        return found[before - 1][1] if before else NOTHING

    def sharing(self, name: str, at: int) -> frozenset[str]:
        """The other names that may hold, before the statement `at`, something of what `name` holds."""
        heap = self.frame.heap
        objects = self.frame.objects(heap.reach(self.value_at(name, at)))
        objects = frozenset(loc for loc in objects if loc not in heap.known)
        group = heap.holding(objects)
        names = {other for loc in group for other in self._names.get(loc, ())}
        return frozenset(o for o in names if o != name and self.value_at(o, at) & group)

    def _hold(self, name: str, locs: Locs) -> None:
        self.history.setdefault(name, []).append((self._count, locs))
        for loc in locs:
            self._names.setdefault(loc, set()).add(name)

    def _meet(self, names: Iterable[str]) -> None:
        """Let names that no statement has bound hold something unknown: a star import may bring them."""
        for name in names:
            if self.frame.names.get(name) is None and not self.frame.program.is_builtin(name):
                locs = frozenset({self.frame.heap.at("unknown", name)})
                self.frame.names.set(name, locs)
                self._hold(name, locs)

    def _holders(self, changed: Locs) -> frozenset[str]:
        """The names that hold something that was changed."""
        group = self.frame.heap.holding(changed)
        names = {name for loc in group for name in self._names.get(loc, ())}
        return frozenset(n for n in names if (self.frame.names.get(n) or NOTHING) & group)


def _sure(statement: Statement) -> frozenset[str]:
    return frozenset(n for n in statement.binds if certainly_binds(statement.node, n))


def _names_of(heap: Heap, called: set[int]) -> frozenset[str]:
    """The names of the functions and classes of the notebook that were called."""
    known = (heap.known[loc] for loc in called)
    return frozenset(name for one in known if (name := _name(one)))


def _name(known: Known) -> str:
    if isinstance(known, Class):
        return known.node.name
    if isinstance(known, Function) and isinstance(known.node, ast.FunctionDef):
        return known.node.name
    return ""


def effects_of(
    statement: Statement, context: State, failed: Collection[str] | None = None
) -> Effects:
    """What a statement may do, where the notebook stands at `context`, which goes on behind it.

    Args:
        statement: the statement.
        context: what is known before it.
        failed: for one that failed when it ran, the names that it had bound before; the others may
            still hold what they held. None for one that ran to its end.
    """
    return context.run(statement, failed)


class Graph:
    """Which statements give, change and use what; statements are known by their index.

    Attributes:
        statements: the statements, in the order in which they run.
        effects: what each of them may do.
    """

    def __init__(
        self, statements: Sequence[Statement], failed: Mapping[int, Collection[str]] | None = None
    ) -> None:
        """Look at statements; of those that failed, with the names that they had bound before."""
        lost = failed or {}
        self.statements = statements
        self._state = State.at_start(statements)
        self.effects = [
            effects_of(statement, self._state, lost.get(index))
            for index, statement in enumerate(statements)
        ]
        self._binds: dict[str, list[int]] = {}
        self._sure: dict[str, list[int]] = {}
        self._touches: dict[str, list[int]] = {}
        self._anything = [i for i, e in enumerate(self.effects) if e.anything]
        for index, found in enumerate(self.effects):
            for name in found.binds:
                self._binds.setdefault(name, []).append(index)
            for name in found.sure:
                self._sure.setdefault(name, []).append(index)
            for name in found.touches:
                self._touches.setdefault(name, []).append(index)

    def definitions(self, name: str) -> Sequence[int]:
        """The statements that may give a name a new value."""
        return self._binds.get(name, [])

    def touching(self, name: str, first: int = -1, end: int | None = None) -> list[int]:
        """The statements that may bind a name or change what it holds, behind `first` and before `end`."""
        found = self._touches.get(name, [])
        last = len(found) if end is None else bisect_left(found, end)
        within = set(found[bisect_left(found, first + 1) : last])
        within.update(i for i in self._anything if i > first and (end is None or i < end))
        return sorted(within)

    def changing(self, name: str, first: int = -1, end: int | None = None) -> list[int]:
        """Those of them that may change what it holds in place."""
        touching = self.touching(name, first, end)
        return [i for i in touching if name in self.effects[i].changes or self.effects[i].anything]

    def definition(self, name: str, at: int) -> int | None:
        """The last statement before `at` that surely gave the name its value; None without one."""
        found = self._sure.get(name, [])
        before = bisect_left(found, at)
        return found[before - 1] if before else None

    def reaching(self, name: str, at: int) -> list[int]:
        """The statements that the value of a name before the statement `at` may come from, in order.

        The one that surely bound it last, and those since then that may have bound it, or changed
        what it holds, by whatever name.
        """
        start = self.definition(name, at)
        if start is None:
            return self.touching(name, -1, at)
        return [start, *self.touching(name, start, at)]

    def slice_back(self, names: Iterable[str], at: int) -> list[int]:
        """The statements before `at` that the values of the names may depend on, in order."""
        return self.slice_of((name, at) for name in names)

    def slice_of(self, uses: Iterable[tuple[str, int]]) -> list[int]:
        """The same for names, each as it is before a statement."""
        found: set[int] = set()
        pending, seen = list(uses), set[tuple[str, int]]()
        while pending:
            name, use = pending.pop()
            if (name, use) in seen:
                continue
            seen.add((name, use))
            for index in self.reaching(name, use):
                if index not in found:
                    found.add(index)
                    pending += [(need, index) for need in self.effects[index].reads]
                # What a function's body needs, it needs when the function is used.
                pending += [(need, use) for need in self.effects[index].lazy]
        return sorted(found)

    def touched_later(self, end: int | None = None) -> dict[str, int]:
        """For each name the last statement before `end` that binds it or may change what it holds."""
        found: dict[str, int] = {}
        for index, effects in enumerate(self.effects[:end]):
            statement = self.statements[index]
            if not statement.is_import and not statement.is_definition:
                found |= dict.fromkeys(effects.touches, index)
        return found

    def called(self, node: ast.FunctionDef | ast.ClassDef) -> Summary:
        """What a function of the notebook, or any method of a class, may do when it is called."""
        program = self._state.frame.program
        nodes = [node] if isinstance(node, ast.FunctionDef) else node.body
        functions = [Function(n) for n in nodes if isinstance(n, ast.FunctionDef)]
        return united([program.summary(program.heap.thing(one)) for one in functions])

    def aliases(self, name: str, at: int) -> frozenset[str]:
        """The other names that may share, before the statement `at`, something of what a name holds."""
        return self._state.sharing(name, at)


def graph(scope: Scope) -> Graph:
    """The graph of a notebook's statements; made once, and kept with them."""
    kept = vars(scope)
    if "dataflow" not in kept:
        kept["dataflow"] = Graph(scope.statements)
    found = kept["dataflow"]
    assert isinstance(found, Graph)
    return found
