"""Defaults of the marked function whose names hold something else later: `def predict(x, t=LIMIT)`.

Python computes a default once, when the `def` runs. The service runs the `def` after all else, so such
a default comes along as the value that the notebook's function has.
"""

import ast
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from nb2service.closure.become import artifact_item
from nb2service.closure.items import Item
from nb2service.closure.stale import refuse_stale
from nb2service.marking.mark import Mark
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope, Statement
from nb2service.running.run import Session


def changed_defaults(scope: Scope, statement: Statement, last_cell: int) -> dict[str, ast.expr]:
    """The parameters whose default would be another one after the cell `last_cell`, and it."""
    node = statement.node
    if not isinstance(node, ast.FunctionDef):
        return {}
    places = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(reversed(places), reversed(node.args.defaults), strict=False))
    keywords = zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True)
    pairs += [(place, default) for place, default in keywords if default is not None]
    flow, index, end = graph(scope), scope.index(statement), scope.end_of(last_cell)
    return {
        place.arg: default
        for place, default in pairs
        for used in [{n.id for n in ast.walk(default) if isinstance(n, ast.Name)}]
        if any(flow.reaching(name, index) != flow.reaching(name, end) for name in used)
    }


def needed_at_start(scope: Scope, mark: Mark, last_cell: int) -> frozenset[str]:
    """The names that the marked function's `def` needs, without those of changed defaults alone."""
    changed = changed_defaults(scope, mark.definition, last_cell)
    inside = {id(n) for default in changed.values() for n in ast.walk(default)}
    given = {
        n.id for default in changed.values() for n in ast.walk(default) if isinstance(n, ast.Name)
    }
    outside = {
        n.id
        for n in ast.walk(mark.definition.node)
        if isinstance(n, ast.Name) and id(n) not in inside
    }
    return mark.definition.eager - (given - outside)


async def with_defaults(
    scope: Scope, mark: Mark, session: Session, last_cell: int, folder: Path
) -> tuple[Mark, dict[str, Item]]:
    """The mark, its changed defaults replaced by names, and the items of these.

    Raises:
        Nb2serviceError: a changed default is no value that could come along.
    """
    changed = changed_defaults(scope, mark.definition, last_cell)
    if not changed:
        return mark, {}
    names = {parameter: _free(scope, f"{mark.function}_{parameter}") for parameter in changed}
    asked = {"function": mark.function, "names": names, "folder": str(folder)}
    replies = await session.ask("defaults", **asked)
    definition, items = mark.definition, {}
    for parameter, default in sorted(changed.items(), key=lambda p: p[1].lineno, reverse=True):
        reply = replies.get(parameter, {"kind": "missing"})
        text = _with_name(definition, default, names[parameter])
        if text is None or reply["kind"] not in ("literal", "artifact"):
            refuse_stale(scope, mark.function, [mark.definition], last_cell)
            continue
        definition = replace(definition, source=text)
        items[names[parameter]] = _item(mark, names[parameter], reply)
    return replace(mark, definition=definition), items


def _free(scope: Scope, name: str) -> str:
    while scope.binds(name):
        name += "_"
    return name


def _item(mark: Mark, name: str, reply: Mapping[str, object]) -> Item:
    cell, line = mark.cell.number, mark.definition.line
    if reply["kind"] == "artifact":
        return replace(artifact_item(name, reply, cell, line), by=mark.function)
    source = f"{name} = {reply['source']}"
    modules = tuple(map(str, reply["imports"]))  # type: ignore[call-overload]
    return Item(
        name, "literal", source, cell, line, by=mark.function, computed=True, modules=modules
    )


def _with_name(definition: Statement, default: ast.expr, name: str) -> str | None:
    """The text of a function with a name in place of a default; None if it spans several lines."""
    node = definition.node
    if default.lineno != default.end_lineno:
        return None
    lines = definition.source.splitlines()
    place = default.lineno - (node.end_lineno or node.lineno) - 1 + len(lines)
    line = lines[place].encode()
    start, end = default.col_offset, default.end_col_offset or 0
    if line[start:end].decode() != ast.unparse(default) and not line[start:end].strip():
        return None
    lines[place] = (line[:start] + name.encode() + line[end:]).decode()
    return "\n".join(lines)
