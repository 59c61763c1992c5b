"""The house itself: rooms stay small, and nothing imports in a circle."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from support import CHECKOUT

SOURCE = CHECKOUT / "src"
FILES = sorted((SOURCE / "nb2service").rglob("*.py"))
MODULES = {".".join(file.relative_to(SOURCE).with_suffix("").parts): file for file in FILES}
LINES_OF_A_FILE, LINES_OF_A_CLASS = 300, 150


def _imports(name: str, file: Path) -> Iterator[str]:
    """Yield the modules of ours that a module imports, with those in its functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (_module(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = name.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (_module(f"{base}.{alias.name}") for alias in node.names)


def _module(name: str) -> str:
    """Return the module that a dotted name lies in, `""` if it is none of ours."""
    while name and name not in MODULES:
        name = name.rpartition(".")[0]
    return name


GRAPH = {name: set(_imports(name, file)) - {"", name} for name, file in MODULES.items()}


def _circle(graph: Mapping[str, set[str]]) -> list[str]:
    """Return the nodes of a circle, in order; none if there is no circle."""
    done: set[str] = set()

    def walk(node: str, way: list[str]) -> list[str]:
        if node in way:
            return [*way[way.index(node) :], node]
        if node in done:
            return []
        for following in sorted(graph.get(node, ())):
            if found := walk(following, [*way, node]):
                return found
        done.add(node)
        return []

    return next((found for node in graph if (found := walk(node, []))), [])


def _room(name: str) -> str:
    """Return the room that a module lies in: a folder or a file below `nb2service`."""
    return ".".join(name.split(".")[1:2])


def test_no_file_imports_itself_through_others() -> None:
    assert not _circle(GRAPH)


def test_no_room_imports_itself_through_others() -> None:
    rooms: dict[str, set[str]] = {}
    for name, imported in GRAPH.items():
        if room := _room(name):
            others = {_room(one) for one in imported} - {room, ""}
            rooms.setdefault(room, set()).update(others)
    assert not _circle(rooms)


def test_a_circle_would_be_found() -> None:
    assert _circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert not _circle({"a": {"b", "c"}, "b": {"c"}, "c": set()})
    assert "nb2service.pipeline" in GRAPH["nb2service.hooks"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(SOURCE)))
def test_rooms_are_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LINES_OF_A_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < LINES_OF_A_CLASS, node.name
