"""Ask a path about rows that the notebook never saw: whether they too are answered by themselves.

A function of the notebook may cap what is far away, or fill what is missing, by what the other rows
hold, and no row of the notebook's own table shows it. So rows of extreme and of missing values go down
the path, each among others and alone: at every step they must come out the same.
"""

import time

from ..tables.equality import common, equal
from ..tables.kinds import kind_of, rows_of
from ..tables.rows import joined, take

# Rows that stand beside the strange one: so many that not even ten deviations are out of its reach.
BESIDE = 200
SECONDS = 2.0
UNSEEN = "no such value"


def depends_on_others(given, steps, namespace):
    """The first step that gives a strange row something else alone than among others.

    Args:
        given: the table of the input.
        steps: for each step its source, the names that it makes, and the columns, if it makes only such.
        namespace: makes the names that the steps need, given the table.

    Returns:
        The place of the step and the name that differs, or None.
    """
    count = rows_of(given) or 0
    if kind_of(given) not in ("frame", "series", "array") or count < 2:
        return None
    places = list(range(0, count, max(1, count // BESIDE)))
    beside = take(given, places * -(-BESIDE // len(places)))
    until = time.monotonic() + SECONDS
    for row in _rows(beside):
        if time.monotonic() > until:
            break
        table = joined([beside, row])
        found = _first_difference(table, steps, namespace, until)
        if found is not None:
            return found
    return None


def _first_difference(table, steps, namespace, until):
    """Run the steps for the table and for its last row, side by side, as long as there is time."""
    last = rows_of(table) - 1
    both, alone = namespace(table), namespace(take(table, [last]))
    for number, (source, names, columns) in enumerate(steps):
        if time.monotonic() > until:
            return None
        try:
            exec(source, both)
            exec(source, alone)
        except Exception:
            return None  # an error is no wrong answer
        for name in names:
            among, single = both.get(name), alone.get(name)
            if rows_of(among) != last + 1 or rows_of(single) != 1:
                continue
            kind = kind_of(among)
            if kind == "other" or kind != kind_of(single):
                continue
            if columns and kind == "frame":  # the rest was compared before
                among, single = among[columns], single[columns]
            # Columns that only one of them has are dummies; what becomes of these is seen later.
            shared = common(among, single)
            if shared is None:
                continue
            among, single = shared
            if not _near(take(among, [last]), single, among):
                return number, name
    return None


def _rows(beside):
    """Strange rows, as tables of one row: all columns at once, and then one after the other."""
    if kind_of(beside) != "frame":
        yield from filter(_is_some, (_tried(way, beside) for way in _WAYS))
        return
    row = take(beside, [0])
    for way in (_high, _low):
        yield _changed(row, {c: _tried(way, beside[c]) for c in beside.columns})
    for column in beside.columns:
        for way in _WAYS:
            strange = _tried(way, beside[column])
            if _is_some(strange):
                yield _changed(row, {column: strange})


def _changed(row, columns):
    row = row.copy()
    for column, strange in columns.items():
        if _is_some(strange):
            row[column] = strange.to_numpy()
    return row


def _tried(way, values):
    """A strange value in one row; None where the column takes none."""
    try:
        return way(values)
    except Exception:  # such as a type of the notebook's own
        return None


def _is_some(value):
    return value is not None


def _high(values):
    return _far(values, 10)


def _low(values):
    return _far(values, -10)


def _far(values, times):
    """One row far from all others, of the same type; None where it holds no numbers."""
    if values.dtype.kind not in "iuf":
        return None
    import numpy

    first = numpy.nanmin(values, axis=0) if times < 0 else numpy.nanmax(values, axis=0)
    span = numpy.nanmax(values, axis=0) - numpy.nanmin(values, axis=0) + 1
    far = first + times * span
    if values.dtype.kind in "iu":
        limits = numpy.iinfo(values.dtype)
        far = numpy.clip(far, limits.min, limits.max)
    return _one_row(values, far)


def _missing(values):
    return _one_row(values, float("nan")) if values.dtype.kind == "f" else None


def _unseen(values):
    texts = values.dtype == object or str(values.dtype) in ("str", "string")
    if not texts or kind_of(values) == "array":
        return None
    held = values.dropna()
    return _one_row(values, UNSEEN) if len(held) and isinstance(held.iloc[0], str) else None


_WAYS = (_high, _low, _missing, _unseen)


def _one_row(values, value):
    row = take(values, [0]).copy()
    row[:] = value
    return row


def _near(among, single, table):
    """Whether two rows are the same, as far as numbers of such sizes can tell."""
    if kind_of(among) == "frame":
        return len(among.columns) == len(single.columns) and all(
            _near(among.iloc[:, i], single.iloc[:, i], table.iloc[:, i])
            for i in range(among.shape[1])
        )
    if kind_of(among) == "sparse":
        among, single, table = among.toarray(), single.toarray(), table.toarray()
    import numpy

    try:
        a, b, size = (numpy.asarray(v, dtype=complex) for v in (among, single, table))
    except (TypeError, ValueError):
        return equal(list(among), list(single))
    size = numpy.abs(size)
    largest = float(numpy.max(size, where=numpy.isfinite(size), initial=0.0))
    return a.shape == b.shape and numpy.allclose(
        a, b, rtol=1e-5, atol=1e-9 * largest, equal_nan=True
    )
