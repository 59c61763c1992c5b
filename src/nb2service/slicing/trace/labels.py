"""What a statement names that it sets or drops: the columns, as far as they are written there."""

import ast
from collections.abc import Sequence

from nb2service.notebook.changes import root_name

Label = str | int


def constants(node: ast.expr | None) -> tuple[Label, ...] | None:
    """The labels that an expression names: `"a"`, `["a", "b"]`; None if it names none."""
    match node:
        case ast.Constant(value=str() | int() as label):
            return (label,)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            found = [constants(e) for e in elements]
            if all(f is not None and len(f) == 1 for f in found):
                return tuple(f[0] for f in found if f)
    return None


def columns_set(target: ast.expr) -> tuple[Label, ...] | None:
    """The columns that an assignment to the subscript sets."""
    match target:
        case ast.Subscript(value=ast.Name(), slice=index):
            return constants(index)
        case ast.Subscript(
            value=ast.Attribute(value=ast.Name(), attr="loc" | "at"),
            slice=ast.Tuple(elts=[_, columns]),
        ):
            return constants(columns)
        case ast.Subscript(value=ast.Subscript() as inner):
            return columns_set(inner)
        case ast.Subscript(value=ast.Attribute(value=inner, attr="loc" | "iloc")):
            return columns_set(inner) if isinstance(inner, ast.Subscript) else None
    return None


def of_all_rows(target: ast.Subscript) -> bool:
    """Whether it sets whole columns of an array: `X[:, 0] = …`."""
    index = target.slice
    if not isinstance(index, ast.Tuple) or not isinstance(target.value, ast.Name):
        return False
    first = index.elts[0]
    return isinstance(first, ast.Slice) and first.lower is None and first.upper is None


def one_from_another(targets: Sequence[ast.expr], values: Sequence[ast.expr]) -> bool:
    """Whether a value uses what stands further left: it means what that was before."""
    return any(
        _uses(value, target)
        for place, target in enumerate(targets)
        for value in values[place + 1 :]
    )


def _uses(value: ast.expr, target: ast.expr) -> bool:
    """Whether the expression may read what the assignment to the target sets."""
    name = root_name(target)
    set_here = columns_set(target) if isinstance(target, ast.Subscript) else None
    others = {
        id(part.value)
        for part in ast.walk(value)
        if isinstance(part, ast.Subscript)
        and set_here is not None
        and (read := constants(part.slice)) is not None
        and not set(read) & set(set_here)
    }
    return any(
        isinstance(part, ast.Name) and part.id == name and id(part) not in others
        for part in ast.walk(value)
    )


def dropped(call: ast.Call) -> ast.expr | None:
    """What a call of `drop` names to be dropped."""
    for keyword in call.keywords:
        if keyword.arg in ("columns", "labels"):
            return keyword.value
    return call.args[0] if call.args else None
