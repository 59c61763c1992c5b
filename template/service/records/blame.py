"""Who is to blame when predict raises: which records, and of each which values.

It is asked, not guessed: a record is to blame if predict fails at it alone, and a value if predict
answers as soon as a value that the notebook had stands in its place. A record whose values are like
the notebook's has no answer if the notebook's code raises at it again, and still answers another;
all else is predict's fault.
"""

from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from service.contract import Contract, Record
from service.outcomes import Fault, Outcome, Refused
from service.records.no_answer import raised_at
from service.records.suspects import Suspect, suspects_of
from service.records.tables import FeatureError
from service.request_record import the_request

Ask = Callable[[Sequence[Record]], list[Any]]

# Inside predict, for the whole search, and the failing records in it: a request must not cost many
# times its work. Waiting for others is no cost, but must end, too.
SECONDS = 2.0
PATIENCE = 20.0
MOST_RECORDS = 20


def settled(
    records: Sequence[Record], many: bool, error: Exception, ask: Ask, contract: Contract
) -> list[Any]:
    """Return the answers of records at which predict raised the error, asked apart.

    Raises Refused for what the caller sent, and else what predict raised.
    """
    if isinstance(error, FeatureError):
        fault: Fault = {"field": error.feature, "message": str(error)}
        raise Refused.for_records({error.record: [fault]}, many) from error
    search = Search(ask, contract)
    raised = {0: error}
    if len(records) > 1:
        answers, raised = search.apart(records)
        if not raised and contract.rowwise:
            return answers  # it fails for them together only
    if not raised:
        _refuse_together(error)
    unanswered: dict[int, list[Fault]] = {}
    blamed: dict[int, list[Fault]] = {}
    for at, one in raised.items():
        if hasattr(one, "left_out"):  # where the notebook leaves a record out, predict says so
            unanswered[at] = [{"message": str(one)}]
        elif faults := search.faults(records[at]):
            blamed[at] = faults
        elif told := search.no_answer(records[at], one):
            unanswered[at] = [{"message": told}]
        else:
            raise one
    outcome = Outcome.INVALID if blamed else Outcome.NO_ANSWER
    raise Refused.for_records(unanswered | blamed, many, outcome) from error


def _refuse_together(error: Exception) -> None:
    """Raise Refused for records that are answered apart alone, each in a way of its own."""
    if place := raised_at(error):
        told = f"no answer: predict raises {place} for these records together; send them apart"
        raise Refused(Outcome.NO_ANSWER, told) from error
    raise error


class Search:
    """Asks predict again, in parts, about records at which it raised."""

    def __init__(self, ask: Ask, contract: Contract) -> None:
        self._predict, self._contract = ask, contract
        self._spent, self._until = 0.0, monotonic() + PATIENCE

    def apart(self, records: Sequence[Record]) -> tuple[list[Any], dict[int, Exception]]:
        """Return the answers of the records by themselves, and what was raised at others, by place.

        It halves the records as long as there is time; the answers are whole only if none raised.
        """
        answers: list[Any] = []
        raised: dict[int, Exception] = {}
        waiting = [range(len(records))]
        while waiting and len(raised) < MOST_RECORDS and not (raised and self._is_late()):
            part = waiting.pop()
            try:
                answers += self._ask([records[at] for at in part])
            except Refused:
                raise
            except Exception as error:
                middle = part.start + len(part) // 2
                if len(part) == 1:
                    raised[part.start] = error
                else:
                    waiting += [range(middle, part.stop), range(part.start, middle)]
        return answers, raised

    def faults(self, record: Record) -> list[Fault]:
        """Return the values of the record to blame; none if they are all like the notebook's."""
        blamed = list(suspects_of(record, self._contract))
        if not blamed or not self._answers(_instead(record, blamed)):
            return []
        for suspect in list(blamed):
            others = [one for one in blamed if one is not suspect]
            if others and self._answers(_instead(record, others)):
                blamed = others
        return [suspect.fault for suspect in blamed]

    def no_answer(self, record: Record, error: Exception) -> str:
        """Return what is to be said of a record that predict itself cannot answer; "" of any other.

        Predict raises the same at it again, in the notebook's code, and answers the notebook's own
        record now as it did.
        """
        place = raised_at(error)
        if not place or self._contract.stateful or self._is_late():
            return ""
        again = self._raised([record])
        if again is None or raised_at(again) != place:
            return ""
        examples = [dict(example["record"]) for example in self._contract.examples[:1]]
        if not examples or self._raised(examples) is not None:
            return ""
        return f"no answer: predict raises {place} for this record"

    def _answers(self, record: Record) -> bool:
        return not self._is_late() and self._raised([record]) is None

    def _raised(self, records: Sequence[Record]) -> Exception | None:
        try:
            self._ask(records)
        except Refused:
            raise
        except Exception as error:
            return error
        return None

    def _ask(self, records: Sequence[Record]) -> list[Any]:
        try:
            return self._predict(records)
        finally:
            self._spent += the_request().predict_ms / 1000

    def _is_late(self) -> bool:
        return self._spent > SECONDS or monotonic() > self._until


def _instead(record: Record, suspects: Sequence[Suspect]) -> Record:
    return {**record, **{suspect.name: suspect.usual for suspect in suspects}}
