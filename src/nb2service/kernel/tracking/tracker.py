"""Track the versions of the notebook's data while it runs: what a bare cell's path is made from.

The generator says which statements to watch; see `nb2service/slicing/plan.py`. Each is run between two
calls of ours, which copy what it is about to use and what it has made. Parts of it whose values a
service must keep (a mean, a fitted scaler) are kept as they pass by.
"""

import builtins

from ..notebook import notebook_names, shell
from ..tables.kinds import kind_of
from .copies import copies_on_write
from .events import Events
from .instrument import HOOK, Watch
from .snapshot_info import MOST_ITEMS, is_literal, items_of

# Turns of a loop that are followed; one of more goes over rows, and is no path for one of them.
MOST_TURNS = 1000


class Tracker(Events):
    """What the calls around the watched statements, and around parts of them, do.

    Attributes:
        overflow: the watched statements with more turns than are followed.
    """

    def __init__(self):
        super().__init__()
        self.overflow = set()
        self._turns = {}
        self._specs = {}
        self._transformer = None
        self._last_reduced = None
        self._reducers = {}

    def cell(self, specs):
        """Watch these statements of the next cell; none if there are none.

        Args:
            specs: a list of dicts: `id`, `line` and `nth` (which statement, among those that begin on
                the line), `versions` (names to copy after it), `copies` (before it, unless they are
                tables), `tables` (before it, if they are), `places`
                (`[line, column, end line, end column, way]`), `reducers` (the sources of the functions
                that are ways, by their names), `compound`.
        """
        setattr(builtins, HOOK, self)
        if self._transformer is None:
            self._transformer = Watch()
            shell().ast_transformers.append(self._transformer)
        self._specs = {spec["id"]: spec for spec in specs}
        for name, source in {n: s for spec in specs for n, s in spec["reducers"].items()}.items():
            self._reducers[name] = _reducer(name, source)
        self._transformer.specs = {(spec["line"], spec["nth"]): spec for spec in specs}

    def before(self, number):
        """Note that a watched statement begins."""
        self._event(self._specs[number], None, {})

    def ran(self, number, line, column, loop):
        """Note that a statement inside of a watched compound one begins."""
        self._turns[number] = self._turns.get(number, 0) + 1
        if self._turns[number] > MOST_TURNS:
            self.overflow.add(number)
            return
        turn = {name: value for name, value in loop.items() if is_literal(value)}
        tables = {name: value for name, value in loop.items() if kind_of(value) != "other"}
        aliases = {name: _global_name(value, loop) for name, value in tables.items()}
        self._event(self._specs[number], [line, column], turn, aliases)

    def after(self, number):
        """Note that a watched statement has ended, and copy what it made."""
        last = len(self.events) - 1
        at = last if last >= 0 and self.events[last]["id"] == number else -1
        place = last
        while place >= 0 and self.events[place]["id"] == number:
            self.events[place]["done"] = True
            place -= 1
        namespace = notebook_names()
        for name in self._specs[number]["versions"] if at >= 0 else ():
            with self._aside():
                if name in namespace:
                    self._version(at, name, namespace[name], name == self._specs[number]["answer"])

    def keep(self, place, value):
        """Keep a value that passes by; return it."""
        with self._aside():
            self._kept(place, value)
        return value

    def printed(self, place, *values):
        """Print the values, and keep the text."""
        print(*values)
        with self._aside():
            self._kept(place, " ".join(map(str, values)))

    def called(self, place, name, function, /, *args, **kwargs):
        """Call the function, and keep what the reducer of that name makes of it; return what it gives."""
        result = function(*args, **kwargs)
        with self._aside():
            value = self._reducers[name](result, function, args, kwargs)
            if value is not None:
                self._kept(place, value)
                self._last_reduced = value
        return result

    def each(self, place, table, function):
        """Apply to each column a function that fits; keep what was fitted, by the columns' names."""
        fitted = {}

        def fit(column):
            result = function(column)
            receiver = getattr(function, "__self__", self._last_reduced)
            fitted[getattr(column, "name", None)] = self._copy(receiver)
            return result

        result = table.apply(fit)
        with self._aside():
            self._kept(place, fitted)
        return result

    def listed(self, place, value):
        """Keep what selects columns, if it lists their names; return it."""
        with self._aside():
            if items_of(value) is not None:
                self._kept(place, value)
        return value

    def columns(self, place, table):
        """Keep the names of the columns of a table; return it."""
        with self._aside():
            if kind_of(table) == "frame" and len(table.columns) <= MOST_ITEMS:
                self._kept(f"{place}:columns", list(table.columns))
        return table

    def report(self):
        """What was seen as JSON-able data.

        Each event has `id`, `at`, `loop` (the plain values of loop variables), `aliases` (the
        other names of those that are tables, None without one), `done`, `versions`, `kept`,
        `copies`, and `used`: the tables that the statement of the answer uses, described.
        """
        return {
            "events": self.events,
            "overflow": sorted(self.overflow),
            "spent": self.spent,
            "copies_on_write": copies_on_write(),
        }


def _reducer(name, source):
    """The function that the generator has sent; see `nb2service/slicing/trace/probes.py`."""
    namespace: dict[str, object] = {}
    exec("from __future__ import annotations\n" + source, namespace)
    return namespace[name.rpartition(":")[2]]


def _global_name(value, but):
    """The notebook's name for the very object, other than the given ones; None without one."""
    for name, other in list(notebook_names().items()):
        if other is value and name not in but and not name.startswith("_"):
            return name
    return None


TRACKER = Tracker()
