"""Compare two answers as parity means it: the same structure, numbers equal but for rounding."""

import math
from typing import Any

RELATIVE, ABSOLUTE = 1e-6, 1e-9


def same_answer(found: Any, expected: Any) -> bool:
    """Say whether two plain answers agree; numbers may differ in digits that hardware decides."""
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    if isinstance(found, (int, float)) and isinstance(expected, (int, float)):
        return math.isclose(found, expected, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(same_answer, found, expected))
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(
            same_answer(found[name], expected[name]) for name in expected
        )
    return type(found) is type(expected) and bool(found == expected)
