"""What stands before a method: asks the drop-in, and the method itself for all that it leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import update_wrapper
from typing import Any

HAND_OVER = object()
_GONE = object()


class UnfitError(Exception):
    """The value has something that the drop-in does not know."""


class Shadow:
    """Stands before a method of a value, as an attribute of that value; see `stand`."""

    def __init__(
        self, value: Any, method: str, fast: Callable[[Any], Any], watched: Iterable[str]
    ) -> None:
        self._value, self._method, self._fast = value, method, fast
        self._state = [(name, vars(value).get(name, _GONE)) for name in watched]
        # What follows a warning of the value's own may go on without it: Python shows it once.
        self._heard: Callable[[Any], None] = getattr(fast, "heard", _nothing)
        update_wrapper(self, own(value, method))

    def __call__(self, *args: Any, **options: Any) -> Any:
        """Return the drop-in's answer, or the method's own."""
        if len(args) == 1 and not options:
            now = vars(self._value)
            if all(now.get(name, _GONE) is was for name, was in self._state):
                try:
                    answer = self._fast(args[0])
                except Exception:  # whatever is wrong, the method itself says it
                    answer = HAND_OVER
                if answer is not HAND_OVER:
                    return answer
        answer = own(self._value, self._method)(*args, **options)
        if len(args) == 1 and not options:
            self._heard(args[0])
        return answer

    def answers(self, given: Any) -> bool:
        """Say whether the drop-in itself answers this."""
        return self._fast(given) is not HAND_OVER


def stand(value: Any, fast: Mapping[str, Callable[[Any], Any]], watched: Iterable[str]) -> None:
    """Put drop-ins before methods of a value. A copy of the value has its own methods again."""
    watched = tuple(watched)
    for method, answer in fast.items():
        vars(value)[method] = Shadow(value, method, answer, watched)
    vars(value)["__getstate__"] = _State(value)


def stand_aside(value: Any) -> None:
    """Give a value all of its own methods back."""
    for name in [name for name, item in vars(value).items() if isinstance(item, (Shadow, _State))]:
        del vars(value)[name]


class _State:
    """What `copy` and `pickle` take of a value: all but what stands before its methods."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __call__(self) -> Any:
        """Return the state."""
        given = getattr(type(self._value), "__getstate__", None)  # Python 3.10 has it for some
        state = dict(vars(self._value)) if given is None else given(self._value)
        if not isinstance(state, dict):
            return state
        return {n: item for n, item in state.items() if not isinstance(item, (Shadow, _State))}


class Unchanged:
    """Says whether values still have the very attributes that they had, however they are held."""

    def __init__(self, values: Iterable[Any]) -> None:
        self._kept = [(vars(value), dict(vars(value))) for value in values]

    def __call__(self) -> bool:
        """Say whether none was set, replaced or dropped."""
        return all(
            len(now) == len(before)
            and all(now.get(name, _GONE) is was for name, was in before.items())
            for now, before in self._kept
        )


def own(value: Any, method: str) -> Callable[..., Any]:
    """Return the method that the value has without a drop-in."""
    bound: Callable[..., Any] = getattr(type(value), method).__get__(value, type(value))
    return bound


def _nothing(given: Any) -> None:
    """Hear nothing."""
