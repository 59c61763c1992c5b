"""What schemathesis must know of a model: not every value that fits its feature is one it takes.

Loaded by schemathesis itself (SCHEMATHESIS_HOOKS), see `test_openapi.py`.
"""

import os
import re
from typing import Any

import schemathesis

# The service's sentences about a value, as opposed to the form of a record: a category at which
# predict raises, a number at which it raises, and one beyond the dtype of a row. No schema
# says these; each was seen with the examples. Further sentences about values were not, and stay out.
_OF_A_VALUE = re.compile("unknown value|predict does not take|expected a (?:row|value) that fits")
# An argument that says how long predict works: beyond this it is never asked.
_MOST = float(os.environ.get("SCHEMATHESIS_MOST", "inf"))


@schemathesis.hook
def filter_failure(context: Any, failure: Any, case: Any, response: Any) -> bool:
    """A record of the right form may be refused if each fault names a value."""
    if type(failure).__name__ != "RejectedPositiveData" or response.status_code not in (400, 422):
        return True
    faults = response.json().get("errors", [])
    return not faults or not all(_OF_A_VALUE.search(fault["message"]) for fault in faults)


@schemathesis.hook
def filter_case(context: Any, case: Any) -> bool:
    """Leave out what predict would work on for hours."""
    return not _holds_more(case.body)


def _holds_more(body: Any) -> bool:
    if isinstance(body, dict):
        return any(_holds_more(value) for value in body.values())
    if isinstance(body, list):
        return any(_holds_more(value) for value in body)
    return isinstance(body, (int, float)) and abs(body) > _MOST
