"""What comes of a question: answers, or a refusal of a kind that every caller can tell apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

Fault = dict[str, Any]  # {"record": index, only in arrays, "field": name, "message": sentence}
# The faults that one answer lists: whoever sends a million learns enough from these.
MOST_FAULTS = 100
_MORE: Fault = {"message": "there are more faults, which are not listed"}


class Outcome(str, Enum):
    """What came of a request: in its record, in the log, and in the metrics."""

    OK = "ok"
    INVALID = "invalid"  # not what the contract asks for, or no JSON at all
    NO_ANSWER = "no_answer"  # the notebook has none for such a record
    TOO_LARGE = "too_large"  # a larger body or more records than allowed
    UNSUPPORTED = "unsupported"  # another content type than JSON
    NOT_CARRIED = "not_carried"  # values that the protocol has no type for
    NOT_FOUND = "not_found"  # no such path, or not with this method
    UNAUTHORIZED = "unauthorized"  # without a key
    LIMITED = "limited"  # more often than one client may
    TIMED_OUT = "timed_out"  # the client was too slow to send
    GONE = "gone"  # the client hung up before it was its turn
    NOT_READY = "not_ready"  # no model yet, or none any more
    OVERLOADED = "overloaded"  # too many ask at once
    STUCK = "stuck"  # predict took longer than it may
    FAILED = "failed"  # predict, or the service itself


@dataclass(frozen=True)
class Answers:
    """One plain answer for each record, in their order."""

    answers: list[Any]
    many: bool  # whether the records came as an array
    unknown_fields: Sequence[str] = ()  # fields of the records that the contract does not have


@dataclass(frozen=True)
class Refusal:
    """Why there are no answers: the kind, one sentence, and the faults of the records."""

    outcome: Outcome
    message: str
    faults: Sequence[Fault] = ()
    retry_after: int | None = None  # seconds, where it is worth asking again


class Refused(Exception):
    """A refusal on its way to the caller."""

    def __init__(
        self,
        outcome: Outcome,
        message: str,
        faults: Sequence[Fault] = (),
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        if len(faults) > MOST_FAULTS:
            faults = [*faults[:MOST_FAULTS], _MORE]
        self.refusal = Refusal(outcome, message, faults, retry_after)

    @classmethod
    def for_records(
        cls, found: Mapping[int, Sequence[Fault]], many: bool, outcome: Outcome = Outcome.INVALID
    ) -> "Refused":
        """Return the error for faults of records, by the places of the records."""
        faults: list[Fault] = []
        for at, of_record in sorted(found.items()):
            faults += [{"record": at, **fault} if many else fault for fault in of_record]
        return cls(outcome, faults[0]["message"], faults)

    @classmethod
    def of(cls, refusal: Refusal) -> "Refused":
        """Return the error that carries the refusal."""
        return cls(refusal.outcome, refusal.message, refusal.faults, refusal.retry_after)
