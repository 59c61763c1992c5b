"""Lists of columns, in place of the names that list them."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from nb2service.slicing.trace.constants import captured
from nb2service.slicing.trace.steps import Step
from nb2service.slicing.trace.trees import copied


def resolved(
    node: ast.expr, before: Callable[[str], Mapping[str, Any]], step: Step | None
) -> ast.expr:
    """The expression with lists in place of what lists columns: names, and attributes that were seen."""

    class Fill(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            return _listed(name, before(name.id) if isinstance(name.ctx, ast.Load) else {})

        def visit_Attribute(self, part: ast.Attribute) -> ast.expr:
            seen = captured(step, part) if step is not None else ()
            return _listed(part, seen[-1] if seen else {})

        def visit_BinOp(self, both: ast.BinOp) -> ast.expr:
            self.generic_visit(both)
            match both:
                case ast.BinOp(left=ast.List(elts=first), op=ast.Add(), right=ast.List(elts=rest)):
                    return ast.List([*first, *rest], ast.Load())
            return both

    found = Fill().visit(copied(node))
    assert isinstance(found, ast.expr)
    return found


def _listed(node: ast.expr, held: Mapping[str, Any]) -> ast.expr:
    items = held.get("items")
    if items is None:
        return node
    return ast.List([ast.Constant(item) for item in items], ast.Load())
