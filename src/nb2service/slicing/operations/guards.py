"""Guards: what a path refuses because the notebook has no answer for it.

On the path they are calls of placeholders, which get their names and their sources at the end; see
`compile/checks.py`.
"""

import ast
from collections.abc import Collection, Iterator

from nb2service.slicing.operations.operation import Analysis

ALL_ROWS = "__all_rows__"
WITHIN_BINS = "__within_bins__"
REQUIRED = "__required__"
GUARDS = (ALL_ROWS, WITHIN_BINS, REQUIRED)


def all_rows(kept: ast.expr, given: ast.expr, shown: str, analysis: Analysis) -> ast.Call:
    """What a filter keeps of a table, where it must keep all rows of a request."""
    table = _rows_in(given, analysis) or given
    return _call(ALL_ROWS, kept, table, _why(shown, analysis))


def within_bins(made: ast.expr, given: ast.expr) -> ast.Call:
    """The bins of a column, where each value must lie in one of them."""
    return _call(WITHIN_BINS, made, given)


def required(condition: ast.expr, shown: str, analysis: Analysis) -> ast.Call:
    """A condition that must hold for the rows of a request."""
    return _call(REQUIRED, condition, _why(shown, analysis))


def is_guard(node: ast.AST, names: Collection[str] = GUARDS) -> bool:
    """Whether it is a call of a guard."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name in names
    return False


def guards_in(node: ast.AST) -> Iterator[str]:
    """What the guards in a statement say that they refuse."""
    for part in ast.walk(node):
        match part:
            case ast.Call(func=ast.Name(id=name), args=[*_, ast.Constant(value=str(why))]):
                if name in (ALL_ROWS, REQUIRED):
                    yield why


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _why(shown: str, analysis: Analysis) -> ast.Constant:
    text = " ".join(shown.split())
    short = text if len(text) <= 70 else f"{text[:67]}..."
    return ast.Constant(f"{short} (cell {analysis.step.cell})")


def _rows_in(node: ast.expr, analysis: Analysis) -> ast.Name | None:
    """A name that holds the rows of an expression, of which only their number and order counts."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and analysis.mentions(part):
            return ast.Name(part.id, ast.Load())
    return None
