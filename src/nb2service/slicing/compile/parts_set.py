"""What statements need that set a part of a table: `df["a"] = …`, `df.loc[which, "a"] = …`."""

import ast
from collections.abc import Sequence
from dataclasses import replace

from nb2service.slicing.compile.columns_needed import Demands
from nb2service.slicing.compile.effects import Effect
from nb2service.slicing.operations import registry
from nb2service.slicing.operations.operation import Tables
from nb2service.slicing.operations.syntax import list_of
from nb2service.slicing.trace.demand import EXACTLY, ColumnDemand
from nb2service.slicing.trace.labels import Label


def part_set(effect: Effect, node: ast.stmt, demands: Demands) -> ast.stmt:
    """Note what the statement needs; return it as it reads where some of the columns are needed."""
    if effect.form == "change" and isinstance(node, ast.Assign):
        demands.add(effect.name, None)
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name()) as target], value=value):
            if effect.columns:
                return _columns_set(effect, target, value, demands)
            return _set(target, value, demands)
        case ast.Assign(targets=[ast.Subscript() as target], value=value):
            return _set(target, value, demands)
        case ast.Expr(value=ast.Call(args=[place, label, value]) as call):  # `df.insert(0, "a", …)`
            _forget(effect.name, effect.columns or (), demands)
            args = [place, label, demands.visit(value, EXACTLY)]
            return ast.Expr(ast.Call(call.func, args, call.keywords))
        case ast.Expr(value=ast.Call() as call):  # `clean(df)`
            return ast.Expr(demands.everything(call))
        case ast.AugAssign(target=augmented, op=operator, value=value):
            return ast.AugAssign(augmented, operator, demands.visit(value, EXACTLY))
    return node


def _set(target: ast.Subscript, value: ast.expr, demands: Demands) -> ast.stmt:
    index = demands.visit(target.slice, EXACTLY)
    read = demands.visit(value, EXACTLY)
    return ast.Assign([ast.Subscript(target.value, index, target.ctx)], read)


def _columns_set(
    effect: Effect, target: ast.Subscript, value: ast.expr, demands: Demands
) -> ast.stmt:
    """`df[["a", "b"]] = …`: those that are needed alone, where each comes from itself."""
    needed = demands.needs[effect.name].columns
    columns = effect.columns or ()
    left = [column for column in columns if column in needed]
    fewer = bool(needed) and len(left) < len(set(columns))
    want, index = EXACTLY, target.slice
    if fewer and by_column(value, demands.tables):
        want, index = ColumnDemand(frozenset(left), whole=True), list_of(*left)
    _forget(effect.name, columns, demands)
    read = demands.visit(value, want)
    return ast.Assign([ast.Subscript(target.value, index, target.ctx)], read)


def _forget(name: str, columns: Sequence[Label], demands: Demands) -> None:
    """What is set here is not needed of the table above."""
    need = demands.needs[name]
    demands.needs[name] = replace(need, columns=need.columns - set(columns))


def by_column(node: ast.expr, tables: Tables) -> bool:
    """Whether each column of what the expression gives comes from that column alone."""
    match node:
        case ast.Subscript(value=ast.Name(), slice=which):
            return tables.is_list(which)
        case ast.Call(func=ast.Attribute(value=value)):
            return registry.keeps_columns(node, tables) and by_column(value, tables)
    return False
