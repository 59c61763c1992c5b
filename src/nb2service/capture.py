"""Capture: what the marked function needs comes along.

As import, code, literal, artifact, parameter (a literal that the environment may replace) or setup
(code that runs when the service starts).
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nb2service import places, setup
from nb2service.close import JUPYTER_ONLY, unassigned
from nb2service.columns import without_rows
from nb2service.errors import Nb2serviceError
from nb2service.mark import Mark
from nb2service.read import Notebook
from nb2service.repeat import certainly_binds, may_repeat
from nb2service.run import Session
from nb2service.stale import refuse_stale
from nb2service.statements import BUILTINS, Scope, Statement, names_of

Becomes = Literal["import", "code", "literal", "artifact", "parameter", "setup"]
# A service has no screen.
_DISPLAY = """\
def display(*objects, **options):
    \"\"\"Show nothing: what Jupyter shows, a service has no place for.\"\"\"\
"""
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
        classes: what its `classes_` says, if it is a classifier.
    """

    file: str
    format: str
    type: str
    bytes: int
    sha256: str
    state: Mapping[str, Any]
    requires: tuple[str, ...]
    rows: int | None
    classes: tuple[Any, ...] = ()


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
        soft: the global names that only its annotations mention.
        by: the name of what needs it.
        computed: whether the notebook computed it, rather than writing it down.
        artifact: its file, if it is an artifact.
        modules: modules that the text itself names, e.g. `numpy` in `numpy.float64(0.5)`.
        files: for setup code, the files that it reads, as it names them.
        statements: for code, the statements that it consists of.
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
    soft: frozenset[str] = frozenset()
    files: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


async def capture(
    scope: Scope,
    mark: Mark,
    session: Session,
    last_cell: int,
    folder: Path,
    also: Iterable[str] = (),
) -> dict[str, Item]:
    """Take along all that the marked function needs, as its values are now.

    Args:
        scope: the notebook's statements.
        mark: the marked function.
        session: the kernel, stopped after the cell `last_cell`.
        last_cell: statements of later cells have not run.
        folder: where artifacts are saved.
        also: names that are needed besides, such as trained state that predict takes as parameters.

    Returns:
        The items by name, without the marked function itself.

    Raises:
        Nb2serviceError: something has no value, or cannot be saved.
    """
    taking = _Taking(scope, mark, last_cell)
    hard = mark.definition.eager | mark.definition.lazy | {*also}
    taking.want(hard, mark.definition, mark.function)
    taking.want(mark.definition.soft, mark.definition, mark.function, softly=True)
    while names := taking.due():
        replies = await session.ask(
            "values",
            names=[name for name in names if not taking.is_setup(name)],
            folder=str(folder),
            **taking.hints(names),
        )
        for name in names:
            taking.take(name, replies.get(name, {"kind": "setup"}))
    items = taking.finished()
    items |= await _without_rows(mark, session, folder, items, {*also})
    reads = sorted({file for item in items.values() for file in item.files})
    if reads:
        setup.copy_files(scope.notebook, reads, setup.depth(reads), folder / "files")
    return items


async def _without_rows(
    mark: Mark, session: Session, folder: Path, items: Mapping[str, Item], also: set[str]
) -> dict[str, Item]:
    """The tables that are only asked for their columns, saved once more without their rows."""
    artifacts = [item for item in items.values() if item.artifact]
    code = [ast.parse(item.source) for item in items.values() if not item.artifact]
    tables = {item.name for item in artifacts if item.artifact and item.artifact.rows}
    tables -= also.union(*(item.needs for item in artifacts))
    names = sorted(without_rows(tables, [mark.definition.node, *code]))
    if not names:
        return {}
    replies = await session.ask("columns", names=names, folder=str(folder))
    return {
        name: replace(items[name], artifact=_artifact(name, replies[name], None, 0).artifact)
        for name in names
    }


class _Taking:
    """What was taken so far, and what is still wanted."""

    def __init__(self, scope: Scope, mark: Mark, last_cell: int) -> None:
        self.scope = scope
        self.mark = mark
        self.last_cell = last_cell
        self.items: dict[str, Item] = {}
        self._wanted: dict[str, tuple[Statement, str]] = {}
        self._soft: set[str] = set()
        self._pending: set[str] = set()
        self._done: set[str] = {mark.function}

    def want(self, names: Iterable[str], user: Statement, by: str, *, softly: bool = False) -> None:
        """Note names that a statement needs; those that it needs softly may be missing."""
        for name in names:
            if softly and name not in self._wanted:
                self._soft.add(name)
            elif not softly and name in self._soft:
                self._soft.discard(name)
                if name not in self.items:
                    self._done.discard(name)
            self._wanted.setdefault(name, (user, by))
            self._pending.add(name)

    def due(self) -> list[str]:
        """The wanted names that nothing is known about yet."""
        due = sorted(n for n in self._pending - self._done if not self._is_builtin(n))
        self._pending.clear()
        return due

    def binding(self, name: str) -> Statement | None:
        """The statement that gave the name its value."""
        return self.scope.binding(name, self.last_cell)

    def is_setup(self, name: str) -> bool:
        """Whether setup code makes the value, when the service starts."""
        binding = self.binding(name)
        return (
            binding is not None
            and binding.cell.is_setup
            and not (binding.is_import or binding.is_definition)
            and not isinstance(binding.node, ast.Delete)
        )

    def hints(self, names: Iterable[str]) -> dict[str, Any]:
        """What the kernel side must know of the statements that bind the names."""
        bindings = {name: self.binding(name) for name in names}
        steady = {n: b for n, b in bindings.items() if b and self._is_steady(n, b)}
        return {
            "restated": {n: _call_of_literals(b) for n, b in steady.items()},
            "aliases": {n: _other_name(b) for n, b in steady.items() if _other_name(b)},
            "unseen": [n for n, b in bindings.items() if b is None],
            "by_value": [n for n, b in bindings.items() if b and not _is_shown(self.scope, n, b)],
        }

    def _is_steady(self, name: str, binding: Statement) -> bool:
        """Whether what the statement uses is still bound as it was when it ran."""
        return all(
            need != name and self.scope.binding_before(need, binding) is self.binding(need)
            for need in binding.eager
        )

    def take(self, name: str, reply: dict[str, Any]) -> None:
        """Take what the kernel said about a name, and want what it needs in turn."""
        self._done.add(name)
        user, by = self._wanted[name]
        item = self._taken(name, user, reply)
        if item is None:
            return
        self.items[name] = replace(item, by=by)
        maker = self.binding(name) or user
        self.want(item.needs | item.calls_need, maker, name)
        self.want(item.soft, maker, name, softly=True)

    def finished(self) -> dict[str, Item]:
        """All items, their needs complete."""
        items = {
            name: replace(item, needs=item.needs | (item.soft & self.items.keys()))
            for name, item in self.items.items()
        }
        items |= self._setup_blocks()
        return _in_turn(self.scope, items, self.last_cell)

    def _is_builtin(self, name: str) -> bool:
        if name in JUPYTER_ONLY or name not in BUILTINS:
            return False
        return not self.scope.binds(name) and not self.scope.has_unseen_names

    def _taken(self, name: str, user: Statement, reply: dict[str, Any]) -> Item | None:
        binding = self.binding(name)
        if name == "display" and (binding is None or _is_from_ipython(binding)):
            return Item(name, "code", _DISPLAY, None)
        if binding is None and name in BUILTINS and not _is_from_library(reply):
            return None
        if name in self._soft and reply["kind"] in ("missing", "builtin", "artifact", "unsavable"):
            return None
        if name in JUPYTER_ONLY or reply["kind"] == "missing" or binding is None:
            if reply["kind"] in ("missing", "builtin") or name in JUPYTER_ONLY:
                raise unassigned(self.scope, user, name, self.last_cell)
            return _unseen(self.scope, name, user, reply)
        if self.is_setup(name):
            return self._setup(name, binding)
        item = _item(self.scope, name, binding, user, reply, self.last_cell)
        if isinstance(binding.node, ast.Import):
            source = _dotted_imports(self.scope, name, self.last_cell, item.source)
            return replace(item, source=source)
        refuse_stale(self.scope, name, item.statements, self.last_cell)
        return item

    def _setup(self, name: str, binding: Statement) -> Item:
        statements = setup.statements_for(self.scope, binding.cell, [name])
        bound = {n for statement in statements for n in statement.binds}
        return Item(
            name,
            "setup",
            "",
            binding.cell.number,
            statements[0].line,
            frozenset(n for s in statements for n in s.eager) - bound
            | (bound & self._wanted.keys()),
            frozenset(n for s in statements for n in s.lazy) - bound,
        )

    def _setup_blocks(self) -> dict[str, Item]:
        """The setup items, with one text for all that a cell brings; cells follow one another."""
        of_cell: dict[int, list[Item]] = {}
        for item in self.items.values():
            if item.becomes == "setup":
                of_cell.setdefault(item.cell or 0, []).append(item)
        blocks: dict[str, Item] = {}
        reads = {cell: self._reads(items) for cell, items in of_cell.items()}
        levels = setup.depth(file for files in reads.values() for file in files)
        for number in sorted(of_cell):
            names = [item.name for item in of_cell[number]]
            statements = self._setup_statements(of_cell[number])
            home = f'"{setup.below(levels)}"' if levels else ""
            within = f"with notebook_folder({home}):" if reads[number] else ""
            needs = frozenset(n for item in of_cell[number] for n in item.needs) - {*names}
            for item in of_cell[number]:
                blocks[item.name] = replace(
                    item,
                    source=setup.block(statements, within),
                    line=statements[0].line,
                    needs=needs | frozenset(n for n in blocks if blocks[n].cell != number),
                    files=tuple(reads[number]),
                )
        return blocks

    def _setup_statements(self, items: Iterable[Item]) -> list[Statement]:
        bindings = [self.binding(item.name) for item in items]
        cell = next(b.cell for b in bindings if b is not None)
        return setup.statements_for(self.scope, cell, [item.name for item in items])

    def _reads(self, items: list[Item]) -> list[str]:
        needed = [self.items[n] for item in items for n in item.needs if n in self.items]
        texts = {
            part.value
            for item in needed
            if item.becomes in ("literal", "parameter")
            for part in ast.walk(ast.parse(item.source))
            if isinstance(part, ast.Constant) and isinstance(part.value, str)
        }
        return setup.files_read(self.scope.notebook, self._setup_statements(items), texts)


def _is_from_ipython(binding: Statement) -> bool:
    node = binding.node
    return isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "IPython"


def _is_from_library(reply: Mapping[str, Any]) -> bool:
    """Whether a name that is also a builtin is something else: `sum` after `from numpy import *`."""
    module = reply.get("imported_from")
    return bool(module) and str(module).partition(".")[0] not in ("builtins", "io", "IPython")


def _in_turn(scope: Scope, items: dict[str, Item], last_cell: int) -> dict[str, Item]:
    """Let what code binds by the way be bound before what later statements made of that name."""
    ordered = dict(items)
    for name, item in items.items():
        binding = scope.binding(name, last_cell)
        if item.becomes != "code" or binding is None:
            continue
        for other in binding.binds - {name}:
            rival = ordered.get(other)
            if rival is not None and rival.source != item.source:
                ordered[other] = replace(rival, needs=rival.needs | {name})
    return ordered


def _item(
    scope: Scope,
    name: str,
    binding: Statement,
    by: Statement,
    reply: dict[str, Any],
    last_cell: int,
) -> Item:
    kind = reply["kind"]
    cell, line = binding.cell.number, binding.line
    if binding.is_import:
        if binding.is_star:
            return _unseen(scope, name, by, reply, cell)
        return Item(name, "import", _one_import(binding, name), cell, line)
    code = _code(scope, name, binding, kind, last_cell)
    if code is not None:
        return code
    if kind in ("code", "module"):
        return _unseen(scope, name, by, reply, cell)
    if kind == "literal":
        literal = _literal(name, reply, cell, line)
        if _written_literal(binding, reply["source"]):
            literal = Item(name, "literal", binding.source, cell, line)
        return _parameter(scope.notebook, binding, literal)
    if kind == "unsavable":
        raise Nb2serviceError(
            scope.notebook.place(binding.cell, binding.line),
            f"`{name}`, which {by_name(by)} needs, is a {reply['type']} and cannot be saved "
            f"({reply['error']})",
            "Mark the cell that makes it `setup` (first line `#| setup`, or the tag): then its code "
            "runs when the service starts.",
        )
    return _artifact(name, reply, cell, line)


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


def _is_shown(scope: Scope, name: str, binding: Statement) -> bool:
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


def _parameter(notebook: Notebook, binding: Statement, literal: Item) -> Item:
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
        classes=tuple(reply.get("classes") or ()),
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
        case {"kind": "code", "source": str(source)}:
            _, eager, lazy = names_of(source)
            return Item(name, "code", source, cell, 0, eager, lazy)
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


def _call_of_literals(binding: Statement | None) -> str | None:
    """The right side of `name = module.call(literals…)`, which may be stated again; else None."""
    if binding is None or not isinstance(binding.value, ast.Call):
        return None
    call = binding.value
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    if not arguments or not all(_is_plain(argument) for argument in arguments):
        return None
    return ast.unparse(call)


def _other_name(binding: Statement | None) -> str | None:
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
