"""Capture: all that the marked function needs comes along, name by name, until nothing is missing."""

import ast
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from nb2service.closure import setup
from nb2service.closure.become import (
    artifact_item,
    call_of_literals,
    dotted_imports,
    is_shown,
    item_of,
    other_name,
    unseen,
)
from nb2service.closure.circles import refuse_circles
from nb2service.closure.close import JUPYTER_ONLY, unassigned
from nb2service.closure.columns import without_rows
from nb2service.closure.defaults import needed_at_start
from nb2service.closure.items import Item
from nb2service.closure.settings import setting_items, settings_for
from nb2service.closure.setup_items import is_made_by_setup, setup_item, with_blocks
from nb2service.closure.stale import refuse_stale
from nb2service.marking.mark import Mark
from nb2service.notebook.statements import BUILTINS, Scope, Statement
from nb2service.running.run import Session

# A service has no screen.
_DISPLAY = """\
def display(*objects, **options):
    \"\"\"Show nothing: what Jupyter shows, a service has no place for.\"\"\"\
"""


async def capture(
    scope: Scope,
    mark: Mark,
    session: Session,
    last_cell: int,
    folder: Path,
    also: Iterable[str] = (),
    failed: Collection[int] = (),
) -> dict[str, Item]:
    """Take along all that the marked function needs, as its values are now.

    Args:
        scope: the notebook's statements.
        mark: the marked function.
        session: the kernel, stopped after the cell `last_cell`.
        last_cell: statements of later cells have not run.
        folder: where artifacts are saved.
        also: names that are needed besides, such as trained state that predict takes as parameters.
        failed: the indices of statements that did not run to their end.

    Returns:
        The items by name, without the marked function itself.

    Raises:
        Nb2serviceError: something has no value, or cannot be saved.
    """
    taking = _Taking(scope, mark, last_cell)
    hard = needed_at_start(scope, mark, last_cell) | mark.definition.lazy | {*also}
    taking.want(hard, mark.definition, mark.function)
    taking.want(mark.definition.soft, mark.definition, mark.function, softly=True)
    await _take_all(taking, session, folder)
    found = settings_for(scope, mark, taking.items, last_cell, failed)
    for one in found:
        refuse_stale(scope, ", ".join(sorted(one.sets)), [one.statement], last_cell)
        needs = (one.statement.eager | one.statement.lazy) - JUPYTER_ONLY
        taking.want(needs, one.statement, mark.function)
    await _take_all(taking, session, folder)
    items = taking.finished() | setting_items(found, mark.function)
    refuse_circles(scope.notebook, items)
    items |= await _without_rows(mark, session, folder, items, {*also})
    reads = sorted({file for item in items.values() for file in item.files})
    if reads:
        setup.copy_files(scope.notebook, reads, setup.depth(reads), folder / "files")
    return items


async def _take_all(taking: "_Taking", session: Session, folder: Path) -> None:
    """Ask for the wanted names, and for those that they need, until nothing is missing."""
    while names := taking.due():
        replies = await session.ask(
            "values",
            names=[name for name in names if not is_made_by_setup(taking.binding(name))],
            folder=str(folder),
            **taking.hints(names),
        )
        for name in names:
            taking.take(name, replies.get(name, {"kind": "setup"}))


async def _without_rows(
    mark: Mark, session: Session, folder: Path, items: Mapping[str, Item], also: set[str]
) -> dict[str, Item]:
    """The tables that are only asked for their columns, saved once more without their rows."""
    artifacts = [item for item in items.values() if item.artifact]
    code = [ast.parse(item.source) for item in items.values() if not item.artifact]
    tables = {i.name for i in artifacts if i.artifact and i.artifact.type.endswith(".DataFrame")}
    tables -= also.union(*(item.needs for item in artifacts))
    names = sorted(without_rows(tables, [mark.definition.node, *code]))
    if not names:
        return {}
    replies = await session.ask("columns", names=names, folder=str(folder))
    return {
        name: replace(items[name], artifact=artifact_item(name, replies[name], None, 0).artifact)
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

    def hints(self, names: Iterable[str]) -> dict[str, Any]:
        """What the kernel side must know of the statements that bind the names."""
        bindings = {name: self.binding(name) for name in names}
        steady = {n: b for n, b in bindings.items() if b and self._is_steady(n, b)}
        return {
            "restated": {n: call_of_literals(b) for n, b in steady.items()},
            "aliases": {n: other_name(b) for n, b in steady.items() if other_name(b)},
            "unseen": [n for n, b in bindings.items() if b is None],
            "by_value": [n for n, b in bindings.items() if b and not is_shown(self.scope, n, b)],
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
        items |= with_blocks(self.scope, self.items, self.last_cell)
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
            return unseen(self.scope, name, user, reply)
        if is_made_by_setup(binding):
            return setup_item(self.scope, name, binding, self._wanted.keys())
        item = item_of(self.scope, name, binding, user, reply, self.last_cell)
        if isinstance(binding.node, ast.Import):
            source = dotted_imports(self.scope, name, self.last_cell, item.source)
            return replace(item, source=source)
        refuse_stale(self.scope, name, item.statements, self.last_cell)
        return item


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
