"""Calls: what a piece of code calls, by the full name that its imports give."""

import ast
from collections.abc import Iterable, Iterator, Mapping

from nb2service.notebook.statements import BUILTINS, Statement

# Stands for an object that no import names: `*.read_text` is a method of something.
SOMETHING = "*"


def imported_names(statements: Iterable[Statement]) -> dict[str, str]:
    """The full name of each name that an import binds, anywhere, also inside functions."""
    found: dict[str, str] = {}
    for statement in statements:
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    found[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                for alias in node.names:
                    found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found


def full_name(node: ast.AST, imports: Mapping[str, str]) -> str:
    """`pandas.read_csv` for `pd.read_csv`, `open` for itself, `*.fit` for a method of anything else."""
    match node:
        case ast.Name(id=name):
            return imports.get(name) or (name if name in BUILTINS else SOMETHING)
        case ast.Attribute(value=value, attr=attribute):
            return f"{full_name(value, imports)}.{attribute}"
        case ast.Call(func=function):
            made = full_name(function, imports)
            # An object that a call made, such as `Path("x")`, keeps its maker's name for its methods.
            return made if not made.startswith(SOMETHING) else SOMETHING
    return SOMETHING


def calls(node: ast.AST, imports: Mapping[str, str]) -> Iterator[tuple[ast.Call, str]]:
    """Each call in the node, also in the functions of it, with its full name; in order of lines."""
    found = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
    for call in sorted(found, key=lambda c: (c.lineno, c.col_offset)):
        yield call, full_name(call.func, imports)


def strings(node: ast.AST) -> Iterator[ast.Constant]:
    """The string literals in a node, without the docstrings."""
    hidden = {
        id(part.body[0].value)
        for part in ast.walk(node)
        if isinstance(part, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and part.body
        and isinstance(part.body[0], ast.Expr)
    }
    for part in ast.walk(node):
        if (
            isinstance(part, ast.Constant)
            and isinstance(part.value, str)
            and id(part) not in hidden
        ):
            yield part
