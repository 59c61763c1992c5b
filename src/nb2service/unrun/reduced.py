"""Reduced: what is said of a notebook of which only a part runs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reduced:
    """What runs of a notebook, and what does not.

    Attributes:
        statements: how many statements run.
        of: how many the notebook has.
        files: the values that come from files -> which, in words.
        whole: the cells that run as they stand, so that all that they print can be compared.
        last: the cells whose last statement runs, so that what it shows can be compared.
    """

    statements: int
    of: int
    files: Mapping[str, str]
    whole: frozenset[int]
    last: frozenset[int]
