"""The notebook's answers as tensors of the Open Inference Protocol."""

from collections.abc import Mapping, Sequence
from typing import Any

from service.contract import Contract, Schema
from service.protocols.tensors import Tensor, write_tensor
from service.records.conform import kinds


def parts_of(contract: Contract) -> Mapping[str, Schema]:
    """Return the schema of each output: the parts of an answer that is a dict, or the answer."""
    schema = contract.answer_schema
    if contract.classes:
        return {contract.answer_name: {"type": "array", "items": {"type": "number"}}}
    if contract.answer == "dict":
        parts: Mapping[str, Schema] = schema.get("properties", {})
        return parts
    return {contract.answer_name: schema} if kinds(schema) else {}


def tensors_of(contract: Contract, answers: Sequence[Any]) -> list[Tensor]:
    """Return a tensor for each part of the answers. Raises Refused where there is none."""
    if contract.classes and all(isinstance(one, dict) for one in answers):
        answers = [[one[name] for name in contract.classes] for one in answers]
    named = [contract.named(answer) for answer in answers]
    schemas = parts_of(contract)
    names = dict.fromkeys(name for one in named for name in one)
    return [
        write_tensor(name, [one.get(name) for one in named], schemas.get(name, {}))
        for name in names
    ]
