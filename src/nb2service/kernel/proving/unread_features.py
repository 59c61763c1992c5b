"""Which features predict never reads: tried with the extracted code, not guessed from it.

A predict that is given a whole table often selects its columns from it, so the label and an id come
with every recorded call. Nobody should have to send them.
"""

import dataclasses
from typing import Any

# A wide table goes into the model as it is; to try each of its columns would take long.
_MOST_FEATURES = 300
# Enough to see that a column is missed.
_MOST_ROWS = 5


class _TouchedError(Exception):
    """Something looked at a value that it was to leave alone."""


class _Trap:
    """A value that can be carried about, copied and dropped, but not looked at.

    Whoever looks nevertheless gets an exception; `touched` remembers it, should they catch it.
    """

    touched = False

    def _look(self, *args, **kwargs):
        _Trap.touched = True
        raise _TouchedError

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self


_LOOKS = (
    "getattr bool int float complex index str repr format hash len iter next getitem contains call array "
    "eq ne lt le gt ge add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv mod rmod pow rpow "
    "and rand or ror xor rxor matmul rmatmul neg pos abs invert round array_ufunc array_function"
)
for _name in _LOOKS.split():
    setattr(_Trap, f"__{_name}__", _Trap._look)


def unread(predict, contract, calls, ask):
    """The features without which predict answers all calls of the proof as it does with them.

    Each is left out, and each is given values that raise when they are looked at: to be missed by
    nobody is not enough, because a default may stand in for what is missing.

    Args:
        predict: the extracted function.
        contract: its contract.
        calls: the calls that predict answers, the recorded ones first.
        ask: called with a function, a contract and records; returns the answers.

    Returns:
        The names, in the order of the contract; none if these would be all.
    """
    if not _can_try(contract) or len(contract.features) > _MOST_FEATURES:
        return []
    asked = [(call["records"], ask(predict, contract, call["records"])) for call in calls]
    few = asked[0][0][:_MOST_ROWS]
    probe = [(few, ask(predict, contract, few))]
    found = [n for n in contract.features if _ignored(predict, contract, {n}, probe, ask)]
    if not found or len(found) == len(contract.features):
        return []
    if not _ignored(predict, contract, set(found), asked, ask):  # some of them are read elsewhere
        found = [n for n in found if _ignored(predict, contract, {n}, asked, ask)]
        if not found or not _ignored(predict, contract, set(found), asked, ask):
            return []
    return found


def _can_try(contract):
    if contract.input == "rows":
        return contract.container in ("list", "tuple") and contract.row == "fields"
    return contract.input == "frame" or (contract.input == "record" and not contract.container)


def _ignored(predict, contract, names, asked, ask):
    """Whether the answers stay the same without these features, and with traps in their place."""
    kept = {name: schema for name, schema in contract.features.items() if name not in names}
    without = dataclasses.replace(contract, features=kept)
    trapped = _trapped(predict, names)
    _Trap.touched = False
    try:
        for records, expected in asked:
            if ask(predict, without, records) != expected:
                return False
            if ask(trapped, contract, records) != expected:
                return False
    except Exception:  # whatever predict raises where it misses something
        return False
    return not _Trap.touched


def _trapped(predict, names):
    """predict, given traps for these features."""

    def trapped(*args, **kwargs):
        given = [_with_traps(value, names) for value in args]
        return predict(*given, **{key: _with_traps(value, names) for key, value in kwargs.items()})

    return trapped


def _with_traps(value, names):
    if isinstance(value, dict):
        return {key: _Trap() if key in names else item for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_with_traps(row, names) for row in value)
    import numpy  # there is a DataFrame, so it is loaded
    import pandas

    traps: Any = numpy.empty(len(value), dtype=object)
    for place in range(len(value)):
        traps[place] = _Trap()
    columns = {
        label: pandas.Series(traps, index=value.index) if str(label) in names else value[label]
        for label in value.columns
    }
    return pandas.concat(columns, axis=1)
