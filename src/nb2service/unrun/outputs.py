"""Outputs: what the notebook stored of its answers against what the saved files give now."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nb2service.errors import Nb2serviceError
from nb2service.look import Look
from nb2service.notebook.stored import shown_text, stored

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
# NumPy 2 says the type of its numbers, earlier ones did not.
_TYPED = re.compile(r"\bnp\.(?:float|int|uint|bool|str)\w*\(([^()]*)\)")
# Where a number shows so many digits, the last may be rounded otherwise elsewhere.
_LONG = 6
_CLOSE = 1e-6

Outputs = Sequence[Mapping[str, Any]]


def compare(looked: Look, shown: Mapping[int, Outputs]) -> tuple[str, ...]:
    """Compare what cells show now with what the notebook stored; say what can be relied on.

    Args:
        looked: a reduced notebook.
        shown: the outputs of the cells that call predict, as they are now.

    Raises:
        Nb2serviceError: an answer is another one: the files and the outputs come from different runs.
    """
    about = looked.reduced
    if about is None:
        return ()
    before = stored(looked.notebook)
    alike, differing = 0, []
    for number, now in shown.items():
        then = before[number].outputs if number in before else ()
        for kind, cells in (("execute_result", about.last), ("stream", about.whole)):
            old, new = _texts(then, kind), _texts(now, kind)
            if number not in cells or not old:
                continue
            if are_alike(old, new):
                alike += 1
            elif kind == "execute_result":
                raise _differs(looked, number, old, new)
            else:
                differing.append(number)
    return tuple(_said(alike, differing))


def _texts(outputs: Iterable[Mapping[str, Any]], kind: str) -> str:
    return "".join(
        shown_text(output) for output in outputs if output["output_type"] == kind
    ).strip()


def are_alike(old: str, new: str) -> bool:
    """Whether two texts say the same, but for spaces and the last sign of numbers."""
    old, new = (_TYPED.sub(r"\1", text) for text in (old, new))
    if re.sub(r"\s+", "", _NUMBER.sub("#", old)) != re.sub(r"\s+", "", _NUMBER.sub("#", new)):
        return False
    pairs = zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True)
    return all(_same_number(a, b) for a, b in pairs)


def _same_number(old: str, new: str) -> bool:
    if old == new:
        return True
    if not re.search(r"[.eE]", old + new):
        return False  # whole numbers are the same or not
    mantissa, _, exponent = old.lower().partition("e")
    digits = len(re.sub(r"\D", "", mantissa).lstrip("0"))
    step = 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    near = 1.01 * step if digits >= _LONG and len(old) == len(new) else 0.0
    return abs(float(old) - float(new)) <= max(near, _CLOSE * abs(float(old)))


def _differs(looked: Look, number: int, old: str, new: str) -> Nb2serviceError:
    return Nb2serviceError(
        looked.notebook.place(number),
        f"the stored output is another answer than the saved files give\n"
        f"    stored: {_short(old)}\n    now:    {_short(new)}",
        "They come from different runs: run the notebook once from top to bottom and save it with its "
        "files, or clear this cell's output.",
    )


def _short(text: str) -> str:
    return " ".join(text.split())[:100]


def _said(alike: int, differing: Sequence[int]) -> Iterable[str]:
    compared = (
        f"{alike} stored output{' was' if alike == 1 else 's were'} compared, and "
        f"{'is' if alike == 1 else 'are'} the same"
        if alike
        else "no stored output could be compared"
    )
    yield (
        "The notebook was not run (run_notebook=no): what it answers was computed from its saved files, "
        f"and nobody has seen that it would make these files again; {compared}."
    )
    for number in differing:
        yield f"Cell {number} prints other text now than what is stored: look whether answers differ."
