"""What a statement computes at once: defaults, bases, decorators and values, no bodies of functions."""

import ast
from collections.abc import Iterator

from nb2service.notebook.dataflow.knowledge import words

# Functions that hold on to the function which they are given, and do not call it.
_WRAPS = words(
    "lru_cache cache partial partialmethod wraps vectorize property staticmethod classmethod"
)


def computed_at_once(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is computed when a statement runs, without plain mentions of a name."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            parts: list[ast.AST | None] = [*node.decorator_list, *node.args.defaults]
            parts += node.args.kw_defaults
        case ast.ClassDef(body=body):
            parts = [*node.decorator_list, *node.bases, *(k.value for k in node.keywords)]
            for statement in body:
                yield from computed_at_once(statement)
        case ast.Assign(value=value) | ast.AnnAssign(value=value) | ast.Expr(value=value):
            parts = [value]
        case ast.Lambda(args=args):
            parts = [*args.defaults, *args.kw_defaults]
        case _:
            parts = [node]
    for part in parts:
        if isinstance(part, ast.Lambda):
            yield from computed_at_once(part)
        elif part is not None and not isinstance(part, ast.Name | ast.Constant):
            yield part


def names_at_once(node: ast.AST) -> Iterator[str]:
    """Yield the names in it, but for the bodies of functions, and functions that are only wrapped."""
    if isinstance(node, ast.Name):
        yield node.id
    wraps = isinstance(node, ast.Call) and _last_name(node.func) in _WRAPS
    for child in ast.iter_child_nodes(node):
        wrapped = wraps and isinstance(child, ast.Name) and child is not node.func  # type: ignore[attr-defined]
        if not wrapped and not isinstance(
            child, ast.Lambda | ast.FunctionDef | ast.AsyncFunctionDef
        ):
            yield from names_at_once(child)


def calls_at_once(node: ast.AST) -> bool:
    """Return whether a statement calls something where it stands, besides wrapping a function."""
    return any(
        isinstance(inner, ast.Call) and _last_name(inner.func) not in _WRAPS
        for part in computed_at_once(node)
        for inner in ast.walk(part)
    )


def _last_name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
