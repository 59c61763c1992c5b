"""Whether two tables hold the same rows: what a path computed and what the notebook did."""

import math

from _nb2service.described import kind_of
from _nb2service.plain import to_plain
from _nb2service.recorder import rows_of


def take(value, places):
    if hasattr(value, "iloc"):
        return value.iloc[list(places)]
    if isinstance(value, (list, tuple)):
        return [value[i] for i in places]
    return value[list(places)]


def common(a, b):
    """Both with the columns that they share: a path leaves out what nobody reads; None if none."""
    if kind_of(a) == "frame" and kind_of(b) == "frame":
        columns = [c for c in a.columns if c in set(b.columns)]
        return (a[columns], b[columns]) if columns else None
    return a, b


def same(a, b):
    """Whether two tables hold the same rows; None where they cannot be compared."""
    shared = common(a, b)
    if shared is None:
        return False
    a, b = shared
    if rows_of(a) != rows_of(b):
        return False
    kind = kind_of(a)
    if kind != kind_of(b):
        kinds = {kind, kind_of(b)}
        return kinds <= {"series", "array", "list"} and equal(to_plain(a), to_plain(b))
    if kind == "frame":
        return all(_same_column(a.iloc[:, i], b.iloc[:, i]) for i in range(a.shape[1]))
    if kind == "series":
        return _same_column(a, b)
    if kind == "sparse":
        return a.shape == b.shape and _close(a.toarray(), b.toarray())
    if kind == "array":
        return a.shape == b.shape and _close(a, b)
    return equal(a, b)


def _same_column(a, b):
    if a.dtype.kind in "biuf" and b.dtype.kind in "biuf":
        return _close(a.to_numpy(), b.to_numpy())
    return equal(list(a), list(b))


def _close(a, b):
    import numpy

    if a.dtype.kind in "biufc" and b.dtype.kind in "biufc":
        loose = "float32" in (str(a.dtype), str(b.dtype)) or "float16" in (
            str(a.dtype),
            str(b.dtype),
        )
        near = {"rtol": 1e-5, "atol": 1e-6} if loose else {"rtol": 1e-9, "atol": 1e-12}
        return bool(numpy.allclose(a, b, equal_nan=True, **near))
    return equal(a.tolist(), b.tolist())


def equal(a, b):
    """Whether two values are the same, numbers nearly so, a missing value like any other."""
    if hasattr(a, "tolist"):
        a = a.tolist()
    if hasattr(b, "tolist"):
        b = b.tolist()
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(map(equal, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(equal(a[k], b[k]) for k in a)
    if isinstance(a, float) or isinstance(b, float):
        try:
            return math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-12) or (a != a and b != b)
        except TypeError:
            return a is b
    try:
        return bool(a == b) or bool(a != a and b != b)
    except (TypeError, ValueError):
        return a is b


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
    known = {}
    for i, row in enumerate(plain_rows(shared[0])):
        known.setdefault(key(row), i)
    places = [known.get(key(row), -1) for row in plain_rows(shared[1])]
    return places if places and min(places) >= 0 else False
