"""`df.join(d)`, `df.merge(other, on="key")`: columns of two tables side by side."""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from nb2service.slicing.operations.guards import all_rows
from nb2service.slicing.operations.operation import (
    Analysis,
    Call,
    Narrowed,
    Operation,
    Tables,
    call_of,
    parts_of,
)
from nb2service.slicing.operations.values import Constant, PerRow, Value
from nb2service.slicing.trace.demand import ColumnDemand
from nb2service.slicing.trace.labels import Label, constants

_KEYWORDS = frozenset({"on", "left_on", "right_on", "left_index", "right_index", "how", "validate"})


@dataclass(frozen=True)
class Join:
    """A `join` or a `merge`.

    Attributes:
        left: the table whose rows are answered.
        right: the other one.
        keys: the columns of the left one by which they are joined.
        right_keys: those of the right one.
    """

    left: ast.expr
    right: ast.expr
    keys: tuple[Label, ...]
    right_keys: tuple[Label, ...]


def join_of(call: ast.Call) -> Join | None:
    """The join that a call is, as far as its columns are written down; None if it is none."""
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in ("join", "merge"):
        return None
    tables = _tables(call)
    if len(tables) != 2:
        return None
    given = {k.arg: k.value for k in call.keywords}
    if function.attr == "join":
        return Join(tables[0], tables[1], (), ()) if given.keys() <= {"how"} else None
    if given.keys() - _KEYWORDS:
        return None
    left = constants(given.get("on", given.get("left_on")))
    right = constants(given.get("on", given.get("right_on")))
    if left is None and "left_index" in given:
        left = ()
    if right is None and "right_index" in given:
        right = ()
    return None if left is None or right is None else Join(tables[0], tables[1], left, right)


def _tables(call: ast.Call) -> list[ast.expr]:
    """The tables that are joined: `pd.merge(a, b)`, `a.merge(b)`."""
    match call.func:
        case ast.Attribute(value=ast.Name(id="pd" | "pandas")):
            return list(call.args)
    return parts_of(call)[: 1 + len(call.args)]


def _forward(call: Call, analysis: Analysis) -> Value | None:
    """An inner join leaves out rows that have no match: it must match each row of a request, once."""
    join = join_of(call.node)
    given = {k.arg: k.value for k in call.node.keywords}
    how = given.get("how", ast.Constant("inner" if call.name == "merge" else "left"))
    is_inner = isinstance(how, ast.Constant) and how.value == "inner"
    if join is None or not is_inner or isinstance(analysis.value(join.left), Constant):
        return None
    whole = analysis.parts(call.node)
    if not isinstance(whole, PerRow) or not isinstance(whole.node, ast.Call):
        return whole
    node = whole.node
    if call.name == "merge" and "validate" not in given:
        once = ast.keyword("validate", ast.Constant("m:1"))
        node = ast.Call(node.func, node.args, [*node.keywords, once])
    if not analysis.guards or analysis.single:
        return replace(whole, node=node)
    return replace(whole, node=all_rows(node, join.left, ast.unparse(call.node), analysis))


def _columns(call: ast.Call, tables: Tables) -> list[Label] | None:
    """The columns of what a join gives; None if unknown, or if some of them get other names."""
    join = join_of(call)
    if join is None:
        return None
    left, right = tables.table(join.left), tables.table(join.right)
    if left is None or right is None:
        return None
    shared = {a for a, b in zip(join.keys, join.right_keys, strict=False) if a == b}
    if (set(left) & set(right)) - shared:
        return None
    return [*left, *(c for c in right if c not in shared)]


def _narrowed(call: ast.Call, want: ColumnDemand | None, tables: Tables) -> Narrowed | None:
    """Of each side what is wanted, and the keys."""
    join = join_of(call)
    if join is None or want is None or not want.known:
        return None
    left, right = tables.columns(join.left), tables.table(join.right)
    if left is None or right is None or _columns(call, tables) is None:
        return None
    wanted = ColumnDemand((want.columns & set(left)) | set(join.keys), want.whole)
    if not (want.columns & set(right) or want.whole or join.keys):
        return Narrowed(((join.left, wanted),), lambda parts: parts[0])
    beside = ColumnDemand((want.columns & set(right)) | set(join.right_keys), want.whole)

    def rebuilt(parts: Sequence[ast.expr]) -> ast.expr:
        every = parts_of(call)
        first = every.index(join.left)
        return call_of(call, [*every[:first], *parts, *every[first + 2 :]])

    return Narrowed(((join.left, wanted), (join.right, beside)), rebuilt)


OPERATIONS = (
    Operation(frozenset({"join", "merge"}), forward=_forward, columns=_columns, narrowed=_narrowed),
)
