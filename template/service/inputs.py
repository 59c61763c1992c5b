"""From checked records to what predict takes, and from what it returns to one answer per record."""

import datetime
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from service.contract import Contract, Record, Schema
from service.plain import to_answer, to_plain
from service.tables import build_array, build_frame, build_rows

Predict = Callable[..., Any]


class AnswerError(Exception):
    """predict returned something that is not one answer per record."""


def answer_records(predict: Predict, contract: Contract, records: Sequence[Record]) -> list[Any]:
    """Return predict's answers to the records, in their order, each as plain JSON values.

    A predict that takes a table or rows is called once for all of them, any other once for each,
    and so is one that answers a whole table with one value.
    Raises FeatureError, AnswerError, and whatever predict raises.
    """
    if contract.input in ("frame", "rows"):
        groups = [[record] for record in records] if contract.whole else [records]
        answers: list[Any] = []
        for group in groups:
            answer = _call(predict, contract, _table(contract, group))
            answers += [to_answer(answer)] if contract.whole else split_answers(answer, len(group))
    elif contract.input == "arguments":
        answers = [to_answer(predict(**arrange(contract.features, one))) for one in records]
    else:
        answers = [to_answer(_call(predict, contract, _record(contract, one))) for one in records]
    if contract.classes:
        answers = [dict(zip(contract.classes, answer, strict=True)) for answer in answers]
    return answers


def arrange(features: Mapping[str, Schema], record: Record) -> Record:
    """Return the record's features in the contract's order, without unknown fields.

    Where predict wants more than JSON can say, a feature is made into that: an array, a moment.
    JSON has no NaN. Where the notebook's records had one, null stands for it.
    """
    arranged = {name: record[name] for name in features if name in record}
    for name, value in arranged.items():
        schema = features[name]
        if value is None:
            arranged[name] = math.nan if schema.get("x-null") == "nan" else None
        elif "x-python" in schema:
            arranged[name] = _PYTHON[schema["x-python"]](value, schema)
    return arranged


def split_answers(answers: Any, count: int) -> list[Any]:
    """Return what predict made of a frame of `count` rows as one plain answer per row.

    Raises AnswerError when it is not one per row.
    """
    if isinstance(answers, tuple) and answers and all(_length(part) == count for part in answers):
        # A tuple of columns, such as classes and their probabilities.
        return [list(row) for row in zip(*(to_plain(part) for part in answers), strict=True)]
    plain = to_plain(answers)
    if count == 1 and not isinstance(plain, list):
        return [plain]  # predict wants one row at a time, and says so by returning one answer
    kind = type(answers).__name__
    if not isinstance(plain, list) or isinstance(answers, tuple):
        raise AnswerError(
            f"predict returned one {kind} for {count} records; it must return one answer per row"
        )
    if len(plain) != count:
        raise AnswerError(
            f"predict returned {len(plain)} answers ({kind}) for {count} records; "
            "it must return one answer per row"
        )
    return plain


def _length(value: Any) -> int | None:
    return len(value) if hasattr(value, "__len__") and not isinstance(value, str) else None


def _call(predict: Predict, contract: Contract, given: Any) -> Any:
    """Call predict by the name of its parameter: others may be bound already."""
    return predict(**{contract.parameter: given}) if contract.parameter else predict(given)


def _table(contract: Contract, records: Sequence[Record]) -> Any:
    if contract.input == "frame":
        return build_frame(contract.features, records)
    if contract.row == "value":
        (name,) = contract.features
        return build_rows([record[name] for record in records], contract.container, contract.dtype)
    if contract.container in ("list", "tuple"):
        rows = [arrange(contract.features, record) for record in records]
        return rows if contract.container == "list" else tuple(rows)
    values = [[record[name] for name in contract.features] for record in records]
    return build_rows(values, contract.container, contract.dtype, list(contract.features))


def _record(contract: Contract, record: Record) -> Any:
    arranged = arrange(contract.features, record)
    if contract.container == "pandas.Series":
        import pandas as pd

        return pd.Series(arranged, dtype=contract.dtype)
    return arranged


def _moment(text: str, _: Schema) -> datetime.datetime:
    # Python 3.10 does not know the Z of UTC.
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def _timestamp(text: str, _: Schema) -> Any:
    import pandas as pd

    return pd.Timestamp(text)


_PYTHON: dict[str, Callable[[Any, Schema], Any]] = {
    "datetime.datetime": _moment,
    "datetime.date": lambda text, _: datetime.date.fromisoformat(text),
    "pandas.Timestamp": _timestamp,
    "decimal.Decimal": lambda value, _: Decimal(str(value)),
    "numpy.ndarray": lambda value, schema: build_array(value, schema.get("x-dtype")),
    "pandas.Series": lambda value, schema: build_rows(
        value, "pandas.Series", schema.get("x-dtype")
    ),
    "tuple": lambda value, _: tuple(value),
    "set": lambda value, _: set(value),
    "frozenset": lambda value, _: frozenset(value),
}
