"""Parameters: literals of papermill's `parameters` cell, which the environment may replace."""

import ast
from dataclasses import replace

from nb2service import places
from nb2service.closure.items import Item
from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import Notebook
from nb2service.notebook.statements import Statement

# Environment variables that mean something to every program.
_TAKEN = frozenset(
    {
        "HOME",
        "HOSTNAME",
        "LANG",
        "LOGNAME",
        "PATH",
        "PWD",
        "PYTHONPATH",
        "SHELL",
        "TERM",
        "TZ",
        "USER",
    }
)


def parameter_or_literal(notebook: Notebook, binding: Statement, literal: Item) -> Item:
    """The literal as a parameter, if papermill's cell binds it and JSON can hold it."""
    if not binding.cell.is_parameters:
        return literal
    node = ast.parse(literal.source).body[0]
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None or not _is_json_like(value):
        return literal
    if literal.name in _TAKEN | places.settings():
        raise Nb2serviceError(
            notebook.place(binding.cell, binding.line),
            f"the parameter `{literal.name}` would be the environment variable {literal.name}, "
            "which means something else already",
            "Rename it in the notebook.",
        )
    shown = ast.get_source_segment(literal.source, value) or ast.unparse(value)
    source = f'{literal.name} = parameter("{literal.name}", {shown})'
    return replace(literal, becomes="parameter", source=source, computed=False)


def _is_json_like(value: ast.expr) -> bool:
    try:
        found = ast.literal_eval(value)
    except ValueError:
        return False
    return all(
        isinstance(part, ast.Constant | ast.List | ast.Dict | ast.Tuple | ast.UnaryOp)
        for part in ast.walk(value)
        if isinstance(part, ast.expr)
    ) and not isinstance(found, bytes | complex)
