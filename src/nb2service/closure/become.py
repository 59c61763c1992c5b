"""Become: sort a name by the statement that binds it and by its live value.

What it can turn into is said in `items`; which names are asked about at all, in `capture`.
"""

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from nb2service.closure.items import Artifact, Item
from nb2service.closure.parameters import parameter_or_literal
from nb2service.closure.repeat import may_repeat
from nb2service.errors import Nb2serviceError
from nb2service.notebook.dataflow.certain import certainly_binds
from nb2service.notebook.names import names_of
from nb2service.notebook.statements import Scope, Statement


def item_of(
    scope: Scope,
    name: str,
    binding: Statement,
    by: Statement,
    reply: dict[str, Any],
    last_cell: int,
) -> Item:
    """What a name becomes that the statement `binding` gave its value.

    Args:
        scope: the notebook's statements.
        name: the name.
        binding: the statement that gave it its value.
        by: the statement that needs it, for messages.
        reply: what the kernel said of its value; see `kernel/saving/describe.py`.
        last_cell: statements of later cells have not run.

    Raises:
        Nb2serviceError: the value cannot be saved, or no text can make it again.
    """
    kind = reply["kind"]
    cell, line = binding.cell.number, binding.line
    if binding.is_import:
        if binding.is_star:
            return unseen(scope, name, by, reply, cell)
        return Item(name, "import", _one_import(binding, name), cell, line)
    code = _code(scope, name, binding, kind, last_cell)
    if code is not None:
        return code
    if kind in ("code", "module"):
        return unseen(scope, name, by, reply, cell)
    if kind == "literal":
        literal = _literal(name, reply, cell, line)
        if _written_literal(binding, reply["source"]):
            literal = Item(name, "literal", binding.source, cell, line)
        return parameter_or_literal(scope.notebook, binding, literal)
    if kind == "unsavable":
        raise Nb2serviceError(
            scope.notebook.place(binding.cell, binding.line),
            f"`{name}`, which {by_name(by)} needs, is a {reply['type']} and cannot be saved "
            f"({reply['error']})",
            "Mark the cell that makes it `setup` (first line `#| setup`, or the tag): then its code "
            "runs when the service starts.",
        )
    return artifact_item(name, reply, cell, line)


def _code(scope: Scope, name: str, binding: Statement, kind: str, last_cell: int) -> Item | None:
    """The item of a name that its statement makes anew; None where its value must be taken."""
    node, cell, line = binding.node, binding.cell.number, binding.line
    if binding.is_definition and node.name == name:  # type: ignore[attr-defined]
        return _whole(scope, name, _chain(scope, name, binding), last_cell)
    if kind == "restated":
        return Item(name, "code", binding.source, cell, line, binding.eager, binding.lazy)
    if kind not in ("code", "module"):
        return None
    inner = _definition_within(binding, name)
    if isinstance(node, ast.If | ast.Try) and not (inner and _is_main_guard(node)):
        return _whole(scope, name, _chain(scope, name, binding), last_cell)
    if inner is not None:
        source, (_, eager, lazy) = inner, names_of(inner)
        return Item(name, "code", source, cell, line, eager - binding.soft, lazy, soft=binding.soft)
    if isinstance(node, ast.Assign | ast.AnnAssign) and may_repeat(scope, binding):
        return _whole(scope, name, _chain(scope, name, binding), last_cell)
    return None


def is_shown(scope: Scope, name: str, binding: Statement) -> bool:
    """Whether the statement can stand in the service for a function or a class that it binds."""
    return (
        binding.is_import
        or binding.is_definition
        or isinstance(binding.node, ast.If | ast.Try)
        or _definition_within(binding, name) is not None
        or may_repeat(scope, binding)
    )


def _whole(scope: Scope, name: str, statements: list[Statement], last_cell: int) -> Item:
    """Statements as they stand; together they give the name its value."""
    first = statements[0]
    patches = [
        s
        for s in scope.patches.get(name, ())
        if first.is_definition and s.follows(first) and s.cell.number <= last_cell
    ]
    every = sorted([*statements, *patches], key=lambda s: s.position)
    source, shown = first.source, first.cell.number
    for statement in every[1:]:
        number = statement.cell.number
        comment = f"# cell {number}\n" if number != shown else ""
        gap = "\n\n\n" if first.is_definition or comment else "\n"
        source, shown = f"{source}{gap}{comment}{statement.source}", number
    return Item(
        name,
        "code",
        source,
        first.cell.number,
        first.line,
        frozenset(n for s in every for n in s.eager) - {name},
        frozenset(n for s in every for n in s.lazy),
        soft=frozenset(n for s in every for n in s.soft),
        statements=tuple(every),
    )


def _chain(scope: Scope, name: str, last: Statement) -> list[Statement]:
    """The statements that give the name its value together, in order.

    `if fast: def f…` may leave an earlier f as it is, and `f = cached(f)` needs it.
    """
    chain = [last]
    while not certainly_binds(chain[0].node, name) or name in chain[0].eager:
        earlier = scope.binding_before(name, chain[0])
        if earlier is None:
            break
        chain.insert(0, earlier)
    return chain


def _is_main_guard(node: ast.stmt) -> bool:
    """Whether it is `if __name__ == "__main__":`, which holds in a notebook and in no service."""
    return isinstance(node, ast.If) and any(
        isinstance(part, ast.Name) and part.id == "__name__" for part in ast.walk(node.test)
    )


def _definition_within(binding: Statement, name: str) -> str | None:
    """The source of the last function or class of that name inside of a compound statement."""
    found = [node for node in _definitions(binding.node) if node.name == name]
    if not found or binding.is_definition:
        return None
    lines, node = binding.cell.python.splitlines(), found[-1]
    first = min(n.lineno for n in (node, *node.decorator_list))
    indent = node.col_offset
    return "\n".join(line[indent:] for line in lines[first - 1 : node.end_lineno])


def _definitions(
    node: ast.AST,
) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child
        elif isinstance(child, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _definitions(child)


def by_name(statement: Statement) -> str:
    """What messages call a statement that needs something."""
    if statement.is_definition:
        return f"`{statement.node.name}`"  # type: ignore[attr-defined]
    return f"`{statement.first_line[:40]}`"


def _literal(name: str, reply: Mapping[str, Any], cell: int | None, line: int) -> Item:
    source = f"{name} = {reply['source']}"
    modules = tuple(reply["imports"])
    return Item(name, "literal", source, cell, line, computed=True, modules=modules)


def artifact_item(name: str, reply: Mapping[str, Any], cell: int | None, line: int) -> Item:
    """The item of a value that the kernel has saved to a file."""
    artifact = Artifact(
        file=reply["file"],
        format=reply["format"],
        type=reply["type"],
        bytes=reply["bytes"],
        sha256=reply["sha256"],
        state=reply["state"],
        requires=tuple(reply["requires"]),
        rows=reply["rows"],
        classes=tuple(reply.get("classes") or ()),
    )
    source = f'{name} = load_artifact("{artifact.file}")'
    needs = frozenset(reply["needs"])
    return Item(name, "artifact", source, cell, line, needs, computed=True, artifact=artifact)


def unseen(
    scope: Scope, name: str, by: Statement, reply: Mapping[str, Any], cell: int | None = None
) -> Item:
    """An item for a name that a star import, a magic or `exec` bound."""
    match reply:
        case {"kind": "module", "module": module}:
            source = f"import {module}" if module == name else f"import {module} as {name}"
            return Item(name, "import", source, cell)
        case {"imported_from": str(module)}:
            return Item(name, "import", f"from {module} import {name}", cell)
        case {"kind": "code", "source": str(source)}:
            _, eager, lazy = names_of(source)
            return Item(name, "code", source, cell, 0, eager, lazy)
        case {"kind": "literal"}:
            return _literal(name, reply, cell, 0)
        case {"kind": "artifact"}:
            return artifact_item(name, reply, cell, 0)
    raise Nb2serviceError(
        scope.notebook.place(by.cell, by.line),
        f"`{name}`, which {by_name(by)} needs, is a {reply['type']} and no cell shows how it is made",
        "Define it with def, class or = in a cell above the mark.",
    )


def _one_import(statement: Statement, name: str) -> str:
    """The import statement as written, cut down to the one name that is needed."""
    node = statement.node
    assert isinstance(node, ast.Import | ast.ImportFrom)
    if len(node.names) == 1:
        return statement.source
    alias = next(a for a in node.names if (a.asname or a.name.split(".")[0]) == name)
    if isinstance(node, ast.Import):
        return ast.unparse(ast.Import([alias]))
    return ast.unparse(ast.ImportFrom(node.module, [alias], node.level))


def dotted_imports(scope: Scope, name: str, last_cell: int, source: str) -> str:
    """`import a.b` and `import a.c` both bind `a`, and both are needed."""
    lines = [source]
    for statement in scope.bindings(name):
        if isinstance(statement.node, ast.Import) and statement.cell.number <= last_cell:
            lines += [
                f"import {alias.name}"
                for alias in statement.node.names
                if alias.asname is None and alias.name.startswith(f"{name}.")
            ]
    return "\n".join(dict.fromkeys(lines))


def _written_literal(binding: Statement, live: str) -> bool:
    """Whether the statement assigns a literal that is still the value: no append, no update since."""
    if binding.value is None:
        return False
    try:
        return bool(ast.literal_eval(binding.value) == ast.literal_eval(live)) and (
            ast.dump(ast.parse(repr(ast.literal_eval(binding.value))))
            == ast.dump(ast.parse(repr(ast.literal_eval(live))))
        )
    except (ValueError, SyntaxError):
        return False


def call_of_literals(binding: Statement | None) -> str | None:
    """The right side of `name = module.call(literals…)`, which may be stated again; else None."""
    if binding is None or not isinstance(binding.value, ast.Call):
        return None
    call = binding.value
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not arguments or not all(_is_plain(argument) for argument in arguments):
        return None
    return ast.unparse(call)


def other_name(binding: Statement | None) -> str | None:
    """The right side of `name = other` or `name = module.attribute`; else None."""
    value = binding.value if binding is not None else None
    root = value
    while isinstance(root, ast.Attribute):
        root = root.value
    return ast.unparse(value) if value is not None and isinstance(root, ast.Name) else None


def _is_plain(node: ast.expr) -> bool:
    """A literal, a name, or an attribute such as `re.IGNORECASE`."""
    if isinstance(node, ast.Name | ast.Attribute):
        return True
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
