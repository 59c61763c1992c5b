"""The contract: what a record and an answer look like, and how predict wants its input."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from service.model_folder import model_folder

CONTRACT_FILE = model_folder() / "contract.json"

Record = dict[str, Any]
Schema = Mapping[str, Any]


class ContractError(Exception):
    """A contract that cannot be read; the text says where, why, and what to do."""


@dataclass(frozen=True)
class Contract:
    """What contract.json says, read once.

    `features` keeps the order of the contract, which is the order of a frame's columns.
    """

    title: str
    model_version: str
    function: str
    input: str  # "record", "frame", "rows" or "arguments"
    parameter: str | None  # what takes it, if it is one parameter
    container: str | None  # the type that predict wants around a record or around rows
    dtype: str | None  # of an array of rows
    row: str  # "value" or "fields": what a record is to predict, if it takes rows
    answer: str  # "dict" or "value"
    answer_schema: Schema
    answer_name: str
    rowwise: bool  # whether each row is answered by itself
    stateful: bool  # whether answers depend on what was asked before, or at the same time
    classes: tuple[str, ...]  # what the columns of an answer stand for, if they are classes
    whole: bool  # whether predict answers a whole frame at once, so that it gets one row at a time
    clock: Mapping[str, str] | None  # when the notebook answered, if predict asks for the time
    guards: tuple[str, ...]  # by which statements the notebook leaves rows out: those are refused
    each_alone: bool  # whether it gets one row at a time, as others might change its answer
    features: Mapping[str, Schema]
    required: frozenset[str]
    imports: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]
    document: Mapping[str, Any]  # all of it, with what only people read
    python: str  # the version that the model was made with
    packages: Mapping[str, str]  # what the model needs, at the versions that it was made with

    @property
    def one_at_a_time(self) -> bool:
        """Whether predict gets one request at a time: the proof found that its calls mix."""
        return self.stateful or not self.rowwise

    def named(self, answer: Any) -> dict[str, Any]:
        """Return one answer as an object, the same whether its record came alone or among others.

        Probabilities under the names of their classes are one value, not the notebook's dict.
        """
        if isinstance(answer, dict) and not self.classes:
            return answer
        return {self.answer_name: answer}

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> "Contract":
        """Return the contract that the parsed contract.json describes."""
        record, predict = document["$defs"]["record"], document["predict"]
        provenance = document.get("provenance", {})
        return cls(
            title=document["title"],
            model_version=document["model_version"],
            function=predict["function"],
            input=predict["input"],
            parameter=predict.get("parameter"),
            container=predict.get("container"),
            dtype=predict.get("dtype"),
            row=predict.get("row", "fields"),
            answer=predict["answer"],
            answer_schema=document["$defs"].get("answer", {}),
            answer_name=predict["answer_name"],
            rowwise=predict["rowwise"],
            stateful=predict.get("stateful", False),
            classes=tuple(predict.get("classes") or ()),
            whole=predict.get("whole", False),
            clock=predict.get("clock"),
            guards=tuple(predict.get("guards", ())),
            each_alone=predict.get("each_alone", False),
            features=record["properties"],
            required=frozenset(record.get("required", ())),
            imports=tuple(document.get("imports", ())),
            examples=tuple(document.get("examples", ())),
            document=document,
            python=provenance.get("python", ""),
            packages=provenance.get("packages", {}),
        )


def read_contract(file: Path = CONTRACT_FILE) -> Contract:
    """Return the contract in the file. Raises ContractError."""
    place = "/".join(file.parts[-2:])
    try:
        return Contract.from_dict(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        fault = f"cannot be read ({error.strerror})"
    except ValueError as error:
        fault = f"is not JSON ({error})"
    except (KeyError, TypeError, AttributeError) as error:
        fault = f"is incomplete ({type(error).__name__}: {error})"
    raise ContractError(f"{place}: {fault}; extract the notebook again")
