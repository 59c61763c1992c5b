"""Fresh: whether a service is in step with its notebook, told without running anything."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nb2service.errors import Nb2serviceError
from nb2service.look import look
from nb2service.recorded import Recorded
from nb2service.relevance import FILE, changes, read_cells, relevant_cells


@dataclass(frozen=True)
class Freshness:
    """What a look tells: a sentence, and whether the service is behind its notebook."""

    text: str
    behind: bool


def freshness(service: Path, recorded: Recorded) -> Freshness:
    """Compare the cells that the service came from with the notebook as it stands.

    Raises:
        Nb2serviceError: the service does not know its cells.
    """
    name, notebook = service.name, recorded.asked.notebook
    if not recorded.is_here:
        told = f"{name}: its notebook, {recorded.plain['notebook']}, is not here"
        return Freshness(f"{told}; nothing to compare.", behind=False)
    try:
        then = read_cells(service / "model")
    except (OSError, ValueError, TypeError):
        raise Nb2serviceError(
            str(service),
            f"has no model/{FILE}, which says the cells that it came from",
            f"Write it: nb2service sync {service}",
        ) from None
    try:
        now = relevant_cells(look(notebook))
    except Nb2serviceError as error:
        return Freshness(f"{name}: behind its notebook, which cannot be served now: {error}", True)
    found = [*changes(then, now), *_modules(service / "model" / "modules", notebook.parent)]
    if not found:
        return Freshness(f"{name}: in step with {notebook.name}.", behind=False)
    return Freshness(f"{name}: behind its notebook: {'; '.join(found)}.", behind=True)


def _modules(copies: Path, beside: Path) -> Iterator[str]:
    """Give the user's own modules that lie beside the notebook and are otherwise now."""
    for copy in sorted(copies.rglob("*.py")):
        path = copy.relative_to(copies)
        own = beside / path
        if own.is_file() and _digest(own) != _digest(copy):
            yield f"{path.as_posix()} changed since"


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()
