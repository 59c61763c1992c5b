"""What the recorded calls tell, as plain data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from nb2service.contract.schemas import Schema

Input = Literal["record", "frame", "rows", "arguments"]


@dataclass(frozen=True)
class Call:
    """A recorded call, as the service would see it.

    Attributes:
        records: the records that were asked about.
        answers: the notebook's answers, one for each.
        many: whether the call took several records, so that the service is sent an array.
    """

    records: list[dict[str, Any]]
    answers: list[Any]
    many: bool


@dataclass(frozen=True)
class Inferred:
    """The part of an inference that depends on the shape of the calls.

    Attributes:
        input: how predict wants its input; see docs/contract.md.
        parameter: the parameter that takes it; None if each feature has its own.
        container: the type that predict wants around it, e.g. `numpy.ndarray`; None if plain.
        dtype: the dtype of an array; None if it has none.
        record: JSON Schema of a record; the order of its properties is that of the columns.
        whole: whether predict answers with one value for a whole table, so that it gets one row at
            a time.
        calls: the recorded calls.
        of_items: whether a row is a list, and the features are its items.
        known: the distinct strings and whole numbers that features had, where they are few.
    """

    input: Input
    parameter: str | None
    container: str | None
    dtype: str | None
    record: Schema
    whole: bool
    calls: tuple[Call, ...]
    of_items: bool = field(default=False, kw_only=True)
    known: Mapping[str, tuple[Any, ...]] = field(default_factory=dict, kw_only=True)


@dataclass(frozen=True)
class Inference(Inferred):
    """What the recorded calls tell.

    Attributes:
        answer: JSON Schema of an answer.
        answers_are: `dict` if predict answers with a dict or a row of columns, else `value`.
        seen: how many calls the notebook made.
    """

    answer: Schema
    answers_are: Literal["dict", "value"]
    seen: int
