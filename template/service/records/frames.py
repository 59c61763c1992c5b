"""Tables in one go: columns of numbers of one dtype become one block of a DataFrame together.

It gives what `tables.build_frame` gives, and leaves to it all that is not plain: a missing feature,
a value that does not fit its column, moments, objects.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from service.contract import Record, Schema
from service.records.tables import MISFITS, build_column, build_frame

_BLOCKS = ("int", "uint", "float", "bool")
# pandas' own arrays, one for each column
_ARRAYS = ("str", "string", "category", "boolean", "Int", "UInt", "Float")


class FramePlan:
    """How records with these features become a table."""

    def __init__(self, features: Mapping[str, Schema]) -> None:
        self._features, self._count = features, len(features)
        blocks: dict[str, list[int]] = {}
        arrays = []
        for at, schema in enumerate(features.values()):
            dtype = str(schema.get("x-dtype", "object"))
            if dtype.startswith(_ARRAYS):  # first: boolean is no bool
                arrays.append(at)
            elif dtype.startswith(_BLOCKS):
                blocks.setdefault(dtype, []).append(at)
        names = list(features)
        planned = sum(map(len, blocks.values())) + len(arrays)
        self._plain = planned == len(names) > 0
        self._blocks = [(d, at, [names[i] for i in at]) for d, at in blocks.items()]
        self._arrays = [(at, names[at], features[names[at]]) for at in arrays]
        self._labels = [schema.get("x-label", name) for name, schema in features.items()]
        self._prepared: Any = None

    def build(self, records: Sequence[Record]) -> Any:
        """Return the records as a DataFrame. Raises FeatureError."""
        if self._plain and set(map(len, records)) == {self._count}:
            try:
                return self._built(records)
            except (KeyError, *MISFITS):  # told apart, value by value, below
                pass
        return build_frame(self._features, records)

    def _built(self, records: Sequence[Record]) -> Any:
        import numpy as np
        import pandas as pd

        if self._prepared is None:
            self._prepared = self._prepare()
        blocks, arrays, columns, make = self._prepared
        made: list[tuple[Any, Any]] = []
        for dtype, places, names in blocks:
            rows = [[record[name] for record in records] for name in names]
            if dtype == "bool" and any(None in row for row in rows):
                raise TypeError("bool has no null")  # NumPy would take it for False
            made.append((np.array(rows, dtype=dtype), places))
        for place, name, schema in arrays:
            made.append((build_column([record[name] for record in records], schema), place))
        # A view, so that a name that predict gives the columns is not there in the next request.
        return make(made, pd.RangeIndex(len(records)), columns.view())

    def _prepare(self) -> tuple[Any, ...]:
        """Return what is the same for all tables: places as arrays, the labels, how it is made."""
        import numpy as np
        import pandas as pd

        blocks = [(dtype, np.array(at), names) for dtype, at, names in self._blocks]
        arrays = [(np.array([at]), name, schema) for at, name, schema in self._arrays]
        make = _one_block if len(blocks) == 1 and not arrays else _of_blocks
        return blocks, arrays, pd.Index(self._labels), make


def _one_block(made: Sequence[tuple[Any, Any]], index: Any, columns: Any) -> Any:
    import pandas as pd

    return pd.DataFrame(made[0][0].T, index=index, columns=columns, copy=False)


def _of_blocks(made: Sequence[tuple[Any, Any]], index: Any, columns: Any) -> Any:
    try:
        from pandas.api.internals import create_dataframe_from_blocks
    except ImportError:  # pandas before 3
        raise TypeError("this pandas makes no table of blocks") from None
    return create_dataframe_from_blocks(list(made), index=index, columns=columns)


@lru_cache(maxsize=8)
def _plan(key: "_Features") -> FramePlan:
    return FramePlan(key.features)


class _Features:
    """Features that are told apart by being the same object."""

    def __init__(self, features: Mapping[str, Schema]) -> None:
        self.features = features

    def __hash__(self) -> int:
        return id(self.features)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Features) and other.features is self.features


def plan_for(features: Mapping[str, Schema]) -> FramePlan:
    """Return the plan for these features, made once."""
    return _plan(_Features(features))
