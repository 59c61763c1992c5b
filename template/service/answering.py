"""The middle of the service: a document comes in, answers or a refusal come out."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.contract import Record
from service.gate.gate import Gate
from service.gate.ticket import PredictLeft
from service.notebook_lines import last_place
from service.outcomes import Answers, Fault, Outcome, Refusal, Refused
from service.predictor import Predictor
from service.records.blame import Search
from service.records.gaps import gap
from service.records.reader import RecordReader
from service.records.tables import FeatureError
from service.request_record import the_request

log = logging.getLogger("service")

# Sees records and their answers; it must not raise, nor keep them.
Witness = Callable[[Sequence[Record], Sequence[Any]], None]

FAILED = "the service could not answer; its log has the cause under this request id"


class Answerer:
    """Answers documents with the notebook's predict; knows nothing of HTTP."""

    def __init__(
        self,
        predictor: Predictor,
        gate: Gate,
        max_records: int,
        *,
        strict_fields: bool = False,
        witness: Witness | None = None,
    ) -> None:
        self._predictor, self._gate, self._witness = predictor, gate, witness
        self._reader = RecordReader(predictor.contract, max_records, strict=strict_fields)

    def answer(self, document: Any) -> Answers | Refusal:
        """Answer a record, or a list of them. Never raises."""
        try:
            return self._answer(document)
        except Refused as refused:
            return refused.refusal
        except PredictLeft as error:
            return failure(error.__cause__ or error)
        except Exception as error:
            return failure(error)

    def _answer(self, document: Any) -> Answers:
        if self._predictor.problem:
            raise Refused(Outcome.NOT_READY, self._predictor.problem)
        reading = self._reader.read(document)
        records, many = reading.records, reading.many
        the_request().rows = len(records)
        try:
            answers = self._gate.answer(records)
        except (Refused, PredictLeft):
            raise
        except FeatureError as error:
            fault: Fault = {"field": error.feature, "message": str(error)}
            raise _refused({error.record: [fault]}, many) from error
        except Exception as error:
            answers = self._settled(records, many, error)
        self._refuse_gaps(answers, many)
        if self._witness is not None:
            self._witness(records, answers)
        return Answers(answers, many, reading.unknown_fields)

    def _refuse_gaps(self, answers: Sequence[Any], many: bool) -> None:
        """Raise Refused where NaN or infinity stands for what the contract promises."""
        schema = self._predictor.contract.answer_schema
        faults: dict[int, list[Fault]] = {}
        for at, answer in enumerate(answers):
            if (place := gap(answer, schema)) is not None:
                where = f" ({place.lstrip('.')})" if place else ""
                message = (
                    f"no answer: predict gives NaN, infinity or nothing for this record{where}"
                )
                faults[at] = [{"message": message}]
        if faults:
            raise _refused(faults, many, Outcome.NO_ANSWER)

    def _settled(self, records: Sequence[Record], many: bool, error: Exception) -> list[Any]:
        """Return the answers of records at which predict raised, asked apart.

        Raises Refused for what the caller sent, and else what predict raised.
        """
        contract = self._predictor.contract
        search = Search(self._gate.answer, contract)
        raised = {0: error}
        if len(records) > 1:
            answers, raised = search.apart(records)
            if not raised and contract.rowwise:
                return answers  # it fails for them together only
        left_out = {at: _left_out(one) for at, one in raised.items() if hasattr(one, "left_out")}
        if left_out and len(left_out) == len(raised):
            raise _refused(left_out, many, Outcome.NO_ANSWER) from error
        faults = {at: search.faults(records[at]) for at in raised if at not in left_out}
        for at, found in faults.items():
            if not found:
                raise raised[at]
        if not faults:
            raise error
        raise _refused(left_out | faults, many) from error


def _left_out(error: Exception) -> list[Fault]:
    """Return the fault of a record that the notebook leaves out; predict itself says so."""
    return [{"message": str(error)}]


def failure(error: BaseException) -> Refusal:
    """Return the refusal for what the service or predict failed with, and log its cause.

    The caller learns an id, the log has the cause: a traceback may hold what others sent.
    """
    what = f"{type(error).__name__} in {last_place(error) or 'the service'}"
    log.error("request %s failed: %s", the_request().id, what, exc_info=error)
    return Refusal(Outcome.FAILED, FAILED)


def _refused(
    found: Mapping[int, Sequence[Fault]], many: bool, outcome: Outcome = Outcome.INVALID
) -> Refused:
    """Return the refusal of records for which there is no answer, by their place."""
    faults: list[Fault] = []
    for at, of_record in sorted(found.items()):
        faults += [{"record": at, **fault} if many else fault for fault in of_record]
    return Refused(outcome, faults[0]["message"], faults)
