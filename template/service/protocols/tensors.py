"""Tensors of the Open Inference Protocol: their shapes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.contract import Schema
from service.protocols.asking import invalid, not_carried
from service.protocols.datatypes import CODES, checked, datatype, datatype_of_values, unpack
from service.records.conform import kinds

_DEEPEST = 8  # dimensions
_EXACT = 2**53  # whole numbers up to here are floats, too


@dataclass(frozen=True)
class Tensor:
    """Values of one datatype, flat and row by row."""

    name: str
    datatype: str
    shape: list[int]
    data: list[Any]

    def rows(self) -> list[Any]:
        """Return one value for each step of the first dimension: a number, or a nested list."""
        return _nested(self.data, self.shape)


def read_tensor(given: Mapping[str, Any], packed: bytes | None) -> Tensor:
    """Return an input of a request; `packed` are its bytes, if it came as such. Raises Refused."""
    name, kind, shape = (given.get(key) for key in ("name", "datatype", "shape"))
    if not isinstance(name, str):
        raise invalid("an input has no name")
    if not isinstance(kind, str) or (kind not in CODES and kind != "BYTES"):
        raise invalid(f"input {name}: expected a datatype, one of {', '.join([*CODES, 'BYTES'])}")
    if not (isinstance(shape, list) and 1 <= len(shape) <= _DEEPEST):
        raise invalid(f"input {name}: expected a shape of 1 to {_DEEPEST} numbers")
    if not all(type(n) is int and n >= 1 for n in shape):
        raise invalid(f"input {name}: expected a shape of whole numbers from 1 on")
    count = math.prod(shape)
    data = _flat(given.get("data")) if packed is None else unpack(name, kind, count, packed)
    if len(data) != count:
        raise invalid(f"input {name}: {len(data)} values do not fill the shape {shape}")
    return Tensor(name, kind, shape, [checked(value, kind, name) for value in data])


def write_tensor(name: str, values: Sequence[Any], schema: Schema) -> Tensor:
    """Return the values of one answer's part as a tensor; an unknown schema is told by them.

    Raises Refused where they have no common shape or type.
    """
    shape = _shape(values)
    data = _flat(values)
    if shape is None or any(value is None or isinstance(value, dict) for value in data):
        raise not_carried(f"output {name}: the answers are no tensor: nothing, unequal or nested")
    found = datatype_of_values(name, data)
    kind = datatype(schema, f"output {name}") if kinds(schema) else found
    if kind != found and (kind, found) != ("FP64", "INT64"):
        raise not_carried(f"output {name}: an answer is no {kind}, unlike the notebook's")
    if kind == "FP64":
        if any(abs(value) > _EXACT for value in data if type(value) is int):
            raise not_carried(f"output {name}: an answer is too large for a tensor")
        data = [float(value) for value in data]
    return Tensor(name, kind, shape, data)


def _flat(data: Any) -> list[Any]:
    if not isinstance(data, list):
        raise invalid("an input has no data")
    flat = data
    while any(isinstance(value, list) for value in flat):
        flat = [value for part in flat for value in (part if isinstance(part, list) else [part])]
    return flat


def _nested(data: list[Any], shape: Sequence[int]) -> list[Any]:
    if len(shape) == 1:
        return data
    step = math.prod(shape[1:])
    return [_nested(data[at * step : (at + 1) * step], shape[1:]) for at in range(shape[0])]


def _shape(values: Any) -> list[int] | None:
    """Return the shape of nested lists; None where they are of unequal lengths."""
    if not isinstance(values, list):
        return []
    shapes = [_shape(value) for value in values]
    if any(shape is None or shape != shapes[0] for shape in shapes):
        return None
    return [len(values), *(shapes[0] or [])] if shapes else [0]
