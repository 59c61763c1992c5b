"""The rows of tables, of whatever sort: taken, joined, and found again in another table."""

import sys
from typing import Any

from .equality import common, equal, same
from .kinds import kind_of, rows_of


def take(value, places):
    if hasattr(value, "iloc"):
        return value.iloc[list(places)]
    if isinstance(value, (list, tuple)):
        return [value[i] for i in places]
    return value[list(places)]


def joined(tables):
    """One table of the rows of several."""
    if isinstance(tables[0], list):
        return [row for table in tables for row in table]
    if hasattr(tables[0], "iloc"):
        return sys.modules["pandas"].concat(tables, ignore_index=True)
    if hasattr(tables[0], "tocsr"):
        return sys.modules["scipy.sparse"].vstack(tables).tocsr()
    return sys.modules["numpy"].concatenate(tables)


def plain_rows(value):
    """The rows of a table, each as a list of plain values."""
    if kind_of(value) == "frame":
        return list(zip(*(value.iloc[:, i].tolist() for i in range(value.shape[1])), strict=True))
    if kind_of(value) == "sparse":
        return value.toarray().tolist()
    rows = value.tolist() if hasattr(value, "tolist") else list(value)
    return [row if isinstance(row, (list, tuple)) else [row] for row in rows]


def key(row):
    """A row as what can be looked up: numbers to ten digits, missing values alike."""
    return tuple(
        key(item)
        if isinstance(item, (list, tuple))
        else (f"{item:.10g}" if item == item else "nan")
        if isinstance(item, float)
        else str(item)
        for item in row
    )


def rows_among(computed, kept, pool, picks):
    """Which of the computed rows the notebook's are.

    Args:
        computed: what the path computed, for every row of the input.
        kept: what the notebook had.
        pool: the picks of earlier steps, as this returns them.
        picks: whether the step may have picked rows anew.

    Returns:
        Their places, None for all of them, False if they are not among them.
    """
    if rows_of(kept) is None or rows_of(computed) is None:
        return None if rows_of(kept) is None or equal(computed, kept) else False
    for ids in pool:
        taken = computed if ids is None else _taken(computed, ids)
        if taken is not None and rows_of(taken) == rows_of(kept) and same(taken, kept):
            return ids
    return _found(computed, kept) if picks else False


def _taken(computed, ids):
    """The rows at these places; None if there are not so many."""
    return take(computed, ids) if max(ids, default=0) < rows_of(computed) else None


def _found(computed, kept):
    """The places of the kept rows among the computed ones, by their labels or by what they hold."""
    labelled = hasattr(computed, "iloc") and hasattr(kept, "iloc")
    if labelled and computed.index.is_unique:
        places = computed.index.get_indexer(kept.index)
        if len(places) and (places >= 0).all() and same(take(computed, places), kept):
            return [int(i) for i in places]
    shared = common(computed, kept)
    if shared is None:
        return False
    known: dict[tuple[Any, ...], int] = {}
    for i, row in enumerate(plain_rows(shared[0])):
        known.setdefault(key(row), i)
    places = [known.get(key(row), -1) for row in plain_rows(shared[1])]
    return places if places and min(places) >= 0 else False
