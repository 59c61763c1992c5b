"""The house of the generated service: small files and classes, rooms without circles."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from nb2service import places

SERVICE = places.template() / "service"
FILES = sorted(SERVICE.rglob("*.py"))
MOST_LINES, MOST_LINES_OF_A_CLASS = 200, 149


def room(*parts: str) -> str:
    """A folder of the service, or a file beside the folders."""
    return parts[0].removesuffix(".py")


def imported(file: Path) -> Iterator[str]:
    """The rooms that a file imports, where it is run and where it is only typed."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            base = node.module or ""
            names = [f"{base}.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("service."):
                yield room(*name.split(".")[1:])


def test_no_room_needs_itself_through_others() -> None:
    needs: dict[str, set[str]] = {}
    for file in FILES:
        here = room(*file.relative_to(SERVICE).parts)
        needs.setdefault(here, set()).update(set(imported(file)) - {here})
    needs.pop("__init__")  # the package itself, which imports the app when it is asked for it
    assert {"gate", "http", "records", "serving"} <= set(needs)
    while leaves := [one for one in needs if not needs[one] & set(needs)]:
        for one in leaves:
            del needs[one]
    assert not needs


@pytest.mark.parametrize(
    "file",
    [file for file in FILES if "proof" not in file.parts],
    ids=lambda file: str(file.relative_to(SERVICE)),
)
def test_files_and_classes_are_small(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count("\n") <= MOST_LINES
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef):
            assert (node.end_lineno or 0) - node.lineno < MOST_LINES_OF_A_CLASS, node.name


def test_nothing_starts_flask_s_own_server() -> None:
    for file in (*FILES, *(SERVICE.parent / name for name in ("Makefile", "Dockerfile"))):
        text = file.read_text(encoding="utf-8")
        for word in ("app.run(", "run_simple", "flask run"):
            assert word not in text, file
    for name in ("Makefile", "Dockerfile"):
        assert "service.serve" in (SERVICE.parent / name).read_text(encoding="utf-8")
