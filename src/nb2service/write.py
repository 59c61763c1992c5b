"""Write: the folder `model/`, whole, from what was captured and inferred."""

import ast
import hashlib
import json
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.capture import Item
from nb2service.infer import Inference
from nb2service.mark import Mark
from nb2service.modules import LocalModule, copy
from nb2service.read import Notebook
from nb2service.statements import BUILTINS, Scope
from nb2service.version import version

WIDTH = 95
_EXAMPLES = 3
# How each kind of text begins that calls one of `model/loading.py`'s functions.
_HELPERS = {
    "artifact": ("load_artifact", "load", re.compile(r"(?<= = )load_artifact(?=\()")),
    "parameter": ("parameter", "parameter", re.compile(r"(?<= = )parameter(?=\()")),
    "setup": (
        "notebook_folder",
        "notebook_folder",
        re.compile(r"(?<=\Awith )notebook_folder(?=\()"),
    ),
}
# Comments that are marks, ours or other tools'.
_MARK_LINE = re.compile(r"#\s*(?:\||%%|predict\s*(?::.*)?$|(?:nuclio|mlrun):|(?:GET|POST|PUT)\s+/)")
_ALIAS = re.compile(r"import (\w+) as (\w+)")
_DEFINES = re.compile(r"^(?:async def|def|class|@)", re.MULTILINE)
_ORDER = {"import": 0, "parameter": 1, "literal": 1, "code": 2, "artifact": 3, "setup": 4}
# Texts of one line, which stand together.
_LINES = ("literal", "parameter", "artifact")


@dataclass(frozen=True)
class Extraction:
    """All that was taken from the notebook, before it is proven.

    Attributes:
        notebook: the notebook.
        mark: the marked function.
        items: what came along, by name.
        inference: what the recorded calls told.
        model_version: what answers carry as `model_version`.
        python: the version of the kernel's Python.
        notes: what the user should know about it, in words.
        bound: parameters of predict that are trained state -> the names that they are bound to.
        modules: the user's own modules that come along.
        imports: what these import of others.
    """

    notebook: Notebook
    mark: Mark
    items: Mapping[str, Item]
    inference: Inference
    model_version: str
    python: str
    notes: tuple[str, ...] = ()
    bound: Mapping[str, str] = field(default_factory=dict)
    modules: tuple[LocalModule, ...] = ()
    imports: frozenset[str] = frozenset()

    @property
    def record_class(self) -> str | None:
        """The class of the notebook that predict wants its record to be; None if it takes a dict."""
        container = self.inference.container
        if self.inference.input != "record" or container in (None, "pandas.Series"):
            return None
        return str(container).rpartition(".")[2]

    @property
    def served(self) -> str:
        """The name in `predict.py` that the service calls."""
        function = self.mark.function
        return f"{function}_record" if self.record_class else function

    @property
    def classes(self) -> tuple[Any, ...]:
        """What the columns of the answers stand for, if the one classifier that is served says it."""
        inference = self.inference
        answers = [answer for call in inference.calls for answer in call.answers]
        known = {i.artifact.classes for i in self.artifacts if i.artifact and i.artifact.classes}
        if inference.input not in ("frame", "rows") or inference.whole or len(known) != 1:
            return ()
        (classes,) = known
        fits = all(
            isinstance(answer, list) and len(answer) == len(classes) and _are_numbers(answer)
            for answer in answers
        )
        return classes if answers and fits else ()

    @property
    def artifacts(self) -> list[Item]:
        """The items that are artifacts, by file name."""
        found = [item for item in self.items.values() if item.artifact]
        return sorted(found, key=lambda item: item.name)


def predict_source(scope: Scope, extraction: Extraction) -> str:
    """The text of `model/predict.py`: imports, constants, helpers, artifacts, predict."""
    mark = extraction.mark
    items = dict(extraction.items)
    items, loading = _with_helpers(items)
    head = (
        f'"""Extracted from {_quoted(extraction.notebook.name)}, cell {mark.cell.number}, '
        f"by nb2service {version()}.\n\n"
        'Do not edit it: change the notebook and generate again.\n"""'
    )
    future = [s for s in scope.statements if s.is_future and s.cell.number <= mark.cell.number]
    imports = [i for i in items.values() if i.becomes == "import"]
    blocks = [head, *dict.fromkeys(s.source for s in future)]
    blocks += [_import_block(of_cell) for of_cell in _by_cell(imports)]
    own = ["from functools import partial"] if extraction.bound and "partial" not in items else []
    own += [f"import {module}" for module in sorted(_missing_modules(items))]
    own += loading
    if own:
        blocks.append("\n".join(own))
    aliases = _aliases(items)
    last: Item | None = None
    for item in _in_order([i for i in items.values() if i.becomes != "import"], items):
        same_place = (
            last is not None and last.cell == item.cell and _comment(last) == _comment(item)
        )
        text = _text(_renamed(item, aliases))
        compact = (
            same_place and item.becomes in _LINES and last is not None and last.becomes in _LINES
        )
        if compact:
            blocks[-1] += "\n" + text
        else:
            blocks.append(text if same_place else f"{_comment(item)}\n{text}")
        last = item
    blocks.append(f"# cell {mark.cell.number}, the marked one\n{_without_mark(mark)}")
    blocks += _served_blocks(extraction)
    return _spaced(blocks)


def _with_helpers(items: Mapping[str, Item]) -> tuple[dict[str, Item], list[str]]:
    """The items under names for the helpers that none of them has, and the import of these."""
    renamed, imports = dict(items), []
    for kind, (shown, helper, call) in _HELPERS.items():
        users = [i for i in items.values() if i.becomes == kind and call.search(i.source)]
        alias = shown
        while alias in items:
            alias += "_"
        for item in users:
            renamed[item.name] = replace(item, source=call.sub(alias, item.source, count=1))
        if users:
            imports.append(helper if helper == alias else f"{helper} as {alias}")
    return renamed, [f"from model.loading import {', '.join(sorted(imports))}"] if imports else []


def _served_blocks(extraction: Extraction) -> list[str]:
    """What stands between the service and the notebook's function, where that takes more than JSON."""
    function, blocks = extraction.mark.function, []
    if extraction.bound:
        given = ", ".join(f"{name}={value}" for name, value in extraction.bound.items())
        blocks.append(
            "# what the notebook passes on in every call\n"
            f"{function} = partial({function}, {given})"
        )
    if extraction.record_class:
        parameter = extraction.inference.parameter
        blocks.append(
            f"def {extraction.served}(record):\n"
            f'    """Answer a record of a request, which becomes a {extraction.record_class}."""\n'
            f"    return {function}({parameter}={extraction.record_class}(**record))"
        )
    return blocks


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in values)


def write_model(scope: Scope, extraction: Extraction, folder: Path, artifacts: Path) -> None:
    """Write everything of `model/` but what needs the proof: the requirements and the checksums.

    Args:
        scope: the notebook's statements.
        extraction: what was taken.
        folder: the folder to write; it must not exist.
        artifacts: the folder in which the kernel saved the artifacts.
    """
    folder.mkdir(parents=True)
    for name in ("__init__.py", "loading.py", "threads.py"):
        shutil.copyfile(places.template() / "model" / name, folder / name)
    used = sorted({i.artifact.format for i in extraction.artifacts if i.artifact})
    if used:
        (folder / "formats").mkdir()
        init = places.template() / "model" / "formats" / "__init__.py"
        shutil.copyfile(init, folder / "formats" / "__init__.py")
        for form in used:
            shutil.copyfile(places.FORMATS / f"{form}.py", folder / "formats" / f"{form}.py")
        (folder / "artifacts").mkdir()
        for item in extraction.artifacts:
            assert item.artifact is not None
            shutil.copyfile(
                artifacts / item.artifact.file, folder / "artifacts" / item.artifact.file
            )
    if (artifacts / "files").is_dir():
        shutil.copytree(artifacts / "files", folder / "files")
    copy(extraction.modules, folder / "modules")
    source = predict_source(scope, extraction)
    (folder / "predict.py").write_text(source, encoding="utf-8")
    calls = [
        {"records": c.records, "answers": _named(extraction, c.answers), "many": c.many}
        for c in extraction.inference.calls
    ]
    (folder / "calls.json").write_text(_lines(calls), encoding="utf-8")


def contract_of(extraction: Extraction) -> dict[str, Any]:
    """The contract, as JSON-able data; nothing in it depends on the time or the machine."""
    inference, mark = extraction.inference, extraction.mark
    pairs = [
        {"record": record, "answer": answer}
        for call in inference.calls
        for record, answer in zip(call.records, _named(extraction, call.answers), strict=True)
    ]
    examples: list[dict[str, Any]] = []
    for pair in pairs:
        if pair["record"] not in [e["record"] for e in examples]:
            examples.append(pair)
        if len(examples) == _EXAMPLES:
            break
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": extraction.notebook.path.stem,
        "$defs": {"record": inference.record, "answer": inference.answer},
        "predict": {
            "function": extraction.served,
            "input": inference.input,
            **_wanted(extraction),
            "answer_name": mark.answer_name or "prediction",
            "answer": inference.answers_are,
            "whole": inference.whole,
            "rowwise": True,
        },
        "model_version": extraction.model_version,
        "artifacts": {
            item.artifact.file: {
                "format": item.artifact.format,
                "type": item.artifact.type,
                "bytes": item.artifact.bytes,
                "sha256": item.artifact.sha256,
                "state": dict(item.artifact.state),
            }
            for item in extraction.artifacts
            if item.artifact
        },
        "parameters": _parameters(extraction),
        "imports": [],
        "examples": examples,
        "provenance": {
            "notebook": extraction.notebook.name,
            "notebook_sha256": extraction.notebook.sha256,
            "cell": mark.cell.number,
            "generator": f"nb2service {version()}",
            "python": extraction.python,
            "packages": {},
        },
    }


def _parameters(extraction: Extraction) -> dict[str, Any]:
    """The environment variables that the extracted code reads, with their defaults."""
    found = {}
    for name, item in sorted(extraction.items.items()):
        if item.becomes == "parameter":
            call = ast.parse(item.source.partition(" = ")[2], mode="eval").body
            assert isinstance(call, ast.Call)
            default = ast.literal_eval(call.args[1])
            found[name] = {"type": type(default).__name__, "default": default}
    return found


def _wanted(extraction: Extraction) -> dict[str, Any]:
    """How predict wants its input, beyond its kind; only what is not the obvious."""
    inference = extraction.inference
    if extraction.record_class:
        return {}
    wanted: dict[str, Any] = {}
    if inference.parameter and extraction.bound:
        wanted["parameter"] = inference.parameter
    if inference.container:
        wanted |= {"container": inference.container, "dtype": inference.dtype}
    if inference.input == "rows":
        one = list(inference.record["properties"]) == [inference.parameter]
        wanted["row"] = "value" if one else "fields"
    if extraction.classes:
        wanted["classes"] = list(extraction.classes)
    return wanted


def _named(extraction: Extraction, answers: Sequence[Any]) -> list[Any]:
    """The answers, their columns under the names of the classes where these are known."""
    classes = extraction.classes
    return [dict(zip(classes, a, strict=True)) for a in answers] if classes else list(answers)


def write_contract(folder: Path, contract: Mapping[str, Any]) -> None:
    """Write `contract.json` into the folder `model/`."""
    text = json.dumps(contract, indent=2, ensure_ascii=False, allow_nan=False)
    (folder / "contract.json").write_text(text + "\n", encoding="utf-8")


def write_checksums(folder: Path) -> None:
    """Write `SHA256SUMS` over every other file of the folder `model/`, as `sha256sum` would."""
    lines = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = path.relative_to(folder).as_posix()
        if name != "SHA256SUMS" and "__pycache__" not in path.parts:
            lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    (folder / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def _lines(calls: Sequence[Mapping[str, Any]]) -> str:
    """JSON with one call a line: readable in a diff, and not ten thousand lines long."""
    inner = ",\n".join(json.dumps(call, ensure_ascii=False, allow_nan=False) for call in calls)
    return f"[\n{inner}\n]\n"


def _quoted(name: str) -> str:
    """A notebook's name inside a docstring: data, never code."""
    return name.replace("\\", "\\\\").replace('"', '\\"')


def _by_cell(items: Iterable[Item]) -> list[list[Item]]:
    cells: dict[int, list[Item]] = {}
    for item in sorted(items, key=lambda i: (i.cell or 0, i.line, i.name)):
        cells.setdefault(item.cell or 0, []).append(item)
    return list(cells.values())


def _import_block(items: Sequence[Item]) -> str:
    """The imports of one cell; what one `from … import a, b` brought is one line again."""
    statements = dict.fromkeys(s for item in items for s in _import_statements(item.source))
    merged: list[str] = []
    for line in statements:
        previous = merged[-1].partition(" import ") if merged else ("", "", "")
        head, word, names = line.partition(" import ")
        if word and head == previous[0] and not {"#", "(", "\\"} & set(merged[-1] + line):
            merged[-1] += f", {names}"
        else:
            merged.append(line)
    comment = f"# cell {items[0].cell}\n" if items[0].cell else ""
    return comment + "\n".join(merged)


def _import_statements(source: str) -> list[str]:
    """The statements of an import item: one as written, or several of one line each."""
    body = ast.parse(source).body
    return [source] if len(body) == 1 else [ast.unparse(node) for node in body]


def _missing_modules(items: Mapping[str, Item]) -> set[str]:
    """Modules that computed literals name and that no import of the notebook brings."""
    named = {module for item in items.values() for module in item.modules}
    return {m for m in named if m not in items and m not in _aliases(items)}


def _aliases(items: Mapping[str, Item]) -> dict[str, str]:
    """Top-level modules that the notebook imports under another name: `numpy` -> `np`."""
    found = (_ALIAS.fullmatch(item.source.strip()) for item in items.values())
    return {match[1]: match[2] for match in found if match}


def _renamed(item: Item, aliases: Mapping[str, str]) -> Item:
    """The item with the notebook's own names for the modules in its literal."""
    if not aliases.keys() & set(item.modules):
        return item

    class Rename(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.Name:
            return ast.Name(aliases[node.id], node.ctx) if node.id in item.modules else node

    return replace(item, source=ast.unparse(Rename().visit(ast.parse(item.source))))


def _spaced(blocks: Sequence[str]) -> str:
    """Put one blank line between blocks, and two around functions and classes."""
    text = blocks[0]
    for before, block in pairwise(blocks):
        wide = _DEFINES.search(before) or _DEFINES.search(block)
        text += ("\n\n\n" if wide else "\n\n") + block
    return text + "\n"


def _comment(item: Item) -> str:
    where = f"# cell {item.cell}" if item.cell else "# no cell shows where this comes from"
    if item.source.startswith("def display("):
        where = "# what Jupyter shows in the notebook"
    if item.artifact:
        return f"{where}, computed there: {item.artifact.type.rpartition('.')[2]}"
    if item.becomes == "setup":
        return f"{where}, runs when the service starts"
    if item.becomes == "parameter":
        return f"{where}, from the environment"
    return f"{where}, computed there" if item.computed else where


def _text(item: Item) -> str:
    """The item's text; a computed container that is too long for a line is broken at its commas."""
    if not item.computed or len(item.source) <= WIDTH:
        return item.source.rstrip()
    value = ast.parse(item.source.partition(" = ")[2], mode="eval").body
    match value:
        case ast.Dict(keys=keys, values=values):
            parts = [
                f"{ast.unparse(k)}: {ast.unparse(v)}"
                for k, v in zip(keys, values, strict=True)
                if k
            ]
            opening, closing = "{", "}"
        case ast.List(elts=elements) | ast.Tuple(elts=elements) | ast.Set(elts=elements):
            parts = [ast.unparse(element) for element in elements]
            whole = ast.unparse(value)
            opening, closing = whole[0], whole[-1]
        case _:
            return item.source
    lines = [""]
    for part in parts:
        if lines[-1] and len(lines[-1]) + len(part) > WIDTH - 8:
            lines.append("")
        lines[-1] += f"{part}, "
    inner = "".join(f"    {line.rstrip()}\n" for line in lines)
    return f"{item.name} = {opening}\n{inner}{closing}"


def _in_order(items: Sequence[Item], known: Mapping[str, Item]) -> list[Item]:
    """Constants, helpers, artifacts, each after what it needs to run."""
    ordered: list[Item] = []
    sources: set[tuple[int | None, str]] = set()
    visited: set[str] = set()

    def visit(item: Item) -> None:
        if item.name in visited:
            return
        visited.add(item.name)
        # Unpickling calls functions, so an artifact comes after all that its classes need.
        needs = item.needs
        if item.artifact:
            needs = _reachable(item, known)
        for name in sorted(needs - BUILTINS | (needs & known.keys())):
            if name in known and known[name].becomes != "import":
                visit(known[name])
        key = (item.cell, item.source)
        if key not in sources:
            sources.add(key)
            ordered.append(item)

    for item in sorted(items, key=lambda i: (_ORDER[i.becomes], i.cell or 0, i.line, i.name)):
        visit(item)
    return ordered


def _reachable(item: Item, known: Mapping[str, Item]) -> frozenset[str]:
    found: set[str] = set()
    pending = list(item.needs)
    while pending:
        name = pending.pop()
        if name in found or name not in known:
            continue
        found.add(name)
        pending.extend(known[name].needs | known[name].calls_need)
    return frozenset(found - {item.name})


def _without_mark(mark: Mark) -> str:
    lines = mark.definition.source.splitlines()
    return "\n".join(line for line in lines if not _MARK_LINE.match(line))
