"""What is needed of a name on a path."""

from dataclasses import dataclass

from nb2service.slicing.trace.labels import Label


@dataclass(frozen=True)
class ColumnDemand:
    """What is needed of a name, or of what an expression gives.

    Attributes:
        columns: the columns, empty if it has no named ones.
        whole: whether exactly these are needed, in their order: the table goes on as a whole.
        unknown: whether more of it is needed than the named columns, nobody knows what.
    """

    columns: frozenset[Label] = frozenset()
    whole: bool = False
    unknown: bool = False

    @property
    def known(self) -> bool:
        """Whether its columns are all that is needed."""
        return bool(self.columns) and not self.unknown

    def with_columns(self, columns: frozenset[Label]) -> "ColumnDemand":
        """The demand with these columns in place of its own."""
        return ColumnDemand(columns, self.whole, self.unknown)

    def joined(self, other: "ColumnDemand") -> "ColumnDemand":
        """What is needed where both are."""
        return ColumnDemand(
            self.columns | other.columns, self.whole or other.whole, self.unknown or other.unknown
        )


def columns(*names: Label) -> ColumnDemand:
    """A demand of these columns."""
    return ColumnDemand(frozenset(names))


# How many rows there are, of whatever columns: exactly what the statement makes.
EXACTLY = ColumnDemand(frozenset(), whole=True)
