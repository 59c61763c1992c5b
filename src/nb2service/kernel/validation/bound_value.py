"""Whether what the notebook binds the answer to holds just that when the marked cell has run."""

from ..notebook import notebook_names
from ..tables.equality import same
from ..tables.kinds import kind_of, rows_of
from ..tracking.tracker import TRACKER


def bound_value(event, name, place, text):
    """Compare the answer that was seen with what `text` gives now.

    Args:
        event: the event of the statement that answers.
        name: the name of the answer; None where it is an expression.
        place: the place of that expression; None where it is a name.
        text: what the notebook gave the answer to: `y_pred`, `df['price']`.

    Returns:
        `alike`, and in `rows` how many rows the answer has and how many are there now; None for none.
    """
    seen = TRACKER.versions.get((event, name)) if place is None else _last(event, place)
    try:
        held = eval(text, dict(notebook_names()))  # the notebook's own name, in its own kernel
    except Exception:
        held = None
    alike = seen is None or _alike(seen, held)
    return {"alike": alike, "rows": [rows_of(seen), rows_of(held)]}


def _last(event, place):
    kept = TRACKER.kept.get((event, place))
    return kept[-1] if kept else None


def _alike(seen, held):
    """Whether two values have the same rows, whatever holds them."""
    if hasattr(held, "sort_index") and rows_of(seen) == rows_of(held):
        held = held if same(seen, held) else held.sort_index()  # rows that were only put in order
    if kind_of(seen) == "frame" and kind_of(held) == "frame" and list(seen) != list(held):
        return False
    return bool(same(seen, held))
