"""Where the parts of nb2service lie, in a checkout and in an installed package."""

import re
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent
KERNEL = PACKAGE / "kernel"
FORMATS = PACKAGE / "formats"
DROPINS = PACKAGE / "dropins"
_BUNDLED = PACKAGE / "bundle"
# What Cookiecutter looks for: in a checkout a link to template/, in an installed package the folder.
LINK = "{{ cookiecutter.project_slug }}"


def root() -> Path:
    """The folder that Cookiecutter calls the template: cookiecutter.json, hooks/, template/."""
    return _BUNDLED if _BUNDLED.is_dir() else PACKAGE.parents[1]


def template() -> Path:
    """The service as a working project."""
    plain = root() / "template"
    return plain if plain.is_dir() else root() / LINK


def service() -> Path:
    """The service's own package; some of its `records` also runs in the notebook's kernel."""
    return template() / "service"


@cache
def settings() -> frozenset[str]:
    """The environment variables that are settings of the service: the fields in its settings.py."""
    text = (service() / "settings.py").read_text(encoding="utf-8")
    return frozenset(name.upper() for name in re.findall(r"^    (\w+): .* = ", text, re.MULTILINE))


@cache
def contract_version(package: Path | None = None) -> int:
    """The version of the contract that a service's own package reads; the template's by default."""
    file = (package or service()) / "start_checks.py"
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    found = re.search(r"^CONTRACT_VERSION = (\d+)$", text, re.MULTILINE)
    return int(found[1]) if found else 1
