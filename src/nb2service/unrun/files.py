"""Files: which file of the notebook's folder an expression names, as far as the code alone tells."""

import ast
from collections.abc import Mapping
from pathlib import Path

from nb2service.checking.calls import full_name
from nb2service.notebook.statements import Scope, Statement

_OPENS = frozenset({"gzip.open", "bz2.open", "lzma.open", "io.open"})
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "str", "os.fspath"})


def path_named(
    scope: Scope, node: ast.expr, at: Statement, imports: Mapping[str, str], depth: int = 0
) -> str | None:
    """The path that an expression comes to, as the notebook writes it; None if that cannot be told.

    Understood are texts, names of texts, f-strings of these, `Path("a") / "b"` and `os.path.join`.
    """

    def inner(part: ast.expr) -> str | None:
        return path_named(scope, part, at, imports, depth + 1)

    if depth > 20:
        return None
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Name(id=name):
            made = scope.binding_before(name, at)
            if made is None or made.value is None:
                return None
            return path_named(scope, made.value, made, imports, depth + 1)
        case ast.JoinedStr(values=values):
            return _joined([inner(v) for v in values], "")
        case ast.FormattedValue(value=value, conversion=-1, format_spec=None):
            return inner(value)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _joined([inner(left), inner(right)], "/")
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _joined([inner(left), inner(right)], "")
        case ast.Call(func=function, args=args) if args:
            name = full_name(function, imports)
            if name in _PATHS or name == "os.path.join":
                return _joined([inner(a) for a in args], "/")
    return None


def _joined(parts: list[str | None], between: str) -> str | None:
    known = [part for part in parts if part is not None]
    return between.join(known) if len(known) == len(parts) else None


def file_named(
    scope: Scope,
    node: ast.expr,
    at: Statement,
    imports: Mapping[str, str],
    opened: Mapping[str, str] | None = None,
) -> str | None:
    """The path of a file that is given by its name, as an open file, or by opening it there.

    Args:
        scope: the notebook's statements.
        node: the expression.
        at: the statement that it stands in.
        imports: see `calls.imported_names`.
        opened: the paths of files that the statement has opened, by their names.
    """
    match node:
        case ast.Name(id=name) if opened and name in opened:
            return opened[name]
        case ast.Call(func=ast.Name(id="open"), args=[path, *_]):
            return path_named(scope, path, at, imports)
        case ast.Call(func=ast.Attribute(value=path, attr="open"), args=args):
            inner = args[0] if full_name(node.func, imports) in _OPENS and args else path
            return path_named(scope, inner, at, imports)
    return path_named(scope, node, at, imports)


def size_of(folder: Path, named: str) -> int | None:
    """The size of a file that the notebook names; None if it is not there."""
    path = folder / Path(named).expanduser()
    try:
        if path.is_dir():
            return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
        return path.stat().st_size
    except OSError:
        return None
