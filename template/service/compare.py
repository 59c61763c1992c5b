"""Compare two answers as parity means it: the same structure, numbers equal but for rounding."""

import math
import struct
from typing import Any

# How far numbers may lie apart, relatively and absolutely: in digits that hardware decides.
DOUBLE = (1e-6, 1e-9)  # a float64 may still have been computed with float32
SINGLE = (1e-5, 1e-6)  # 24 bits, of which sums and exponentials lose some
# Whole numbers below this are labels and counts, also where an array made floats of them.
_COUNTS = 2**20


def same_answer(found: Any, expected: Any) -> bool:
    """Say whether two plain answers agree: floats within their dtype's tolerance, all else exactly.

    JSON knows no dtypes, but numbers that were float32 show it: see `is_single`.
    """
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        if _is_whole(found) and _is_whole(expected):
            return found == expected
        single = is_single(found) and is_single(expected)
        relative, absolute = SINGLE if single else DOUBLE
        return math.isclose(found, expected, rel_tol=relative, abs_tol=absolute)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same_answer, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            same_answer(found[name], expected[name]) for name in expected
        )
    return type(found) is type(expected) and bool(found == expected)


def _is_whole(number: float) -> bool:
    return isinstance(number, int) or (number.is_integer() and abs(number) < _COUNTS)


def is_single(number: float) -> bool:
    """Say whether the number comes through 32 bits unchanged; one float64 in 500 million does."""
    try:
        return bool(struct.unpack("f", struct.pack("f", number))[0] == number)
    except OverflowError:
        return False
