"""Whether the function of a path answers row by row: each row alone as it does in a table."""

import time

from ..tables.equality import same
from ..tables.kinds import kind_of, rows_of
from ..tables.rows import joined, take
from .call import OtherwiseError, called, short

# How long rows are asked for alone; the first of an even sample, the rest if time is left.
SECONDS = 3.0
FEWEST = 100


def refuse_input_independent(function, given):
    """Refuse a function that answers no rows: what it answers does not come from its input."""
    if rows_of(given) is None:
        return
    try:
        answer = called(function, take(given, []))
    except OtherwiseError:
        return
    if rows_of(answer):
        why = "the answer is there without any row: it does not come from it"
        raise OtherwiseError(why, elsewhere=True)


def alone(function, given, whole, ids):
    """Ask for rows alone, as a service is asked; return for how many that the notebook answered.

    Where these are few, others of the table are asked for, too.
    """
    until = time.monotonic() + SECONDS
    answered = set(ids)
    others = [i for i in range(rows_of(given)) if i not in answered]
    order = [*_evenly(ids), *_evenly(others)[: max(0, FEWEST - len(ids))]]
    for asked, i in enumerate(order):
        if asked >= FEWEST and time.monotonic() > until:
            return min(asked, len(ids))
        try:
            got = called(function, take(given, [i]))
        except OtherwiseError as error:
            raise OtherwiseError(f"row {i + 1} alone fails ({error})") from None
        expected = take(whole, [i])
        if not same(got, expected):
            raise OtherwiseError(
                f"row {i + 1} alone gives {short(got)}, in the table {short(expected)}"
            )
    return len(ids)


def together(function, given, whole):
    """Whether a table of several rows gives what each row alone gives, tried on changed copies.

    The notebook has one row only, so that nothing of it tells.
    """
    if rows_of(whole) != 1:
        return True  # one value for the whole table: a service asks row by row anyway
    rows, answers = [given], [whole]
    for factor, more in ((2, 1), (-1, -1), (0, 0), (1, 100), (1, -100), (100, 10_000)):
        changed = _changed(given, factor, more)
        try:
            answers.append(called(function, changed))
            rows.append(changed)
        except OtherwiseError:
            continue
    try:
        both = called(function, joined([given, *rows]))
    except OtherwiseError:
        return False
    expected = [whole, *answers]
    return rows_of(both) == len(expected) and all(
        same(take(both, [i]), one) for i, one in enumerate(expected)
    )


def _changed(given, factor, more):
    """A table with other numbers in it."""
    if kind_of(given) == "frame":
        changed = given.copy()
        for column in changed.columns:
            if changed[column].dtype.kind in "if":
                changed[column] = changed[column] * factor + more
        return changed
    if isinstance(given, list):
        numbers = (int, float)
        return [
            [v * factor + more if type(v) in numbers else v for v in row]
            if isinstance(row, list)
            else (row * factor + more if type(row) in numbers else row)
            for row in given
        ]
    is_number = getattr(getattr(given, "dtype", None), "kind", "") in ("i", "f")
    return given * factor + more if is_number and not hasattr(given, "tocsr") else given


def _evenly(places):
    """The places in another order: an even sample of them first."""
    step = max(1, len(places) // FEWEST)
    return [*places[::step], *(i for at, i in enumerate(places) if at % step)]
