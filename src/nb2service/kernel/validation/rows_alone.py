"""A table that a step makes: whether its rows are those that the step makes of each of them alone."""

import math

from ..tables.equality import common, equal
from ..tables.kinds import kind_of, rows_of

RELATIVE = 1e-5
# Of the largest number beside it: what is left where such numbers cancel out.
OF_LARGEST = 1e-9


class Among:
    """What a step makes of rows among others.

    Attributes:
        table: the table.
        columns: those that the step makes; none if it makes all of them.
    """

    def __init__(self, table, columns=()):
        self.table, self.columns = table, columns
        self.kind, self._parts = kind_of(table), {}

    def holds(self, place, single):
        """Whether a row is what the step makes of it alone, as far as numbers of such sizes can tell.

        True where the two cannot be compared: what becomes of such is seen later.
        """
        if rows_of(single) != 1 or kind_of(single) != self.kind:
            return True
        if self.kind == "frame":
            return self._holds_row(place, single)
        single = single.toarray() if self.kind == "sparse" else single
        return self._part(None, lambda: self.table).holds(place, single)

    def _holds_row(self, place, single):
        table = self.table
        if table.columns.is_unique and single.columns.is_unique:
            # Columns that only one of them has are dummies.
            columns = self.columns or [c for c in single.columns if c in table.columns]
            return all(self._part(c, lambda c=c: table[c]).holds(place, single[c]) for c in columns)
        if self.columns:
            table, single = table[self.columns], single[self.columns]
        shared = common(table, single)
        if shared is None:
            return True
        table, single = shared
        return len(table.columns) == len(single.columns) and all(
            _Part(table.iloc[:, i]).holds(place, single.iloc[:, i])
            for i in range(len(table.columns))
        )

    def _part(self, column, values):
        if column not in self._parts:
            self._parts[column] = _Part(values())
        return self._parts[column]


class _Part:
    """One column of a table, or all that has no columns."""

    def __init__(self, values):
        import numpy

        self.values = values.toarray() if hasattr(values, "toarray") else values
        self.numbers = _numbers(self.values)
        if self.numbers is not None:
            size = numpy.abs(self.numbers)
            largest = float(numpy.max(size, where=numpy.isfinite(size), initial=0.0))
            self.near = OF_LARGEST * largest

    def holds(self, place, single):
        one = None if self.numbers is None else _numbers(single)
        if one is None:
            row = self.values.iloc[place] if hasattr(self.values, "iloc") else self.values[place]
            return equal([row], list(single))
        return self.numbers[place].shape == one[0].shape and self._near(self.numbers[place], one[0])

    def _near(self, a, b):
        import numpy

        if getattr(a, "ndim", 0):
            return numpy.allclose(a, b, rtol=RELATIVE, atol=self.near, equal_nan=True)
        if a == b or (a != a and b != b):
            return True
        return math.isfinite(abs(b)) and abs(a - b) <= self.near + RELATIVE * abs(b)


def _numbers(values):
    """The values as complex numbers; None if they are none."""
    import numpy

    try:
        return numpy.asarray(values, dtype=complex)
    except (TypeError, ValueError):
        return None
