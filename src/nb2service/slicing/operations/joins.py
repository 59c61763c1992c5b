"""Methods that put columns of two tables side by side: which columns they read of either."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nb2service.slicing.trace.labels import Label, constants

Columns = Callable[[ast.expr], Sequence[Label] | None]


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
    tables = list(call.args)
    if not (isinstance(function.value, ast.Name) and function.value.id in ("pd", "pandas")):
        tables.insert(0, function.value)
    if len(tables) != 2:
        return None
    given = {k.arg: k.value for k in call.keywords}
    if function.attr == "join":
        return Join(tables[0], tables[1], (), ()) if given.keys() <= {"how"} else None
    if given.keys() - {"on", "left_on", "right_on", "left_index", "right_index", "how"}:
        return None
    left = constants(given.get("on", given.get("left_on")))
    right = constants(given.get("on", given.get("right_on")))
    if left is None and "left_index" in given:
        left = ()
    if right is None and "right_index" in given:
        right = ()
    return None if left is None or right is None else Join(tables[0], tables[1], left, right)


def columns_of_join(join: Join, columns: Columns) -> list[Label] | None:
    """The columns of what a join gives; None if unknown, or if some of them get other names."""
    left, right = columns(join.left), columns(join.right)
    if left is None or right is None:
        return None
    shared = {a for a, b in zip(join.keys, join.right_keys, strict=False) if a == b}
    if (set(left) & set(right)) - shared:
        return None
    return [*left, *(c for c in right if c not in shared)]
