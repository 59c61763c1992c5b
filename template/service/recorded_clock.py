"""The recorded clock: what depends on the time is compared as of when the notebook answered.

The contract holds that moment where predict asks for the time. While the answers are compared, the
clocks that Python code asks stand still there; requests are answered by the true ones.
"""

import datetime as real
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_SECONDS = ("time", "time_ns", "localtime", "gmtime", "ctime", "strftime")


@contextmanager
def recorded_clock(moment: Mapping[str, str] | None, model: Path) -> Iterator[None]:
    """Let the clocks stand at the moment, for the code in the folder `model` and what it calls.

    `moment` has the `local` time and `utc`, without offsets; None lets them go on.
    """
    if moment is None:
        yield
        return
    stands = _standing(
        real.datetime.fromisoformat(moment["local"]), real.datetime.fromisoformat(moment["utc"])
    )
    changed: list[tuple[Any, str, Any]] = []
    for module, names in _where(model):
        for name in names:
            held = getattr(module, name, None)
            if id(held) in stands:
                changed.append((module, name, held))
                setattr(module, name, stands[id(held)])
    try:
        yield
    finally:
        for module, name, held in changed:
            setattr(module, name, held)


def _where(model: Path) -> Iterator[tuple[Any, list[str]]]:
    """Yield the modules whose names may hold a clock: those that have them, and the model's."""
    yield real, ["datetime", "date"]
    yield time, list(_SECONDS)
    if "pandas" in sys.modules:
        yield sys.modules["pandas"], ["Timestamp"]
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(model):
            yield module, list(vars(module))


def _standing(local: real.datetime, utc: real.datetime) -> dict[int, Any]:
    """Return what takes the place of each clock, by the clock's id."""
    aware = utc.replace(tzinfo=real.timezone.utc)

    def now(tz: Any = None) -> real.datetime:
        return local if tz is None else aware.astimezone(tz)

    clocks: dict[int, Any] = {
        id(real.datetime): _class(
            real.datetime, {"now": now, "utcnow": lambda: utc, "today": lambda: local}
        ),
        id(real.date): _class(real.date, {"today": local.date}),
    }
    seconds: dict[str, Callable[..., Any]] = {
        "time": aware.timestamp,
        "time_ns": lambda: int(aware.timestamp()) * 10**9,
        "localtime": _or_now(time.localtime, local.timetuple),
        "gmtime": _or_now(time.gmtime, utc.timetuple),
        "ctime": _or_now(time.ctime, local.ctime),
        "strftime": lambda form, at=None: _strftime(form, at or local.timetuple()),
    }
    clocks |= {id(getattr(time, name)): seconds[name] for name in _SECONDS}
    if "pandas" in sys.modules:
        stamp = sys.modules["pandas"].Timestamp

        def stamped(tz: Any = None) -> Any:
            return stamp(local) if tz is None else stamp(aware).tz_convert(tz)

        at = {"now": stamped, "today": stamped, "utcnow": lambda: stamp(aware)}
        clocks[id(stamp)] = _class(stamp, at)
    return clocks


_strftime = time.strftime


def _or_now(given: Callable[..., Any], now: Callable[[], Any]) -> Callable[..., Any]:
    return lambda seconds=None: now() if seconds is None else given(seconds)


def _class(clock: type, stands: Mapping[str, Callable[..., Any]]) -> type:
    """Return a class that is the clock in all but what tells the time."""

    class Standing(type):
        def __call__(cls, *args: Any, **kwargs: Any) -> Any:
            return clock(*args, **kwargs)

        def __getattr__(cls, name: str) -> Any:
            return getattr(clock, name)

        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, clock)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, clock)

    return Standing(clock.__name__, (), {name: staticmethod(f) for name, f in stands.items()})
