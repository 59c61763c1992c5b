"""`input()` and the like: in a service, nobody answers."""

from collections.abc import Iterator

from nb2service.checking.calls import calls
from nb2service.checking.findings import Finding, at
from nb2service.checking.survey import Survey

NAME = "input"
_ASKS = frozenset({"input", "getpass.getpass", "click.prompt", "click.confirm"})
_WHERE = {
    "request": "at each request, where nobody answers",
    "start": "when the service starts, where nobody answers",
    "notebook": "and what is served is made from it, but nobody answers while nb2service runs it",
}


def find(survey: Survey) -> Iterator[Finding]:
    """Find questions to the keyboard in what is served, and in what makes it."""
    for part in (*survey.served, *survey.making):
        for call, name in calls(part.node, survey.imports):
            if name in _ASKS:
                yield at(
                    NAME,
                    "error",
                    survey.notebook,
                    part.statement,
                    call.lineno,
                    f"{name}() asks at the keyboard, {_WHERE[part.when]}",
                    "Take it as an argument of the function, assign a value, or read it from the "
                    "environment in a cell marked `setup`.",
                )
