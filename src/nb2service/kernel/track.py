"""Track the versions of the notebook's data while it runs: what a bare cell's path is made from.

The generator says which statements to watch; see `nb2service/path/plan.py`. Each is run between two
calls of ours, which copy what it is about to use and what it has made. Parts of it whose values a
service must keep (a mean, a fitted scaler) are kept as they pass by.
"""

import ast
import builtins
import contextlib
import copy
import sys
import time
import types

from _nb2service.recorder import rows_of, type_name

HOOK = "__nb2service_track__"
# One copy, and all of them, in bytes.
MOST_BYTES = 512 * 1024**2
MOST_IN_ALL = 2 * 1024**3
# Values that are kept of one place, such as one in a loop.
MOST_KEPT = 500
# Turns of a loop that are followed; one of more goes over rows, and is no path for one of them.
MOST_TURNS = 1000


def notebook_names():
    """The notebook's global names."""
    return get_ipython().user_ns  # noqa: F821  IPython's own builtin


class Tracker:
    """What the watched statements used and made, event by event.

    Attributes:
        events: a dict for each simple statement that ran; see `report`.
        versions: (event, name) -> a copy of what the name held after it.
        copies: (event, name) -> a copy of what the name held before it.
        kept: (event, place) -> the kept values, in their order.
        spent: the seconds that tracking took.
    """

    def __init__(self):
        self.events = []
        self.versions, self.copies, self.kept = {}, {}, {}
        self.spent = 0.0
        self.overflow = set()
        self._turns = {}
        self._bytes = 0
        self._specs = {}
        self._transformer = None
        self._last_fitted = None

    def cell(self, specs):
        """Watch these statements of the next cell; none if there are none.

        Args:
            specs: a list of dicts: `id`, `line` and `nth` (which statement, among those that begin on
                the line), `versions` (names to copy after it), `copies` (before it, unless they are
                tables), `tables` (before it, if they are), `places`
                (`[line, column, end line, end column, kind]`), `compound`.
        """
        setattr(builtins, HOOK, self)
        if self._transformer is None:
            self._transformer = _Watch(self)
            get_ipython().ast_transformers.append(self._transformer)  # noqa: F821  IPython's own
        self._specs = {spec["id"]: spec for spec in specs}
        self._transformer.specs = {(spec["line"], spec["nth"]): spec for spec in specs}

    def before(self, number):
        """Note that a watched statement begins."""
        self._event(number, None, {})

    def ran(self, number, line, column, loop):
        """Note that a statement inside of a watched compound one begins."""
        self._turns[number] = self._turns.get(number, 0) + 1
        if self._turns[number] > MOST_TURNS:
            self.overflow.add(number)
            return
        turn = {name: value for name, value in loop.items() if _is_literal(value)}
        tables = {name: value for name, value in loop.items() if kind_of(value) != "other"}
        aliases = {name: _global_name(value, loop) for name, value in tables.items()}
        self._event(number, [line, column], turn, aliases)

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
                    self._version(at, name, namespace[name])

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

    def fitted(self, place, receiver, method):
        """The method of the receiver, which is kept as it is after the call."""

        def call(*args, **kwargs):
            result = getattr(receiver, method)(*args, **kwargs)
            with self._aside():
                self._kept(place, receiver)
            self._last_fitted = receiver
            return result

        return call

    def each(self, place, table, function):
        """Apply to each column a function that fits; keep what was fitted, by the columns' names."""
        fitted = {}

        def fit(column):
            result = function(column)
            receiver = getattr(function, "__self__", self._last_fitted)
            fitted[getattr(column, "name", None)] = self._copy(receiver)
            return result

        result = table.apply(fit)
        with self._aside():
            self._kept(place, fitted)
        return result

    def categories(self, place, value, columns=None):
        """Keep the categories of a table or a column that is about to be encoded; return it."""
        with self._aside():
            self._kept(place, categories_of(value, columns))
        return value

    def listed(self, place, value):
        """Keep what selects columns, if it lists their names; return it."""
        with self._aside():
            if _items(value) is not None:
                self._kept(place, value)
        return value

    def columns(self, place, value):
        """Keep the names of the columns of a table that was selected by its content; return it."""
        with self._aside():
            self._kept(place, list(value.columns))
        return value

    def report(self):
        """What was seen as JSON-able data.

        Each event has `id`, `at`, `loop` (the plain values of loop variables), `aliases` (the
        other names of those that are tables, None without one), `done`, `versions`, `kept`,
        `copies`, and `used`: the tables that the statement of the answer uses, described.
        """
        pandas = sys.modules.get("pandas")
        return {
            "events": self.events,
            "overflow": sorted(self.overflow),
            "spent": self.spent,
            "copies_on_write": pandas is not None and _copies_on_write(),
        }

    def _event(self, number, at, loop, aliases=None):
        event = {"id": number, "at": at, "loop": loop, "aliases": aliases or {}, "done": False}
        self.events.append({**event, "versions": {}, "kept": {}, "copies": [], "used": {}})
        namespace, spec = notebook_names(), self._specs[number]
        for name in spec["copies"]:
            with self._aside():
                if name in namespace and _may_be_constant(namespace[name]):
                    self.copies[len(self.events) - 1, name] = self._copy(namespace[name])
                    self.events[-1]["copies"].append(name)
        for name in spec["tables"]:
            with self._aside():
                if name in namespace and kind_of(namespace[name]) != "other":
                    self.copies[len(self.events) - 1, name] = self._copy(namespace[name])
                    self.events[-1]["used"][name] = info(namespace[name])

    @contextlib.contextmanager
    def _aside(self):
        """Take the time of the block; what fails there is not watched, and never the cell's error."""
        started = time.perf_counter()
        try:
            with contextlib.suppress(Exception):
                yield
        finally:
            self.spent += time.perf_counter() - started

    def _version(self, at, name, value):
        described = info(value)
        self.events[at]["versions"][name] = described
        if described["kind"] != "other":
            copied = self._copy(value)
            described["copied"] = copied is not None
            self.versions[at, name] = copied

    def _kept(self, place, value):
        at = len(self.events) - 1
        values = self.kept.setdefault((at, place), [])
        if at >= 0 and len(values) < MOST_KEPT:
            values.append(self._copy(value))
            self.events[at]["kept"].setdefault(place, []).append(info(value))

    def _copy(self, value):
        """A copy that no later statement changes; the value itself where it cannot be copied."""
        if isinstance(value, (types.ModuleType, types.FunctionType, type)):
            return value
        size = _bytes(value)
        if size > MOST_BYTES or self._bytes + size > MOST_IN_ALL:
            return None
        self._bytes += size
        try:
            if type_name(value).startswith("pandas"):
                return value.copy(deep=not _copies_on_write())
            if isinstance(value, list) and len(value) > 1000 and not isinstance(value[0], list):
                return list(value)
            return copy.deepcopy(value)
        except Exception:
            return value


class _Watch(ast.NodeTransformer):
    """Put calls of the tracker around the watched statements of a cell."""

    def __init__(self, tracker):
        self.specs = {}

    def visit_Module(self, node):
        if _is_request(node):
            return node
        body, nth = [], {}
        for statement in node.body:
            line = statement.lineno
            spec = self.specs.get((line, nth.get(line, 0)))
            nth[line] = nth.get(line, 0) + 1
            body += [statement] if spec is None else _watched(statement, spec)
        node.body = body
        return node


def _is_request(node):
    """Whether it is no cell of the notebook, but a question of the generator."""
    return len(node.body) == 1 and any(
        isinstance(part, ast.Constant) and part.value == "_nb2service.requests"
        for part in ast.walk(node.body[0])
    )


def _watched(statement, spec):
    places = {tuple(place[:4]): place[4] for place in spec["places"]}
    if spec["compound"]:
        _trace(statement, spec["id"], [])
    marked = _Keep(places).visit(statement) if places else statement
    begin, end = (
        _hook(name, [ast.Constant(spec["id"])], statement) for name in ("before", "after")
    )
    return [marked, end] if spec["compound"] else [begin, marked, end]


def _trace(node, number, targets):
    """Put a call before each simple statement inside of a compound one."""
    if isinstance(node, (ast.For, ast.AsyncFor)):
        names = [n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)]
        targets = [*targets, *names]
    for field in ("body", "orelse", "finalbody"):
        inner = getattr(node, field, None)
        if isinstance(inner, list):
            setattr(node, field, _traced(inner, number, targets))
    for handler in getattr(node, "handlers", []):
        handler.body = _traced(handler.body, number, targets)


def _traced(statements, number, targets):
    found = []
    for statement in statements:
        if isinstance(statement, (ast.For, ast.AsyncFor, ast.If, ast.With, ast.Try, ast.AsyncWith)):
            _trace(statement, number, targets)
        else:
            where = [ast.Constant(number), ast.Constant(statement.lineno)]
            where.append(ast.Constant(statement.col_offset))
            loop = ast.Dict(
                [ast.Constant(t) for t in targets], [ast.Name(t, ast.Load()) for t in targets]
            )
            found.append(_hook("ran", [*where, loop], statement))
        found.append(statement)
    return found


class _Keep(ast.NodeTransformer):
    """Let the values at the given places pass through the tracker."""

    def __init__(self, places):
        self.places = places

    def visit(self, node):
        kind = self.places.get(place_of(node)) if isinstance(node, ast.expr) else None
        key = ",".join(map(str, place_of(node))) if kind else ""
        self.generic_visit(node)
        if kind is None or isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del)):
            return node
        if kind == "fitted":
            function = node.func
            bound = [ast.Constant(key), function.value, ast.Constant(function.attr)]
            node.func = _call("fitted", bound, node)
            return node
        if kind in ("dummies", "category"):
            receiver = node.args[0] if kind == "dummies" else node.func.value
            named = [k.value for k in getattr(node, "keywords", ()) if k.arg == "columns"]
            passed = _call("categories", [ast.Constant(key), receiver, *named], node)
            if kind == "dummies":
                node.args[0] = passed
            else:
                node.func.value = passed
            return node
        if kind == "each":
            return _call("each", [ast.Constant(key), node.func.value, *node.args], node)
        if kind == "listed":
            return _call("listed", [ast.Constant(key), node], node)
        if kind == "printed":
            return _call("printed", [ast.Constant(key), *node.args], node)
        if kind == "columns":
            return _call("columns", [ast.Constant(key), node], node)
        return _call("keep", [ast.Constant(key), node], node)


def place_of(node):
    """Where an expression stands: line, column, end line, end column."""
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)


def _call(method, arguments, near):
    function = ast.Attribute(ast.Name(HOOK, ast.Load()), method, ast.Load())
    made = ast.Call(function, arguments, [])
    return ast.fix_missing_locations(ast.copy_location(made, near))


def _hook(method, arguments, near):
    return ast.fix_missing_locations(
        ast.copy_location(ast.Expr(_call(method, arguments, near)), near)
    )


def info(value):
    """Describe a value.

    Returns:
        A dict with `kind` (see `kind_of`), `type`, `rows`, and what is known of columns, keys or items.
    """
    name = type_name(value)
    described = {"kind": kind_of(value), "type": name, "rows": rows_of(value)}
    if described["kind"] == "frame":
        described["columns"] = [c if isinstance(c, (str, int)) else str(c) for c in value.columns]
    elif described["kind"] in ("array", "sparse"):
        described["width"] = int(value.shape[1]) if len(value.shape) > 1 else None
    elif isinstance(value, dict):
        described["keys"] = [key for key in value if _is_literal(key)]
    elif (items := _items(value)) is not None:
        described["items"] = items
    return described


def _items(value):
    """What a list, a set or an index lists, such as columns; None if it is long, or no literals."""
    is_index = type_name(value).startswith("pandas") and hasattr(value, "get_indexer")
    if not (is_index or isinstance(value, (list, set, tuple))) or len(value) > MOST_KEPT:
        return None
    items = sorted(value, key=str) if isinstance(value, set) else list(value)
    return items if all(map(_is_literal, items)) else None


def kind_of(value):
    """Which sort of table it is: `frame`, `series`, `array`, `sparse` or `list`, else `other`."""
    name = type_name(value)
    if name.startswith("pandas"):
        if hasattr(value, "columns"):
            return "frame"
        return "series" if hasattr(value, "iloc") else "other"
    if name == "numpy.ndarray":
        return "array" if value.ndim else "other"
    if name.startswith("scipy.sparse") and hasattr(value, "tocsr"):
        return "sparse"
    return "list" if isinstance(value, list) and value else "other"


def _global_name(value, but):
    """The notebook's name for the very object, other than the given ones; None without one."""
    for name, other in list(notebook_names().items()):
        if other is value and name not in but and not name.startswith("_"):
            return name
    return None


def _may_be_constant(value):
    """Whether a step may use it as a value: a scaler or a list of columns, not a whole table."""
    return kind_of(value) == "other" or (isinstance(value, list) and len(value) <= 1000)


def _is_literal(value):
    return value is None or type(value) in (bool, int, float, str)


def _bytes(value):
    kind = kind_of(value)
    if kind in ("frame", "series"):
        return 8 * int(value.size)  # asking pandas takes longer than copying
    if kind == "list":
        return 64 * len(value)
    size = getattr(getattr(value, "data", value), "nbytes", 0)
    return size if isinstance(size, int) else 0


def _copies_on_write():
    pandas = sys.modules["pandas"]
    return int(pandas.__version__.partition(".")[0]) >= 3


def categories_of(value, columns=None):
    """The categories that get_dummies sees in a column, or in each column of texts of a table.

    Args:
        value: the table or the column.
        columns: the columns that are to be encoded, whatever they hold.
    """
    if kind_of(value) != "frame":
        return value.astype("category").dtype
    kinds = {c: value[c].dtype for c in value.columns}
    texts = [
        c for c, d in kinds.items() if d.kind == "O" or str(d) in ("str", "string", "category")
    ]
    encoded = texts if columns is None else list(columns)
    return {column: value[column].astype("category").dtype for column in encoded}


TRACKER = Tracker()
