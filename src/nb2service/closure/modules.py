"""Modules that a piece of code imports, and those beside the notebook that come along.

A module of the user's own, beside the notebook or wherever `sys.path` found it, is copied to
`model/modules/` under its own name, if the extracted code or an artifact imports it, or a module that
does. Nothing of it is changed.
"""

import ast
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nb2service.errors import Nb2serviceError

# Names that mean something else in the service: its own packages, and the libraries that serve.
TAKEN_NAMES = frozenset(
    {
        *("model", "service", "tests", "flask", "gunicorn", "msgspec", "prometheus_client"),
        *("werkzeug", "jinja2", "click", "itsdangerous", "blinker", "markupsafe", "packaging"),
    }
)


@dataclass(frozen=True)
class LocalModule:
    """A module of the user's own that comes along.

    Attributes:
        name: its full name, e.g. `features.text`.
        file: the file that holds it.
        by: what imports it, in words.
    """

    name: str
    file: Path
    by: str

    @property
    def is_package(self) -> bool:
        """Whether it is a package."""
        return self.file.name == "__init__.py"

    @property
    def path(self) -> str:
        """Its path in the folder `model/modules/`."""
        stem = self.name.replace(".", "/")
        return f"{stem}/__init__.py" if self.is_package else f"{stem}.py"


@dataclass(frozen=True)
class Loaded:
    """What is loaded in the kernel.

    Attributes:
        local: the user's own modules: name -> file.
        others: the top-level names of all other modules.
        folder: the notebook's folder.
    """

    local: Mapping[str, Path]
    others: frozenset[str]
    folder: Path

    def file(self, name: str) -> Path | None:
        """The file of a module of the user's own, also of one that nothing has imported yet."""
        known = self.local.get(name)
        top, _, rest = name.partition(".")
        if known is not None or top in self.others or top in sys.stdlib_module_names:
            return known
        for root in self._roots(top):
            base = root.joinpath(*rest.split(".")) if rest else root
            for file in (base / "__init__.py", base.with_name(f"{base.name}.py")):
                if file.is_file():
                    return file
        return None

    def _roots(self, top: str) -> list[Path]:
        """The folders, real or not, that a top-level name may stand for."""
        found = []
        for name, file in self.local.items():
            depth = name.count(".") + (file.name == "__init__.py")
            above = file.parents[depth]  # the folder on `sys.path` that it was found in
            if above not in found:
                found.append(above)
        return [folder / top for folder in (*found, self.folder)]


def imported(code: str) -> set[str]:
    """The full names of the modules that `code` imports, anywhere in it, also inside functions.

    Relative imports are left out: a notebook has no package that they could be relative to.
    """
    return {name for node in ast.walk(ast.parse(code)) for name in _modules_of(node)}


def tried(code: str) -> set[str]:
    """The modules that `code` imports only where it goes on without them: in a `try`."""
    tree = ast.parse(code)
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Try) and any(map(_catches_missing, node.handlers)):
            inside.update(part for statement in node.body for part in ast.walk(statement))
    found = {name for node in inside for name in _modules_of(node)}
    return found - {n for part in ast.walk(tree) if part not in inside for n in _modules_of(part)}


def _modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    """Whether it catches the error of a module that is not there."""
    names = {part.id for part in ast.walk(handler.type or handler) if isinstance(part, ast.Name)}
    caught = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
    return handler.type is None or bool(names & caught)


def come_along(
    loaded: Loaded, code: Iterable[tuple[str, str]], artifacts: Iterable[tuple[str, Path]]
) -> tuple[LocalModule, ...]:
    """Find the user's own modules that the service needs.

    Args:
        loaded: what is loaded in the kernel.
        code: the extracted code, piece by piece: who it is, and its text.
        artifacts: the artifacts: who each is, and its file.

    Returns:
        The modules, by name.

    Raises:
        Nb2serviceError: one of them cannot come along.
    """
    pending = [(name, by) for by, text in code for name in _candidates(text, "")]
    if loaded.local:
        for by, artifact in artifacts:
            data = artifact.read_bytes()
            pending += [(name, by) for name in loaded.local if names(data, name)]
    found: dict[str, LocalModule] = {}
    while pending:
        name, by = pending.pop(0)
        parent = name.rpartition(".")[0]
        if parent:
            pending.append((parent, by))
        if name in found:
            continue
        file = loaded.file(name)
        if file is None:
            continue
        _check(name, file, by)
        module = found[name] = LocalModule(name, file, by)
        package = name if module.is_package else parent
        text = file.read_text(encoding="utf-8", errors="replace")
        pending += [(inner, name) for inner in _candidates(text, package)]
    return tuple(found[name] for name in sorted(found))


def copy(modules: Iterable[LocalModule], folder: Path) -> None:
    """Copy the modules into the folder `model/modules/`."""
    for module in modules:
        target = folder / module.path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(module.file.read_bytes())


def third_party(modules: Iterable[LocalModule], loaded: Loaded) -> set[str]:
    """The modules of others that these import and that the kernel has loaded.

    What it has not loaded is imported in a `try`, or in a function that nothing has called.
    """
    found = set()
    for module in modules:
        text = module.file.read_text(encoding="utf-8", errors="replace")
        found |= {m for m in imported(text) if m.partition(".")[0] in loaded.others}
    return found


def files_named(modules: Iterable[LocalModule], folder: Path) -> dict[str, str]:
    """The data files that the modules name, which do not come along: file -> module."""
    found: dict[str, str] = {}
    for module in modules:
        tree = ast.parse(module.file.read_text(encoding="utf-8", errors="replace"))
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            text = node.value
            if not 2 < len(text) < 200 or "\n" in text or "." not in text or "\0" in text:
                continue
            places = (module.file.parent / text, folder / text)
            if any(place.is_file() for place in places) and not text.endswith((".py", ".")):
                found.setdefault(text, module.name)
    return found


def names(data: bytes, module: str) -> bool:
    """Whether a pickle in `data` looks something up in the module."""
    name = module.encode()
    short = bytes([len(name)]) if len(name) < 256 else b""
    return b"\x8c" + short + name in data or b"c" + name + b"\n" in data


def _candidates(code: str, package: str) -> Iterator[str]:
    """The modules that code in a package may import: `from a import b` may mean a.b, too."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            if base:
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _check(name: str, file: Path, by: str) -> None:
    top = name.partition(".")[0]
    if top in TAKEN_NAMES or top in sys.stdlib_module_names:
        whose = "Python's own" if top in sys.stdlib_module_names else "the service's own"
        raise Nb2serviceError(
            str(file),
            f"this module, which {by} imports, is called `{top}` like one of {whose}",
            f"Give it another name, such as `my_{top}`, there and in the imports of the notebook.",
        )
    if file.suffix != ".py":
        raise Nb2serviceError(
            str(file),
            f"the module `{name}`, which {by} imports, is compiled, so it cannot be copied",
            "Make a package of it that pip can install, and install that in the notebook's Python.",
        )
    try:
        ast.parse(file.read_bytes())
    except SyntaxError as error:
        raise Nb2serviceError(
            f"{file}, line {error.lineno}",
            f"the module `{name}`, which {by} imports, is not Python ({error.msg})",
            "Mend it, restart the kernel and run the notebook again.",
        ) from None
