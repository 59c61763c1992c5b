"""The locks of a service: their texts, the versions in them, and what is newer in others."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from service.upgraded import FILE

_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Locks:
    """The texts of the files that hold versions; `model` is empty where they are the notebook's."""

    service: str
    dev: str
    model: str

    @property
    def files(self) -> dict[str, str]:
        """The texts by the path in the service."""
        return {
            "requirements.txt": self.service,
            "requirements-dev.txt": self.dev,
            f"model/{FILE}": self.model,
        }


@dataclass(frozen=True)
class Change:
    """A package that is locked at another version, which some platforms may have several of."""

    name: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.name} {self.before} -> {self.after}"


def read_locks(root: Path) -> Locks:
    """Return the locks of the service in the folder."""
    model = root / "model" / FILE
    service, dev = (
        (root / name).read_text(encoding="utf-8")
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    return Locks(service, dev, model.read_text(encoding="utf-8") if model.is_file() else "")


def write_locks(root: Path, locks: Locks) -> None:
    """Write the locks into the folder; a model that has none of its own loses that file."""
    for name, text in locks.files.items():
        if text:
            (root / name).write_text(text, encoding="utf-8")
        else:
            (root / name).unlink(missing_ok=True)


def pins(text: str) -> dict[str, str]:
    """Return the version of each package in a lock; `1.0, 2.0` where platforms differ."""
    found: dict[str, list[str]] = {}
    for name, version in _PIN.findall(text):
        found.setdefault(name, []).append(version)
    return {name: ", ".join(versions) for name, versions in found.items()}


def versions_here(names: Iterable[str], lock: str) -> dict[str, str]:
    """Return the version of each package, by the given name, that a lock has for this Python."""
    lines = (line.rstrip(" \\") for line in lock.splitlines() if _PIN.match(line))
    locked = {
        canonicalize_name(one.name): str(one.specifier).removeprefix("==")
        for one in map(Requirement, lines)
        if one.marker is None or one.marker.evaluate()
    }
    return {name: locked[canonicalize_name(name)] for name in names}


def changes(old: Locks, new: Locks) -> list[Change]:
    """Return the packages that both have, at other versions, by name."""
    found = {
        Change(name, before, after)
        for one, other in ((old.service, new.service), (old.dev, new.dev))
        for name, before in pins(one).items()
        if (after := pins(other).get(name, before)) != before
    }
    return sorted(found, key=lambda change: change.name)
