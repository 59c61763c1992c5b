"""The middle of the service: a document comes in, answers or a refusal come out."""

import logging
from typing import Any

from service.notebook_lines import last_place
from service.outcomes import Answers, Fault, Outcome, Refusal, Refused
from service.predictor import Predictor
from service.records.reader import RecordReader
from service.records.tables import FeatureError
from service.records.unknown_values import unknown_values
from service.request_record import the_request

log = logging.getLogger("service")

FAILED = "the service could not answer; its log has the cause under this request id"


class Answerer:
    """Answers documents with the notebook's predict; knows nothing of HTTP."""

    def __init__(self, predictor: Predictor, max_records: int) -> None:
        self._predictor = predictor
        self._reader = RecordReader(predictor.contract, max_records)

    def answer(self, document: Any) -> Answers | Refusal:
        """Answer a record, or a list of them. Never raises."""
        try:
            return self._answer(document)
        except Refused as refused:
            return refused.refusal
        except Exception as error:
            return failure(error)

    def _answer(self, document: Any) -> Answers:
        if self._predictor.problem:
            raise Refused(Outcome.NOT_READY, self._predictor.problem)
        records, many = self._reader.read(document)
        the_request().rows = len(records)
        try:
            return Answers(self._predictor.answer(records), many)
        except FeatureError as error:
            raise _refused([(error.record, error.feature, str(error))], many) from error
        except Exception as error:
            # A value that predict cannot take is the caller's fault.
            unknown = unknown_values(self._predictor.contract.features, records)
            if not unknown:
                raise
            raise _refused(unknown, many) from error


def failure(error: BaseException) -> Refusal:
    """Return the refusal for what the service or predict failed with, and log its cause.

    The caller learns an id, the log has the cause: a traceback may hold what others sent.
    """
    what = f"{type(error).__name__} in {last_place(error) or 'the service'}"
    log.error("request %s failed: %s", the_request().id, what, exc_info=error)
    return Refusal(Outcome.FAILED, FAILED)


def _refused(found: list[tuple[int, str, str]], many: bool) -> Refused:
    """Return the refusal of values that predict does not take."""
    faults: list[Fault] = []
    for at, field, message in found:
        fault: Fault = {"field": field, "message": message}
        faults.append({"record": at, **fault} if many else fault)
    return Refused(Outcome.INVALID, found[0][2], faults)
