"""Port: one number, the default in the template's `service/settings.py`; all else that names it follows."""

import re
from collections.abc import Iterator
from pathlib import Path

# What the original template's files say, besides the settings.
_ORIGINAL = 8080
_NAMED = re.compile(rf"(?<![\w.]){_ORIGINAL}(?![\w.])")
_SETTINGS = Path("service", "settings.py")
_DEFAULT = re.compile(r"^    port: int = _whole\((\d+),", re.MULTILINE)
_FILES = ("Dockerfile", "Makefile", "README.md", "compose.yaml")


def port_of(project: Path) -> int:
    """Return the port that a service takes where nothing else is said."""
    path = project / _SETTINGS
    found = _DEFAULT.search(path.read_text(encoding="utf-8")) if path.is_file() else None
    return int(found[1]) if found else _ORIGINAL


def fill_port(project: Path) -> None:
    """Write the settings' port wherever the template, as it was copied, names the original one."""
    port = port_of(project)
    if port == _ORIGINAL:
        return
    for path in _naming(project):
        text = path.read_text(encoding="utf-8")
        if (filled := _NAMED.sub(str(port), text)) != text:
            path.write_text(filled, encoding="utf-8")


def _naming(project: Path) -> Iterator[Path]:
    yield from (project / name for name in _FILES if (project / name).is_file())
    yield from sorted(path for path in (project / "deploy").rglob("*.y*ml") if path.is_file())
