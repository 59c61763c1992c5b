"""The middle of the service: a document comes in, answers or a refusal come out."""

import logging
from collections.abc import Callable, Sequence
from typing import Any

from service.contract import Record
from service.gate.gate import Gate
from service.gate.ticket import PredictLeft
from service.notebook_lines import last_place
from service.outcomes import Answers, Outcome, Refusal, Refused
from service.predictor import Predictor
from service.records.blame import settled
from service.records.gaps import refuse_gaps
from service.records.nulls import any_null
from service.records.reader import RecordReader
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
        """Answer a record, or a list of them, or such JSON in bytes. Never raises."""
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
        except Exception as error:
            answers = settled(records, many, error, self._gate.answer, self._predictor.contract)
        if any_null(answers, schema := self._predictor.contract.answer_schema):
            refuse_gaps(answers, schema, many)
        if self._witness is not None:
            self._witness(records, answers)
        return Answers(answers, many, reading.unknown_fields)


def failure(error: BaseException) -> Refusal:
    """Return the refusal for what the service or predict failed with, and log its cause.

    The caller learns an id, the log has the cause: a traceback may hold what others sent.
    """
    what = f"{type(error).__name__} in {last_place(error) or 'the service'}"
    log.error("request %s failed: %s", the_request().id, what, exc_info=error)
    return Refusal(Outcome.FAILED, FAILED)
