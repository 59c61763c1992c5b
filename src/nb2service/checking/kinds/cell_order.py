"""Cells that were last executed in another order than they stand in."""

from collections.abc import Iterator

from nb2service.checking.findings import Finding
from nb2service.checking.survey import Survey
from nb2service.notebook.stored import stored

NAME = "cell-order"
_MOST_SHOWN = 5


def find(survey: Survey) -> Iterator[Finding]:
    """Find cells that were executed after one that stands below them."""
    counts = {n: s.count for n, s in stored(survey.notebook).items() if s.count is not None}
    ran = [(n, counts[n]) for n in sorted(counts) if n <= survey.last_cell]
    early: list[tuple[int, int, int]] = []
    for place, (number, count) in enumerate(ran):
        after = [other for other, theirs in ran[place + 1 :] if theirs < count]
        if after:
            early.append((number, count, after[0]))
    if not early:
        return
    needed = {p.statement.cell.number for p in (*survey.served, *survey.making)}
    shown = ", ".join(
        f"cell {number} (In [{count}], after cell {after})"
        for number, count, after in early[:_MOST_SHOWN]
    )
    more = f" and {len(early) - _MOST_SHOWN} more" if len(early) > _MOST_SHOWN else ""
    concerned = [number for number, _, _ in early if number in needed]
    depends = (
        "what is served depends on them" if concerned else "nothing that is served depends on them"
    )
    first = (concerned or [early[0][0]])[0]
    yield Finding(
        NAME,
        "warning",
        survey.notebook.place(first),
        first,
        None,
        f"cells were last executed after cells below them: {shown}{more}; {depends}",
        "nb2service runs them from top to bottom: Restart & Run All shows whether the results stay.",
    )
