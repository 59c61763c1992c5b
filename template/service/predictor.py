"""The notebook's predict: loaded once, proven on the contract's examples, then asked."""

import importlib
import inspect
import json
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.loading import CHANGED, ArtifactError, ParameterError
from service.compare import same_answer
from service.contract import CONTRACT_FILE, Contract, Record
from service.notebook_lines import notebook_place
from service.recorded_clock import recorded_clock
from service.records.inputs import Predict, answer_records
from service.start_checks import (
    StartError,
    check_contract_version,
    check_files,
    check_no_toy,
)

_MODEL = "model.predict"
_REMEDY = "install the exact versions of requirements.txt, or extract the notebook again"


class Predictor:
    """Answers records with the notebook's predict, once it is loaded and proven."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.problem: str | None = "the model is not loaded yet"
        self._predict: Predict | None = None

    @property
    def description(self) -> str:
        """What the notebook says of its predict; "" before it is loaded."""
        return (inspect.getdoc(self._predict) or "") if inspect.isfunction(self._predict) else ""

    def start(self) -> None:
        """Load predict and let it answer the contract's examples. Raises StartError."""
        check_no_toy(self.contract.document)
        check_contract_version(self.contract.document)
        self._predict = _load_predict(self.contract.function)
        with recorded_clock(self.contract.clock, CONTRACT_FILE.parent):
            for number, example in enumerate(self.contract.examples, start=1):
                place = f"model/contract.json, example {number}"
                self._prove(place, example["record"], example["answer"])
        self.problem = None

    def answer(self, records: Sequence[Record]) -> list[Any]:
        """Return one plain answer per record, in their order."""
        if self._predict is None:
            raise RuntimeError("start() comes before answer()")
        return answer_records(self._predict, self.contract, records)

    def _prove(self, place: str, record: Record, expected: Any) -> None:
        try:
            (found,) = self.answer([record])
        except Exception as error:
            raise StartError(f"{place}: {_cause(error)}; {_REMEDY}") from error
        # Parameters that were set are there to change answers; without them it is the notebook's.
        # And a predict that remembers may answer otherwise.
        if not CHANGED and not self.contract.stateful and not same_answer(found, expected):
            raise StartError(
                f"{place}: the notebook answered {_short(expected)}, "
                f"this service {_short(found)}; {_REMEDY}"
            )


def _load_predict(function: str) -> Predict:
    check_files()
    try:
        predict: Predict = getattr(importlib.import_module(_MODEL), function)
    except (ArtifactError, ParameterError) as error:
        raise StartError(str(error)) from error
    except Exception as error:
        raise StartError(f"{_cause(error)}; {_REMEDY}") from error
    return predict


def _cause(error: Exception) -> str:
    """Return the error in one line, with the last line of the model's code that it came through."""
    model = CONTRACT_FILE.parent
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).is_relative_to(model):
            place = f"model/{Path(frame.filename).relative_to(model).as_posix()}:{frame.lineno}"
            cell = notebook_place(frame.filename, frame.lineno)
            place += f" ({cell}): " if cell else ": "
    return f"{place}{type(error).__name__}: {' '.join(str(error).split())}"


def _short(answer: Any) -> str:
    text = json.dumps(answer, ensure_ascii=False)
    return text if len(text) <= 200 else text[:200] + "…"
