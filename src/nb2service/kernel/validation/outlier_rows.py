"""Ask a path about rows that the notebook never saw: whether they too are answered by themselves.

A function of the notebook may cap what is far away, or fill what is missing, by what the other rows
hold, and no row of the notebook's own table shows it. So rows of extreme and of missing values go down
the path, each among others and alone: at every step they must come out the same.
"""

import time
from itertools import islice

from ..tables.kinds import kind_of, rows_of
from ..tables.rows import joined, take
from .rows_alone import Among

# Rows that stand beside the strange ones: so many that ten deviations are not out of the reach of
# four, as many as are strange in one column.
BESIDE = 800
# Strange rows that go down the path in one table.
BATCH = 16
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
    steps = [(compile(source, "<step>", "exec"), *made) for source, *made in steps]
    until = time.monotonic() + SECONDS
    strange = _rows(beside)
    while time.monotonic() < until and (rows := list(islice(strange, BATCH))):
        found = _first_difference(beside, rows, steps, namespace, until)
        if found is not None:
            return found
    return None


def _first_difference(beside, rows, steps, namespace, until):
    """Run the steps for a table that ends in strange rows, and for each of these alone, side by side.

    An error is no wrong answer. Where the table fails, or loses rows, those that do so alone are asked
    for apart.
    """
    first, among = rows_of(beside), namespace(joined([beside, *rows]))
    alone = {first + i: namespace(row) for i, row in enumerate(rows)}
    for number, (code, names, columns) in enumerate(steps):
        if time.monotonic() > until:
            return None
        out = [place for place, held in alone.items() if not _runs(code, held)]
        ran = _runs(code, among)
        if ran and len(rows) > 1:
            out += [place for place, held in alone.items() if _goes(held, among, names)]
        if len(rows) > 1 and (out or not ran):
            parts = _apart(rows, [place - first for place in out])
            found = (_first_difference(beside, p, steps, namespace, until) for p in parts)
            return next((one for one in found if one is not None), None)
        if out or not ran:
            return None
        for name in names:
            table = among.get(name)
            if rows_of(table) != first + len(rows) or kind_of(table) == "other":
                continue
            table = Among(table, columns)
            if not all(table.holds(place, held.get(name)) for place, held in alone.items()):
                return number, name
    return None


def _apart(rows, out):
    """The strange rows in parts: those that stay together first; each by itself where all would."""
    stay = [row for i, row in enumerate(rows) if i not in out]
    if len(stay) == len(rows):
        return [[row] for row in rows]
    return [*([stay] if stay else []), *([rows[i]] for i in dict.fromkeys(out))]


def _runs(code, names):
    try:
        exec(code, names)
    except Exception:
        return False
    return True


def _goes(held, among, names):
    """Whether a row is lost alone where the table is not."""
    return any(rows_of(held.get(name)) == 0 and rows_of(among.get(name)) for name in names)


def _rows(beside):
    """Strange rows, as tables of one row: all columns at once, and then one after the other."""
    if kind_of(beside) != "frame":
        yield from filter(_is_some, (_tried(way, beside) for way in _WAYS))
        return
    row = take(beside, [0])
    for way in (_high, _low) if len(beside.columns) > 1 else ():
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
            row[column] = strange.array
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

    nearest = numpy.nanmin(values, axis=0) if times < 0 else numpy.nanmax(values, axis=0)
    span = numpy.nanmax(values, axis=0) - numpy.nanmin(values, axis=0) + 1
    far = nearest + times * span
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
