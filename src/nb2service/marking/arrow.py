"""The arrow of a mark: `#| predict: X_test@7 -> proba`."""

import re
from dataclasses import dataclass

_ARROW = re.compile(r"^:?\s*(?P<inputs>[\w\s,@]*?)\s*->\s*(?P<answer>\S.*?)\s*$")
_VERSION = re.compile(r"^(?P<name>[^\W\d]\w*)\s*(?:@\s*(?P<cell>\d+))?$")


@dataclass(frozen=True)
class Version:
    """A name, as it was bound in a cell.

    Attributes:
        name: the name.
        cell: the number of the cell; None for the latest.
    """

    name: str
    cell: int | None

    @property
    def text(self) -> str:
        """As it stands in a mark."""
        return self.name if self.cell is None else f"{self.name}@{self.cell}"


@dataclass(frozen=True)
class Arrow:
    """What a mark says beside its word.

    Attributes:
        inputs: what stands left of the arrow.
        answer: what stands right of it, None without an arrow.
    """

    inputs: tuple[Version, ...] = ()
    answer: str | None = None


def read_arrow(rest: str) -> Arrow | None:
    """Read what follows the word of the mark; None if it cannot be read."""
    if not rest.lstrip(":").strip():
        return Arrow()
    found = _ARROW.match(rest)
    if not found:
        return None
    versions = []
    for text in filter(None, (part.strip() for part in found["inputs"].split(","))):
        version = _VERSION.match(text)
        if not version:
            return None
        versions.append(Version(version["name"], int(version["cell"]) if version["cell"] else None))
    return Arrow(tuple(versions), found["answer"])
