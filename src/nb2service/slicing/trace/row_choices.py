"""What chose rows: their places, which say nothing of one row, or what rows hold.

`keep = [i for i in df.index if df["area"][i] < 300]` is a list of places that looks at rows;
`np.random.permutation(len(df))` is none. A list is followed back, by the one dataflow, to where it reads
what rows hold.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from nb2service.notebook.changes import changed_names, root_name
from nb2service.notebook.dataflow import knowledge
from nb2service.notebook.dataflow.graph import Graph
from nb2service.slicing.trace.trees import name_of

# What tells of a table as a whole, whatever its rows hold.
_OF_COLUMNS = frozenset({"columns", "dtypes", "dtype", "ndim"})
_OF_ROWS = frozenset({"index", "shape", "size", "empty", "axes"})
_BY_PLACE = frozenset(
    {"train_test_split", "split", "head", "tail", "sample", "take", "len", "drop_duplicates"}
)
_FILTERS = frozenset({"dropna", "query", "nlargest", "nsmallest"})
_SAME_ROWS = frozenset(
    {"DataFrame", "Series", "array", "asarray", "deepcopy", "fit_transform", "transform"}
)
_WITH_OWN_NAMES = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda
_Version = tuple[str, int]


@dataclass
class RowChoice:
    """Tells whether places or labels of rows were chosen by what rows hold.

    Attributes:
        flow: the dataflow of the notebook.
        tables: the names that held rows at some time.
        lineage: the versions of tables whose rows the rows of a table come from.
    """

    flow: Graph
    tables: Collection[str]
    lineage: set[_Version] = field(default_factory=set)
    _seen: set[tuple[str, int, bool]] = field(default_factory=set)
    _bound: frozenset[str] = frozenset()

    def by_content(self, which: ast.expr, table: ast.expr, at: int) -> bool:
        """Whether an index depends on what rows hold that the table has, or that it was made of."""
        self._trace(table, self._inside(at))
        return self._values(which, self._inside(at))

    def counts(self, counted: ast.expr, table: ast.expr, at: int) -> bool:
        """Whether the number of rows depends on what the rows of the table hold."""
        self._trace(table, self._inside(at))
        return self._rows(counted, self._inside(at))

    def _inside(self, at: int) -> int:
        """Where names stand that a statement uses: what it gives in a loop it may use there, too."""
        return at + _is_compound(self.flow.statements[at].node)

    def _trace(self, node: ast.AST, at: int) -> None:
        """Add what the rows of an expression come from."""
        for name in _named(node):
            version = (name, self._version(name, at))
            if name not in self.tables or version in self.lineage:
                continue
            self.lineage.add(version)
            for index in self.flow.reaching(name, at):
                for made in _made_in(self.flow.statements[index].node, name):
                    self._trace(made, self._inside(index))

    def _version(self, name: str, at: int) -> int:
        """The last statement that may have given a name other rows."""
        found = [i for i in self.flow.reaching(name, at) if self._gives_rows(i, name)]
        return max(found, default=-1)

    def _gives_rows(self, index: int, name: str) -> bool:
        node = self.flow.statements[index].node
        return name in self.flow.effects[index].binds or _is_in_place(node)

    def _values(self, node: ast.AST, at: int) -> bool:
        """Whether the value of an expression looks at what rows hold."""
        match node:
            case ast.Name(id=name, ctx=ast.Load()):
                return name not in self._bound and self._name(name, at, rows=False)
            case ast.Attribute(attr=attr) if attr in _OF_COLUMNS:
                return False
            case ast.Attribute(value=value, attr=attr) if attr in _OF_ROWS:
                return self._rows(value, at)
            case ast.Call() if name_of(node) in _BY_PLACE:
                return any(self._rows(part, at) for part in _parts(node))
        outer = self._bound
        if isinstance(node, _WITH_OWN_NAMES):
            self._bound = outer | _bound_in(node)
        found = any(self._values(child, at) for child in ast.iter_child_nodes(node))
        self._bound = outer
        return found

    def _rows(self, node: ast.AST, at: int) -> bool:
        """Whether which rows an expression has depends on what they hold."""
        match node:
            case ast.Name(id=name):
                return self._name(name, at, rows=True)
            case ast.Constant():
                return False
            case ast.Attribute(value=value):
                return self._rows(value, at)
            case ast.Subscript(value=value, slice=index):
                which = index.elts[0] if isinstance(index, ast.Tuple) and index.elts else index
                return self._rows(value, at) or self._values(which, at)
            case ast.Tuple(elts=parts):
                return any(self._rows(part, at) for part in parts)
            case ast.Call():
                return self._rows_of_call(node, at)
        return self._values(node, at)

    def _rows_of_call(self, node: ast.Call, at: int) -> bool:
        name, parts = name_of(node), _parts(node)
        if name in _FILTERS:
            return True
        if name in _BY_PLACE | _SAME_ROWS:
            return any(self._rows(part, at) for part in parts)
        known = name in knowledge.PURE_METHODS | knowledge.SAME_METHODS
        if isinstance(node.func, ast.Attribute) and (known or name == "drop"):
            rest = parts[1:] if name == "drop" else ()
            return self._rows(parts[0], at) or any(self._values(part, at) for part in rest)
        return any(self._values(part, at) for part in parts)

    def _name(self, name: str, at: int, *, rows: bool) -> bool:
        if (name, self._version(name, at)) in self.lineage:
            return not rows
        if (name, at, rows) in self._seen:
            return False
        self._seen.add((name, at, rows))
        return any(self._statement(i, name, at, rows) for i in self.flow.reaching(name, at))

    def _statement(self, index: int, name: str, at: int, rows: bool) -> bool:
        statement = self.flow.statements[index]
        if statement.is_import:
            return False
        if statement.is_definition:
            return any(self._name(n, at, rows=False) for n in statement.lazy - {name})
        if rows and not self._gives_rows(index, name):
            return False
        made = list(_made_in(statement.node, name)) or [statement.node]
        follow = self._rows if rows else self._values
        outer, self._bound = self._bound, frozenset()
        found = any(follow(node, self._inside(index)) for node in made)
        self._bound = outer
        return found


def _made_in(node: ast.AST, name: str) -> Iterator[ast.AST]:
    """What the value of a name is made of in a statement, and what decides whether it is made."""
    if not _is_compound(node):
        yield from _made_by(node, name)
        return
    inside: list[ast.AST] = [
        made
        for part in ast.iter_child_nodes(node)
        for one in ([part] if isinstance(part, ast.stmt) else getattr(part, "body", ()))
        if isinstance(one, ast.stmt)
        for made in _made_in(one, name)
    ]
    if isinstance(node, ast.With) and name in _stored(node):
        inside += [item.context_expr for item in node.items]
    target = isinstance(node, ast.For) and name in _stored(node.target)
    yield from inside
    if inside or target:
        yield from _deciding(node)


def _made_by(node: ast.AST, name: str) -> Iterator[ast.AST]:
    match node:
        case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=values)) if len(
            targets
        ) == len(values):
            pairs = zip(targets, values, strict=True)
            yield from (value for target, value in pairs if name in _stored(target))
        case ast.Assign(targets=targets, value=value):
            if any(name in _stored(target) for target in targets):
                yield value
            elif any(name == root_name(target) for target in targets):
                yield node
        case ast.stmt():
            if name in _stored(node) | changed_names(node):
                yield node.value if isinstance(node, ast.Expr) else node


def _deciding(node: ast.AST) -> Iterator[ast.AST]:
    """What a loop or a branch looks at, also where it goes on with the next turn."""
    match node:
        case ast.For(iter=iterated):
            yield iterated
        case ast.If(test=test) | ast.While(test=test):
            yield test
        case ast.Match(subject=subject):
            yield subject
        case ast.Try(body=body):
            yield from body
    if isinstance(node, ast.For | ast.While):
        for branch in (n for n in ast.walk(node) if isinstance(n, ast.If)):
            if any(isinstance(n, ast.Continue | ast.Break) for n in ast.walk(branch)):
                yield branch.test


def _named(node: ast.AST) -> Iterator[str]:
    """The names in an expression that are in no brackets."""
    if isinstance(node, ast.Name):
        yield node.id
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.Subscript) and child is node.slice):
            yield from _named(child)


def _parts(call: ast.Call) -> list[ast.expr]:
    receiver = [call.func.value] if isinstance(call.func, ast.Attribute) else []
    return [*receiver, *call.args, *(k.value for k in call.keywords)]


def _bound_in(node: ast.AST) -> set[str]:
    """The names that a comprehension or a function without a name gives a value by itself."""
    return _stored(node) | {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}


def _stored(target: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(target) if isinstance(n, ast.Name) and _is_stored(n)}


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _is_compound(node: ast.AST) -> bool:
    definition = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    return (hasattr(node, "body") and not definition) or isinstance(node, ast.Match)


def _is_in_place(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and any(
        isinstance(n, ast.keyword) and n.arg == "inplace" for n in ast.walk(node)
    )
