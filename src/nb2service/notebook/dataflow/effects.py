"""Effects: what one statement does to the names of a notebook and to the process."""

from collections.abc import Mapping
from dataclasses import dataclass, field

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Effects:
    """What a statement may do when it runs. May, not did: what cannot be told is there.

    Attributes:
        binds: the global names that it may give a new value, also through functions that it calls.
        sure: those of them that it binds whichever way it takes: older values are gone.
        changes: the names whose value may be changed in place, whatever the name that it is
            changed by: an alias, a view, an element of a list, a function that is called.
        reads: the names whose values are used when it runs, with the functions and classes of the
            notebook that may be called by other ways than by name.
        lazy: the names that functions defined in it use when they are called.
        settings: the process-wide settings that it may set: `pandas.options`, `os.environ`.
        draws: the generators shared by all that it may draw from: `random`, `numpy.random`.
        clocks: the functions by which it may ask for the time: `datetime.date.today`.
        stops: whether it may raise or leave on purpose: `assert`, `raise`, `sys.exit()`.
        anything: whether it may bind or change any name: `exec(text)`, `globals()[name] = 1`.
        parts: of a loop or a branch, what the simple statements in it may change, by line and column.
    """

    binds: frozenset[str] = NONE
    sure: frozenset[str] = NONE
    changes: frozenset[str] = NONE
    reads: frozenset[str] = NONE
    lazy: frozenset[str] = NONE
    settings: frozenset[str] = NONE
    draws: frozenset[str] = NONE
    clocks: frozenset[str] = NONE
    stops: bool = False
    anything: bool = False
    parts: Mapping[tuple[int, int], frozenset[str]] = field(default_factory=dict)

    @property
    def touches(self) -> frozenset[str]:
        """The names that hold something else, or something changed, afterwards."""
        return self.binds | self.changes


@dataclass
class Seen:
    """What was seen so far of the effects of a statement, or of the body of a function.

    Attributes:
        changed: the locations of objects that may be changed in place.
        stored: names whose attributes or items are set although nothing is known that they hold.
        binds: as in Effects, but for those that the statement itself shows.
        called: the functions and classes of the notebook that may be called.
        settings, draws, clocks, stops, anything: as in Effects.
        returned: for a function, what it may return.
        gives: for a function, what the global names that it binds may hold.
        unknown: for a function, the global names that it calls without knowing what they hold, and
            what it gives them.
    """

    changed: set[int] = field(default_factory=set)
    stored: set[str] = field(default_factory=set)
    binds: set[str] = field(default_factory=set)
    called: set[int] = field(default_factory=set)
    settings: set[str] = field(default_factory=set)
    draws: set[str] = field(default_factory=set)
    clocks: set[str] = field(default_factory=set)
    stops: bool = False
    anything: bool = False
    returned: set[int] = field(default_factory=set)
    gives: dict[str, set[int]] = field(default_factory=dict)
    unknown: dict[str, set[int]] = field(default_factory=dict)
