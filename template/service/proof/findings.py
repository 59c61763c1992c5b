"""What the checks of the proof ask and find, counted and in words."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.compare import same_answer
from service.contract import Record

Call = Mapping[str, Any]  # records, many, and answers or the error that was raised; drawn
Ask = Callable[[Sequence[Record]], list[Any]]

# The checks by what a difference means: the service is wrong, or predict is.
PARITY = ("recorded", "drawn")
SKEW = ("alone", "shuffled")
STATE = ("twice", "order", "again", "threads")
CHECKS = (*PARITY, "twice", "order", *SKEW, "again", "threads", "json")


@dataclass(frozen=True)
class Finding:
    """A difference, in words, and the check that found it."""

    check: str
    text: str


@dataclass
class Found:
    """What the checks have asked and found so far, and the answers to the contract's examples."""

    asked: dict[str, int] = field(default_factory=lambda: dict.fromkeys(CHECKS, 0))
    findings: list[Finding] = field(default_factory=list)
    examples: list[Any] = field(default_factory=list)

    def note(self, check: str, text: str, asked: int = 1) -> bool:
        """Count questions, and keep what was found; return whether nothing was."""
        self.asked[check] += asked
        if text:
            self.findings.append(Finding(check, text))
        return not text

    def of(self, checks: Iterable[str]) -> list[str]:
        """Return the findings of these checks, in words."""
        wanted = set(checks)
        return [finding.text for finding in self.findings if finding.check in wanted]

    def counts(self) -> dict[str, dict[str, int]]:
        """Return how often each check asked, and how often the answers were alike."""
        counted = {}
        for check, asked in self.asked.items():
            different = len(self.of([check]))
            if check == "threads" and different:
                different = asked  # which of them mix is chance
            counted[check] = {"asked": asked, "alike": asked - different}
        return counted


@dataclass(frozen=True)
class Outcome:
    """What came of a call: answers, or the error that predict raised, in one line."""

    answers: Sequence[Any] = ()
    error: str = ""


def outcome(ask: Ask, records: Sequence[Record]) -> Outcome:
    """Return what comes of asking."""
    try:
        return Outcome(ask(records))
    except Exception as error:  # the notebook's code may raise anything
        return Outcome(error=f"{type(error).__name__}: {error}".replace("\n", " ")[:200])


def recorded(call: Call) -> Outcome:
    """Return what came of a call in the notebook."""
    return Outcome(call.get("answers", ()), call.get("error", ""))


def differing(expected: Outcome, got: Outcome) -> int | None:
    """Return the first row that two outcomes differ in, None if they agree.

    Two errors agree, whatever they say: what is in them may be an address or a version.
    """
    if expected.error or got.error:
        return None if expected.error and got.error else 0
    if len(expected.answers) != len(got.answers):
        return 0
    pairs = enumerate(zip(expected.answers, got.answers, strict=True))
    return next((row for row, (a, b) in pairs if not same_answer(b, a)), None)


def said(what: Outcome, row: int = 0) -> str:
    """Return an answer or an error in a few words."""
    if what.error:
        return f"an error ({what.error})"
    return short(what.answers[row]) if row < len(what.answers) else "nothing"


def short(value: Any) -> str:
    """Return a value as JSON, cut where it is long, with as many digits as matter."""
    text = json.dumps(_rounded(value), ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.8g}")
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return value
