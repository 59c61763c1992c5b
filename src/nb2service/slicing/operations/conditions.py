"""Conditions: what a test says of a table, and whether one more row may decide it otherwise.

A notebook asks its table as a whole: `if df.isnull().any().any()`, `assert (df.age > 0).all()`. Where no
row of the notebook has a gap, the next one may. What is learnt of the table (a mean, the number of
unique values, columns, types, how many rows there are) is a constant, as anywhere else.
"""

import ast
import re
from collections.abc import Callable, Sequence
from typing import Literal

from nb2service.marking.outermost import judges
from nb2service.slicing.operations.aggregates import AGGREGATES, FIXED
from nb2service.slicing.trace.labels import Label

# `every`: all rows are so, which one more may not be; `some`: one is, which one more may be; `learnt`:
# no single row decides it; `rows`: it looks at rows in some other way.
Kind = Literal["every", "some", "learnt", "rows"]

_OPPOSITE: dict[Kind, Kind] = {"every": "some", "some": "every", "learnt": "learnt", "rows": "rows"}
_LEARNT = AGGREGATES - {
    "any",
    "all",
    "sum",
    "max",
    "min",
    "set",
    "sorted",
    "keys",
    "items",
    "count",
    "unique",
}
_LEARNT |= {"duplicated"}  # no record is one by itself
_LEARNT_PARTS = FIXED | {"dtype", "shape", "ndim", "size", "empty", "name", "index"}
_LEARNT_PARTS |= {"is_unique", "is_monotonic_increasing", "is_monotonic_decreasing"}
_LEARNT_CALLS = frozenset({"len", "isinstance", "type", "hasattr", "callable"})
# The parts of a test of values as they are written.
_VALUES = (
    *(ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.List, ast.Tuple, ast.Set, ast.Load),
    *(ast.cmpop, ast.boolop, ast.unaryop),
)
# What asks of which type something is: `pd.api.types.is_numeric_dtype(df.age)`.
_OF_TYPES = re.compile(r"is_\w+_dtype")


def kind_of_test(test: ast.expr, holds_rows: Callable[[ast.AST], bool]) -> Kind:
    """What a test says of the rows.

    Args:
        test: the test.
        holds_rows: whether a name that holds rows is in a tree.
    """
    if not holds_rows(_without_learnt(test)):
        return "learnt"
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _OPPOSITE[kind_of_test(inner, holds_rows)]
        case ast.BoolOp(op=operator, values=values):
            kinds = {kind_of_test(value, holds_rows) for value in values} - {"learnt"}
            wanted: Kind = "every" if isinstance(operator, ast.And) else "some"
            return wanted if kinds == {wanted} else "rows"
        case ast.Call(func=ast.Attribute(attr="all" | "issubset") | ast.Name(id="all")):
            return "every"
        case ast.Call(func=ast.Attribute(attr="any") | ast.Name(id="any")):
            return "some"
        case ast.Compare(left=ast.Call() as left, ops=[operator], comparators=[bound]):
            return _of_comparison(left, operator, bound)
        case ast.Call(func=ast.Attribute(attr="sum")):
            return "some"  # `if df.isnull().sum():`
    return "rows"


def _of_comparison(left: ast.Call, operator: ast.cmpop, bound: ast.expr) -> Kind:
    name = left.func.attr if isinstance(left.func, ast.Attribute) else ""
    if not name and isinstance(left.func, ast.Name):
        name = left.func.id
    up = isinstance(operator, ast.Gt | ast.GtE)
    down = isinstance(operator, ast.Lt | ast.LtE)
    nothing = isinstance(bound, ast.Constant) and bound.value == 0
    match name:
        case "sum" | "count" if nothing and isinstance(operator, ast.Eq | ast.LtE):
            return "every"
        case "sum" | "count" if isinstance(operator, ast.Gt | ast.GtE | ast.NotEq):
            return "some"
        case "max" if up or down:
            return "some" if up else "every"
        case "min" if up or down:
            return "every" if up else "some"
        case "set" | "sorted" if isinstance(operator, ast.LtE | ast.Eq):
            return "every"
    return "rows"


def rows_of_loops(node: ast.AST, holds_rows: Callable[[ast.AST], bool]) -> set[str]:
    """The variables of loops that go over rows: `for i, row in df.iterrows()`."""
    return {
        n.id
        for loop in ast.walk(node)
        if isinstance(loop, ast.For) and holds_rows(_without_learnt(loop.iter))
        for n in ast.walk(loop.target)
        if isinstance(n, ast.Name)
    }


def for_some_rows(test: ast.expr) -> ast.expr:
    """The test as it is asked of a few rows: which values there are becomes that there are no others."""

    class Others(ast.NodeTransformer):
        def visit_Compare(self, node: ast.Compare) -> ast.AST:
            match node:
                case ast.Compare(
                    left=ast.Call(func=ast.Name(id="set" | "sorted"), args=[values]),
                    ops=[ast.Eq()],
                    comparators=[known],
                ):
                    left, right = (_call("set", values), _call("set", known))
                    right = known if isinstance(known, ast.Set) else right
                    return ast.Compare(left, [ast.LtE()], [right])
            return node

    found: ast.expr = Others().visit(test)
    return found


def _call(name: str, given: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), [given], [])


class _WithoutLearnt(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return ast.Constant(None) if node.attr in _LEARNT_PARTS else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        own = _LEARNT if isinstance(node.func, ast.Attribute) else _LEARNT_CALLS
        learnt = name in own or judges(node) or _OF_TYPES.fullmatch(name)
        return ast.Constant(None) if learnt else self.generic_visit(node)


def _without_learnt(node: ast.expr) -> ast.AST:
    found: ast.AST = _WithoutLearnt().visit(ast.parse(ast.unparse(node), mode="eval"))
    return found


def decided(test: ast.expr, columns: Callable[[str], Sequence[Label] | None]) -> bool | None:
    """Whether a test holds that no row decides: of values as they are written, or of names of columns.

    Args:
        test: the test.
        columns: the columns of the table that a name holds; None if it holds none.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            found = decided(inner, columns)
            return None if found is None else not found
        case ast.Compare(
            left=ast.Constant(value=label),
            ops=[ast.In() | ast.NotIn() as operator],
            comparators=[
                ast.Attribute(value=ast.Name(id=name), attr="columns") | ast.Name(id=name)
            ],
        ):
            known = columns(name)
            if known is None:
                return None
            return (label in known) == isinstance(operator, ast.In)
    if all(isinstance(part, _VALUES) for part in ast.walk(test)):
        return bool(eval(ast.unparse(test), {}))  # noqa: S307 - values alone, no name and no call
    return None
