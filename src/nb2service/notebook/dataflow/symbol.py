"""Symbol: what a function is given, under the name that whoever calls it knows it by."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Symbol:
    """Something that a function is given: whoever calls it knows what that is.

    Attributes:
        kind: `parameter`, `global`, or `captured` from the function around it.
        name: its name; of a parameter its place.
        inside: whether it stands for what that holds, at any depth.
    """

    kind: str
    name: str
    inside: bool = False
