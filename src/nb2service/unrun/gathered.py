"""Gathered: what is to run so that a value is there, or why it cannot be had."""

from dataclasses import dataclass, field

from nb2service.notebook.statements import Statement


class UnavailableError(Exception):
    """A value that cannot be had without running the notebook.

    Args:
        name: the name; `""` if it is none.
        statement: what makes it.
        does: what that does which must not be done, as in `calls fit()`.
        why: the same as a sentence; None for one of `does`.
    """

    def __init__(self, name: str, statement: Statement, does: str, why: str | None = None) -> None:
        super().__init__(name)
        self.name, self.statement, self.does = name, statement, does
        self.why = why or f"the line {does}"


@dataclass
class Gathered:
    """What is to run.

    Attributes:
        kept: the places of the statements that run as they stand.
        loaded: the place of a statement -> what runs instead of it.
        files: the names of values that come from files -> the file, and what saved it, in words.
    """

    kept: set[int] = field(default_factory=set)
    loaded: dict[int, dict[str, str]] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    def add(self, other: "Gathered") -> None:
        """Add what another one holds."""
        self.kept |= other.kept
        for place, texts in other.loaded.items():
            self.loaded.setdefault(place, {}).update(texts)
        self.files |= other.files
