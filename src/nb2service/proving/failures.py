"""Failures: why the extracted code answers otherwise than the notebook did, as far as it is known."""

import re
from collections.abc import Sequence

from nb2service.errors import Nb2serviceError
from nb2service.extraction import Extraction
from nb2service.proving.causes import Cause
from nb2service.proving.local_files import SETUP
from nb2service.proving.prove import Proof
from nb2service.proving.words import explanation

_MOST_SHOWN = 5
_NO_NAME = re.compile(r"NameError: name '(\w+)' is not defined")
# What was tried, in words, where it was not the reason.
_NOT = {
    "chance": "it gives the same answer each time it is asked",
    "environment": "the environment variables that cells set change nothing",
    "folder": "the notebook's folder as the working directory changes nothing",
}


def refuse_failures(taken: Extraction, proof: Proof, seen: Sequence[Cause]) -> None:
    """Refuse code that answers otherwise than the notebook did.

    Args:
        taken: what was taken, and what the kernel itself answered when it was asked again.
        proof: what the proof found.
        seen: what in the code may explain it.

    Raises:
        Nb2serviceError: a call was answered otherwise.
    """
    if not proof.failures:
        return
    shown = "\n    ".join(proof.failures[:_MOST_SHOWN])
    marked = taken.mark
    raise Nb2serviceError(
        taken.notebook.place(marked.cell),
        f"the extracted code answers otherwise than the notebook did in {_counted(proof)}\n    {shown}",
        _why(taken, proof, seen),
    )


def _counted(proof: Proof) -> str:
    """How many calls were answered otherwise."""
    told = []
    for check, things in (("recorded", "recorded calls"), ("drawn", "drawn records")):
        alike, asked = proof.count(check)
        if alike < asked:
            told.append(f"{asked - alike} of {asked} {things}")
    return " and in ".join(told)


def _why(taken: Extraction, proof: Proof, seen: Sequence[Cause]) -> str:
    """The cause that was established, with its remedy; else what is known not to be the cause."""
    cause, names = proof.why.get("cause", ""), proof.why.get("names", ())
    missing = _NO_NAME.search(proof.failures[0])
    if missing and missing[1] not in taken.items:
        return (
            f"`{missing[1]}` did not come along: the code names it in a text only, as in "
            f"eval('{missing[1]}'), or not at all. Let the function name it as code: "
            f"`{missing[1]}` on a line of its own is enough."
        )
    explained = explanation("recorded", seen)
    if cause == "chance":
        what = explained or (
            "something that it uses changes between calls: a random number without a seed, the time, "
            "a counter"
        )
        return f"It gives another answer each time it is asked: {what}. {_RULE}"
    if cause == "environment":
        named = " and ".join(names)
        return (
            f"It answers alike with {named} as a cell sets it in the environment, which a service does "
            "not have. Set it in a cell of its own, marked `setup` (first line `#| setup`)."
        )
    if cause == "folder":
        return f"It answers alike in the notebook's folder: it looks for a file there. {SETUP}"
    if taken.again.get("changed"):
        what = explained or (
            "a counter, the time, a random number, or a value that a later statement changes"
        )
        now = taken.again["changed"]
        return (
            f"The notebook itself answers otherwise when it is asked again at its end ({now}): "
            f"something that it uses changes between calls: {what}. {_RULE}"
        )
    if taken.again.get("saved"):
        named = ", ".join(f"`{name}`" for name in taken.again["saved"])
        return (
            f"With {named} saved and loaded again the notebook answers so, too: the value does not "
            "survive being saved. Make it from plain values in a cell marked `setup` (first line "
            "`#| setup`)."
        )
    return _unknown(taken, proof, explained)


_RULE = (
    "An answer must depend on nothing but its record: not on the calls before it, nor on chance "
    "without a seed."
)


def _moved(taken: Extraction) -> str:
    """Where a cell changes the working directory; `""` if none does."""
    for cell in taken.notebook.cells:
        lines = cell.python.splitlines()
        found = next((n for n, line in enumerate(lines, 1) if "chdir(" in line), None)
        if found is not None:
            return f"Cell {cell.number}, line {found}"
    return ""


def _unknown(taken: Extraction, proof: Proof, explained: str) -> str:
    known = [_NOT[one] for one in proof.why.get("tried", ()) if one in _NOT]
    if taken.again.get("changed") == "":
        known.append("the notebook answers its calls at its end as before")
    if taken.again.get("saved") == []:
        known.append("also with what was saved, loaded again")
    text = f"What is known: {'; '.join(known)}. " if known else ""
    if moved := _moved(taken):
        text += f"{moved} changes the working directory, and a service keeps its own. "
    if explained:
        return f"{text}The code has {explained}. {_RULE}"
    return (
        f"{text}So it is something that did not come along: a setting of a library or of Python, or "
        "what a cell changed behind the back of the names. Set it in the function that needs it."
    )
