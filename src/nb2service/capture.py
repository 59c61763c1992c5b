"""Capture: what the marked function needs comes along as import, code, literal or artifact."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nb2service.close import unassigned
from nb2service.errors import Nb2serviceError
from nb2service.mark import Mark
from nb2service.run import Session
from nb2service.statements import BUILTINS, Scope, Statement

Becomes = Literal["import", "code", "literal", "artifact"]


@dataclass(frozen=True)
class Artifact:
    """A value in a file of its own.

    Attributes:
        file: the file's name in `artifacts/`.
        format: the name of the format, a module of `formats/`.
        type: the value's type, e.g. `xgboost.sklearn.XGBClassifier`.
        bytes: the file's size.
        sha256: of the file.
        state: what the format must know to load it, JSON-able.
        requires: distributions that loading needs beyond the modules that the file names.
        rows: the number of rows if it is a DataFrame.

    """

    file: str
    format: str
    type: str
    bytes: int
    sha256: str
    state: Mapping[str, Any]
    requires: tuple[str, ...]
    rows: int | None


@dataclass(frozen=True)
class Item:
    """One thing that comes along.

    Attributes:
        name: the global name that it is bound to.
        becomes: what it turns into in the service.
        source: the text that stands for it in `predict.py`.
        cell: the number of the cell that it comes from; None if no cell shows it.
        line: the line in that cell.
        needs: the global names that must exist when this text runs.
        calls_need: the global names that functions in this text need when they are called.
        by: the name of what needs it.
        computed: whether the notebook computed it, rather than writing it down.
        artifact: its file, if it is an artifact.
        modules: modules that the text itself names, e.g. `numpy` in `numpy.float64(0.5)`.

    """

    name: str
    becomes: Becomes
    source: str
    cell: int | None
    line: int = 0
    needs: frozenset[str] = frozenset()
    calls_need: frozenset[str] = frozenset()
    by: str = ""
    computed: bool = False
    artifact: Artifact | None = None
    modules: tuple[str, ...] = field(default=())


async def capture(
    scope: Scope, mark: Mark, session: Session, last_cell: int, folder: Path
) -> dict[str, Item]:
    """Take along all that the marked function needs, as its values are now.

    Args:
        scope: the notebook's statements.
        mark: the marked function.
        session: the kernel, stopped after the cell `last_cell`.
        last_cell: statements of later cells have not run.
        folder: where artifacts are saved.

    Returns:
        The items by name, without the marked function itself.

    Raises:
        Nb2serviceError: something has no value, or cannot be saved.

    """
    definition = mark.definition
    items: dict[str, Item] = {}
    wanted = dict.fromkeys(definition.eager | definition.lazy, definition)
    wanted_by = dict.fromkeys(wanted, mark.function)
    while wanted := {
        name: by for name, by in wanted.items() if name not in items and name != mark.function
    }:
        bindings = {name: scope.binding(name, last_cell) for name in wanted}
        replies = await session.ask(
            "values",
            names=sorted(wanted),
            restated={n: _call_of_literals(b) for n, b in bindings.items()},
            folder=str(folder),
        )
        found: dict[str, Statement] = {}
        for name in sorted(wanted):
            by, binding, reply = wanted[name], bindings[name], replies[name]
            if reply["kind"] == "builtin" and binding is None:
                if name not in BUILTINS:
                    raise unassigned(scope, by, name)
                continue
            item = _item(scope, name, binding, by, reply)
            if binding is not None and isinstance(binding.node, ast.Import):
                item = replace(item, source=_dotted_imports(scope, name, last_cell, item.source))
            items[name] = replace(item, by=wanted_by[name])
            for need in item.needs | item.calls_need:
                found.setdefault(need, binding or by)
                wanted_by.setdefault(need, name)
        wanted = {n: s for n, s in found.items() if n not in BUILTINS or scope.binds(n)}
    return items


def _item(
    scope: Scope, name: str, binding: Statement | None, by: Statement, reply: dict[str, Any]
) -> Item:
    kind = reply["kind"]
    if kind == "missing":
        raise unassigned(scope, by, name)
    if binding is None:
        return _unseen(scope, name, by, reply)
    cell, line = binding.cell.number, binding.line
    if binding.is_import:
        if binding.is_star:
            return _unseen(scope, name, by, reply, cell)
        return Item(name, "import", _one_import(binding, name), cell, line)
    whole = isinstance(binding.node, ast.If | ast.Try) and kind in ("code", "module")
    if binding.is_definition or whole or (kind in ("code", "restated") and binding.value):
        return Item(name, "code", binding.source, cell, line, binding.eager, binding.lazy)
    if kind in ("code", "module"):
        return _unseen(scope, name, by, reply, cell)
    if kind == "literal":
        written = _written_literal(binding, reply["source"])
        if written:
            return Item(name, "literal", binding.source, cell, line)
        return _literal(name, reply, cell, line)
    if kind == "unsavable":
        raise Nb2serviceError(
            scope.notebook.place(binding.cell, binding.line),
            f"`{name}`, which {by_name(by)} needs, is a {reply['type']} and cannot be saved "
            f"({reply['error']})",
            "Make it inside the function that uses it, or save and load what it holds instead.",
        )
    return _artifact(name, reply, cell, line)


def by_name(statement: Statement) -> str:
    """What messages call a statement that needs something."""
    if statement.is_definition:
        return f"`{statement.node.name}`"  # type: ignore[attr-defined]
    return f"`{statement.source.splitlines()[0][:40]}`"


def _literal(name: str, reply: Mapping[str, Any], cell: int | None, line: int) -> Item:
    source = f"{name} = {reply['source']}"
    modules = tuple(reply["imports"])
    return Item(name, "literal", source, cell, line, computed=True, modules=modules)


def _artifact(name: str, reply: Mapping[str, Any], cell: int | None, line: int) -> Item:
    artifact = Artifact(
        file=reply["file"],
        format=reply["format"],
        type=reply["type"],
        bytes=reply["bytes"],
        sha256=reply["sha256"],
        state=reply["state"],
        requires=tuple(reply["requires"]),
        rows=reply["rows"],
    )
    source = f'{name} = load_artifact("{artifact.file}")'
    needs = frozenset(reply["needs"])
    return Item(name, "artifact", source, cell, line, needs, computed=True, artifact=artifact)


def _unseen(
    scope: Scope, name: str, by: Statement, reply: Mapping[str, Any], cell: int | None = None
) -> Item:
    """An item for a name that a star import, a magic or `exec` bound."""
    match reply:
        case {"kind": "module", "module": module}:
            source = f"import {module}" if module == name else f"import {module} as {name}"
            return Item(name, "import", source, cell)
        case {"imported_from": str(module)}:
            return Item(name, "import", f"from {module} import {name}", cell)
        case {"kind": "literal"}:
            return _literal(name, reply, cell, 0)
        case {"kind": "artifact"}:
            return _artifact(name, reply, cell, 0)
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


def _dotted_imports(scope: Scope, name: str, last_cell: int, source: str) -> str:
    """`import a.b` and `import a.c` both bind `a`, and both are needed."""
    lines = [source]
    for statement in scope.statements:
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


def _call_of_literals(binding: Statement | None) -> str | None:
    """The right side of `name = module.call(literals…)`, which may be stated again; else None."""
    if binding is None or not isinstance(binding.value, ast.Call):
        return None
    call = binding.value
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not arguments or not all(_is_plain(argument) for argument in arguments):
        return None
    return ast.unparse(call)


def _is_plain(node: ast.expr) -> bool:
    """A literal, a name, or an attribute such as `re.IGNORECASE`."""
    if isinstance(node, ast.Name | ast.Attribute):
        return True
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True
