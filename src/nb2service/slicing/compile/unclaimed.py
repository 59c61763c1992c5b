"""Calls that no operation claims, and filters: kept as they stand, as far as rows can be lost there."""

import ast

from nb2service.marking.answers import is_predict_call
from nb2service.notebook.dataflow import knowledge
from nb2service.slicing.operations.operation import Analysis, call_of, parts_of
from nb2service.slicing.operations.row_counts import may_leave_out
from nb2service.slicing.operations.syntax import is_accessor
from nb2service.slicing.operations.values import PerRow, Refused, Rows, Value, first_refused
from nb2service.slicing.trace.runs import Run


def may_give_fewer(node: ast.Call, rows: Rows | None, at: Analysis, run: Run) -> bool:
    """Whether a call that no operation claims may give fewer rows than it is given."""
    if at.single or is_predict_call(node):
        return False
    match node.func:
        case ast.Name(id=name):
            function = run.function(name, at.step)
            if function is not None:
                return may_leave_out(function, lambda n: run.function(n, at.step))
            return _is_of_nobody(name, at, run)
        case ast.Attribute(attr="pipe"):
            return rows is not None
        case ast.Attribute(value=ast.Name(id=name)) if rows is None:
            kind = str(at.before(name).get("type"))
            return kind.startswith("__main__") or _is_of_nobody(name, at, run, known=bool(kind))
        case ast.Attribute(attr=name) if rows is not None:
            return name not in knowledge.PURE_METHODS | knowledge.SAME_METHODS
    return False


def _is_of_nobody(name: str, at: Analysis, run: Run, *, known: bool = False) -> bool:
    """Whether it is no function or module of a known library, and nothing that the run has seen."""
    library = run.library(name, at.step)
    return not known and name not in knowledge.PURE_BUILTINS and library not in knowledge.TRUSTED


def given_to(node: ast.Call) -> ast.expr:
    """What a call is given, or what it is a method of."""
    return ast.Tuple(parts_of(node), ast.Load())


def filter_as_it_stands(node: ast.expr, rows: Rows, within: Analysis) -> Value:
    """A filter as it stands: the rows that it is about, and its condition.

    Args:
        node: the filter.
        rows: the rows.
        within: the analysis of its condition.
    """
    match node:
        case ast.Subscript(value=ast.Attribute(attr=attr), slice=index) if is_accessor(node.value):
            table: ast.expr = ast.Attribute(rows.node, attr, ast.Load())
            found = within.value(index)
            if isinstance(found, Refused):
                return found
            return PerRow(ast.Subscript(table, found.node, node.ctx))
        case ast.Subscript(slice=index):
            found = within.value(index)
            if isinstance(found, Refused):
                return found
            return PerRow(ast.Subscript(rows.node, found.node, node.ctx))
    assert isinstance(node, ast.Call)
    given = [within.value(part) for part in parts_of(node)[1:]]
    refused = first_refused(given)
    if refused is not None:
        return refused
    nodes = [one.node for one in given if not isinstance(one, Refused)]
    return PerRow(call_of(node, [rows.node, *nodes]))
