"""What a caller gives a model, as a plain array, where there is no doubt about what it is."""

from __future__ import annotations

from functools import cache
from typing import Any

_CODES = "fdbBhHiIlLqQ?"  # floats, whole numbers and bools, as NumPy codes them


class Rows:
    """Reads arrays and tables of `width` numbers a row, in tables under these names.

    Attributes:
        warns: whether the model warns of names that are missing or too many; then these rows are read
            only once the model has warned.
    """

    def __init__(self, width: int, names: Any, *, warns: bool) -> None:
        import numpy as np

        self._array, self._width = np.ndarray, width
        self._names = None if names is None else [*names]
        self._plain = frozenset(np.dtype(code) for code in _CODES)
        # Whether an array, or a table, may be read.
        self._open = {"array": not warns or names is None, "table": names is not None}
        self._warns = warns

    def read(self, given: Any) -> Any:
        """Return the rows as a two-dimensional array, not copied; None where in doubt."""
        if type(given) is self._array:
            if not self._open["array"]:
                return None
            values = given
        else:
            values = self._of_table(given)
            if values is None:
                return None
        if values.ndim != 2 or values.shape[1] != self._width or not len(values):
            return None
        return values if values.dtype in self._plain else None

    def heard(self, given: Any) -> None:
        """Note what the model has answered and warned of."""
        if self._warns and type(given) is self._array:
            self._open["array"] = True

    def _of_table(self, given: Any) -> Any:
        if not is_frame(given) or not self._open["table"]:
            return None
        if given.columns.tolist() != self._names:
            return None
        # Columns of pandas' own dtypes have missing values of their own.
        if not all(type(dtype) in _numpy_types() for dtype in given.dtypes.tolist()):
            return None
        return given.to_numpy()


def is_frame(given: Any) -> bool:
    """Whether it is a DataFrame, and no subclass."""
    kind = type(given)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"


@cache
def _numpy_types() -> frozenset[type]:
    import numpy as np

    return frozenset(type(np.dtype(code)) for code in _CODES)
