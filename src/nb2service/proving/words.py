"""Words: what the proof found, and what in the code explains it, in sentences."""

from collections.abc import Sequence
from dataclasses import replace

from nb2service.proving.causes import Cause, Kind, Where
from nb2service.proving.prove import SKEW, STATE, Proof

_SAYS = {
    "alone": "answers differently for a row alone and in a batch",
    "shuffled": "answers a row differently when the rows of its batch stand in another order",
    "twice": "does not always give the same answer",
    "order": "answers differently when the keys of a record stand in another order",
    "again": "remembers: an answer depends on what was asked before",
    "threads": "mixes up calls that come at the same time",
    "json": "is given another value than in the notebook",
}
_COUNTED = {"alone": "rows", "shuffled": "batches", "twice": "calls", "order": "calls"}
# What explains the findings of a check, best first.
_KINDS: dict[str, tuple[Kind, ...]] = {
    **dict.fromkeys(SKEW, ("batch", "aggregate")),
    **dict.fromkeys(STATE, ("state", "chance")),
    "recorded": ("chance", "state"),
    "drawn": ("chance", "state"),
}
_FOLLOWS = {
    "skew": "Clients that send one record get other answers than the notebook. The service runs it "
    "one request at a time and never batches requests.",
    "mixed": "The service asks it about each record alone, as the notebook would about that one.",
    "state": "The service runs it one request at a time, in one process.",
}
_MOST_CAUSES = 3
_MOST_PLACES = 3


def unreached(proof: Proof, where: Where) -> list[str]:
    """Name the places of the extracted code that no call of the proof came to.

    Args:
        proof: what the proof found.
        where: says where a line of `predict.py` stands.
    """
    return [
        f"{where(place['line'])}: `{place['text']}`"
        if place["text"]
        else f"{where(place['line'])}: the condition was never false"
        for place in proof.unreached
    ]


def of_unreached(proof: Proof, where: Where) -> list[str]:
    """Say which code no record of the proof came to; where a condition was never false is left out."""
    places = unreached(
        replace(proof, unreached=tuple(p for p in proof.unreached if p["text"])), where
    )
    if not places:
        return []
    more = len(places) - _MOST_PLACES
    named = "; ".join(places[:_MOST_PLACES]) + (f"; and {more} more" if more > 0 else "")
    _, drawn = proof.count("drawn")
    others = f"nor {drawn} drawn ones " if drawn else ""
    return [
        f"Neither the notebook's calls {others}came to {named}: no answer from there was compared."
    ]


def sentences(function: str, proof: Proof, causes: Sequence[Cause]) -> list[str]:
    """Say each kind of difference once, with its first example and its cause where that is seen.

    Args:
        function: the name of predict.
        proof: what the checks found.
        causes: what was seen in the code.
    """
    found = [_sentence(function, proof, check, causes) for check in _SAYS if proof.of([check])]
    if proof.mixed:
        explained = explanation("alone", causes)
        because = f"; {explained}" if explained else ""
        said = f"{function} answers rows unlike the notebook's otherwise in a batch"
        found.append(f"{said}: {proof.mixed[0]}{because}.")
    return found


def consequences(proof: Proof) -> list[str]:
    """What the service does about what was found."""
    found = [] if proof.rowwise else [_FOLLOWS["skew"]]
    found += [_FOLLOWS["mixed"]] if proof.mixed else []
    return [*found, _FOLLOWS["state"]] if proof.stateful else found


def _sentence(function: str, proof: Proof, check: str, causes: Sequence[Cause]) -> str:
    alike, asked = proof.count(check)
    things = _COUNTED.get(check)
    counted = f" ({asked - alike} of {asked} {things})" if things else ""
    explained = explanation(check, causes)
    because = f"; {explained}" if explained else ""
    return f"{function} {_SAYS[check]}{counted}: {proof.of([check])[0].text}{because}."


def explanation(check: str, causes: Sequence[Cause]) -> str:
    """The likely causes of what a check found, in words; "" where none is seen."""
    fitting = [c.text for kind in _KINDS.get(check, ()) for c in causes if c.kind == kind]
    return "; ".join(fitting[:_MOST_CAUSES])
