"""The text of `model/predict.py`: imports, constants, helpers, artifacts, predict."""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from nb2service.closure.items import Item
from nb2service.extraction import Extraction
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import Scope
from nb2service.slicing.compile.checks import what_it_does
from nb2service.version import version
from nb2service.writing import settings
from nb2service.writing.order import in_order

WIDTH = 95
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
# Texts of one line, which stand together.
_LINES = ("literal", "parameter", "artifact", "setting")


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
    first = settings.early(items.values())
    if first:
        blocks += ["import os", *(f"{_comment(item)}\n{item.source}" for item in first)]
        imports = [item for item in imports if item.source.strip() != "import os"]
        items = {name: item for name, item in items.items() if item not in first}
    blocks += [_import_block(of_cell) for of_cell in _by_cell(imports)]
    own = ["from functools import partial"] if extraction.bound and "partial" not in items else []
    own += [f"import {module}" for module in sorted(_missing_modules(items))]
    own += loading
    if own:
        blocks.append("\n".join(own))
    aliases = _aliases(items)
    last: Item | None = None
    threads = settings.by_thread(items)
    for item in in_order([i for i in items.values() if i.becomes != "import"], items):
        if item in threads:
            if item is threads[-1]:
                blocks.append(settings.function_block(threads, settings.function_name(items)))
            last = None
            continue
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
    if threads:
        name = settings.function_name(items)
        blocks.append(settings.wrapped(extraction.served, name, settings.HELPER))
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
    if settings.by_thread(items):
        imports.append(settings.HELPER)
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
    if does := what_it_does(item.source):
        where = f"# no cell has this: {does}"
    if item.artifact:
        return f"{where}, computed there: {item.artifact.type.rpartition('.')[2]}"
    if item.becomes == "setting":
        return f"{where}, a setting"
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


def _without_mark(mark: Mark) -> str:
    lines = mark.definition.source.splitlines()
    return "\n".join(line for line in lines if not _MARK_LINE.match(line))
