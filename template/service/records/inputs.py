"""From checked records to what predict takes, and from what it returns to one answer per record."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from service.contract import Contract, Record, Schema
from service.records.frames import plan_for
from service.records.tables import MISFITS, FeatureError, build_rows
from service.records.to_json import to_answer, to_plain
from service.records.values import to_python

Predict = Callable[..., Any]


class AnswerError(Exception):
    """predict returned something that is not one answer per record."""


def answer_records(predict: Predict, contract: Contract, records: Sequence[Record]) -> list[Any]:
    """Return predict's answers to the records, in their order, each as plain JSON values.

    A predict that takes a table or rows is called once for all of them, any other once for each,
    and so is one that answers a whole table with one value, or whose rows might change one another.
    Raises FeatureError, AnswerError, and whatever predict raises.
    """
    if contract.input in ("frame", "rows"):
        answers = []
        apart = contract.whole or contract.each_alone
        tables = [[record] for record in records] if apart else [records]
        for first, table in enumerate(tables):
            answers += _of_table(predict, contract, table, first)
    elif contract.input == "arguments":
        arranged = [arrange(contract.features, one, at) for at, one in enumerate(records)]
        answers = [to_answer(predict(**arguments)) for arguments in arranged]
    else:
        built = [_record(contract, one, at) for at, one in enumerate(records)]
        answers = [to_answer(_call(predict, contract, one)) for one in built]
    if contract.classes:
        answers = [dict(zip(contract.classes, answer, strict=True)) for answer in answers]
    return answers


def _of_table(
    predict: Predict, contract: Contract, records: Sequence[Record], first: int
) -> list[Any]:
    """Return the answers to the records of one table; `first` is the place of its first row."""
    try:
        table = _table(contract, records)
    except FeatureError as error:
        error.record += first
        raise
    answer = _call(predict, contract, table)
    return [to_answer(answer)] if contract.whole else split_answers(answer, len(records))


def as_predict_sees(contract: Contract, records: Sequence[Record]) -> Any:
    """Return what predict is given for the records: a table or rows, else one after the other.

    Raises FeatureError.
    """
    if contract.input in ("frame", "rows"):
        return _table(contract, records)
    return [arrange(contract.features, record) for record in records]


def arrange(features: Mapping[str, Schema], record: Record, at: int = 0) -> Record:
    """Return the record's features in the contract's order, without unknown fields.

    Where predict wants more than JSON can say, a feature is made into that: an array, a moment.
    `at` is the record's place in the request. Raises FeatureError.
    """
    arranged = {}
    for name, schema in features.items():
        if name in record:
            try:
                arranged[name] = to_python(record[name], schema)
            except MISFITS as error:
                kind = schema.get("x-python", "its type")
                raise FeatureError(name, at, f"expected a value that fits {kind}") from error
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
    features, container = contract.features, contract.container
    if contract.input == "frame":
        return plan_for(features).build(records)
    if contract.row == "value":
        (name,) = features
        rows = [record[name] for record in records]
        return build_rows(rows, container, contract.dtype, name, schema=features[name])
    if contract.row == "items":
        return [list(arrange(features, record, at).values()) for at, record in enumerate(records)]
    if container in ("list", "tuple"):
        rows = [arrange(features, record, at) for at, record in enumerate(records)]
        return rows if container == "list" else tuple(rows)
    values = [[record[name] for name in features] for record in records]
    return build_rows(values, container, contract.dtype, *features)


def _record(contract: Contract, record: Record, at: int) -> Any:
    arranged = arrange(contract.features, record, at)
    if contract.container == "pandas.Series":
        import pandas as pd

        return pd.Series(arranged, dtype=contract.dtype)
    return arranged
