"""Whether two tables hold the same rows: what a path computed and what the notebook did."""

import math

from ..plain import to_plain
from .kinds import kind_of, rows_of


def common(a, b):
    """Both with the columns that they share: a path leaves out what nobody reads; None if none."""
    if kind_of(a) == "frame" and kind_of(b) == "frame":
        if len(a.columns) and a.columns.equals(b.columns):
            return a, b
        held = set(b.columns)
        columns = [c for c in a.columns if c in held]
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
