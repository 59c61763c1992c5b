"""The clock: an answer that depends on when it is asked."""

from collections.abc import Iterator

from nb2service.checking.calls import calls
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Survey
from nb2service.notebook.dataflow.settings import CLOCKS

NAME = "clock"


def find(survey: Survey) -> Iterator[Finding]:
    """Find calls that ask for the time, in code that answers requests."""
    for part in survey.served:
        if part.when != "request":
            continue
        for call, name in calls(part.node, survey.imports):
            if name in CLOCKS:
                yield at(
                    NAME,
                    "warning",
                    survey.notebook,
                    part.statement,
                    call.lineno,
                    f"{name}() is asked at each request, so answers depend on the day",
                    "If the answer depends on it, take the time as an argument of the function.",
                )
