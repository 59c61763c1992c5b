"""Copies of values, which no later statement of the notebook changes."""

import copy
import sys
import types

from ..tables.kinds import kind_of, type_name

# One copy, and all of them, in bytes.
MOST_BYTES = 512 * 1024**2
MOST_IN_ALL = 2 * 1024**3


class Copies:
    """Copies values, as long as there is room for all of their copies."""

    def __init__(self):
        self._bytes = 0

    def of(self, value):
        """A copy; None if it is too large or cannot be copied, so that it may be another one later."""
        if isinstance(value, (types.ModuleType, types.FunctionType, type)):
            return value
        size = _bytes(value)
        if size > MOST_BYTES or self._bytes + size > MOST_IN_ALL:
            return None
        self._bytes += size
        try:
            if type_name(value).startswith("pandas") and kind_of(value) != "other":
                return value.copy(deep=not copies_on_write())
            if isinstance(value, list) and len(value) > 1000 and not isinstance(value[0], list):
                return list(value)
            return copy.deepcopy(value)
        except Exception:
            return None


def copies_on_write():
    """Whether a shallow copy of a table stays as it is, whatever happens to the table."""
    pandas = sys.modules.get("pandas")
    return pandas is not None and int(pandas.__version__.partition(".")[0]) >= 3


def _bytes(value):
    kind = kind_of(value)
    if kind in ("frame", "series"):
        return 8 * int(value.size)  # asking pandas takes longer than copying
    if kind == "list":
        return 64 * len(value)
    size = getattr(getattr(value, "data", value), "nbytes", 0)
    return size if isinstance(size, int) else 0
