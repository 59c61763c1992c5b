"""Answers to many records: each has its answer or its faults, and none is lost."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.answering import Answerer
from service.contract import Contract
from service.gate.gate import Gate
from service.gate.ticket import Limits
from service.outcomes import Answers, Fault, Refusal
from service.predictor import Predictor

_FOREVER = 10.0**9  # seconds


@dataclass(slots=True)  # one for each row: a frozen one takes four times as long
class Answered:
    """What came of one record: a plain answer, or the faults for which there is none."""

    answer: Any = None
    faults: Sequence[Fault] = ()


class Scorer:
    """Answers records as the service does, with the contract's checks, and without its limits."""

    def __init__(self, predictor: Predictor, at_once: int) -> None:
        contract = predictor.contract
        # A table whose rows would change one another is asked row by row, as the contract says.
        self.at_once = 1 if contract.one_at_a_time else at_once
        limits = Limits(1, 0, at_once, _FOREVER, _FOREVER, inline=True)
        self._answerer = Answerer(predictor, Gate(predictor.answer, limits), at_once)
        self._causes = _Causes()
        logger = logging.getLogger("service")
        logger.addHandler(self._causes)
        logger.propagate = False

    def answers(self, records: Sequence[Any]) -> list[Answered]:
        """Return what comes of each record, in their order."""
        found: list[Answered] = []
        for start in range(0, len(records), self.at_once):
            asked = list(records[start : start + self.at_once])
            said = self._answerer.answer(asked)
            if isinstance(said, Answers):
                found += map(Answered, said.answers)
            else:
                settled: dict[int, Answered] = {}
                self._settle(asked, list(range(len(asked))), settled, said)
                found += [settled[at] for at in range(len(asked))]
        return found

    def _settle(
        self,
        records: Sequence[Any],
        places: list[int],
        found: dict[int, Answered],
        refused: Refusal | None = None,
    ) -> None:
        """Ask for the records at these places; what is refused leaves, the rest is asked again.

        `refused` is what was said to all of them, if they were asked already.
        """
        while places:
            said = refused or self._answerer.answer([records[at] for at in places])
            refused = None
            if isinstance(said, Answers):
                for at, one in zip(places, said.answers, strict=True):
                    found[at] = Answered(one)
                return
            by_place = _by_place(said)
            if by_place:
                found |= {places[at]: Answered(faults=told) for at, told in by_place.items()}
                places = [one for at, one in enumerate(places) if at not in by_place]
            elif len(places) == 1:
                message = self._causes.last or said.message
                found[places[0]] = Answered(faults=[{"message": message}])
                return
            else:
                middle = len(places) // 2
                self._settle(records, places[:middle], found)
                places = places[middle:]


def _by_place(said: Refusal) -> dict[int, list[Fault]]:
    """Return the faults that name their record, by its place."""
    told: dict[int, list[Fault]] = {}
    for fault in said.faults:
        if "record" in fault:
            told.setdefault(fault["record"], []).append(
                {key: value for key, value in fault.items() if key != "record"}
            )
    return told


class _Causes(logging.Handler):
    """Keeps why predict failed last: a client learns an id only, who scores may know it."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = (record.exc_info or (None, None))[1]
        place = record.getMessage().partition(" failed: ")[2]
        self.last = f"{place}: {error}" if error else ""


def names_of(contract: Contract) -> list[str]:
    """Return the names of an answer's values, in their order."""
    listed = contract.answer_schema.get("properties", {})
    return list(listed) if listed and contract.answer == "dict" else [contract.answer_name]
