"""Examples: cells that hold requests, for a notebook that is not run."""

import ast

from nb2service.marking.mark import Mark
from nb2service.notebook.read import Cell
from nb2service.notebook.roles import has_role
from nb2service.notebook.statements import Scope


def is_example(cell: Cell) -> bool:
    """Whether the cell is marked `example`, by its tag or by its first line `#| example`."""
    return has_role("example", cell.source, cell.tags)


def example_calls(scope: Scope, cell: Cell, mark: Mark) -> list[str]:
    """The lines that call predict with the value that an example cell ends with.

    None if the cell calls it itself, or ends with no value.
    """
    statements = scope.of_cell(cell)
    if not statements or any(mark.function in s.eager | s.lazy for s in statements):
        return []
    match statements[-1].node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
            given, value = name, statements[-1].value
        case ast.Expr(value=value):
            given = ast.unparse(value)
        case _:
            return []
    node = mark.definition.node
    assert isinstance(node, ast.FunctionDef)
    parameters = [*node.args.args, *node.args.kwonlyargs]
    by_name = (
        isinstance(value, ast.Dict)
        and len(parameters) > 1
        and {k.value for k in value.keys if isinstance(k, ast.Constant)}
        <= {p.arg for p in parameters}
    )
    return [f"{mark.function}(**{given})" if by_name else f"{mark.function}({given})"]
