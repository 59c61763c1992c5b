"""Rows unlike the notebook's: alone and among others."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2service.kernel.proving.among_others import among_others
from support import service_modules

NULLABLE = {"a": {"type": ["number", "null"]}}


def mixed(predict: Any, *unlike: dict[str, Any], schema: Any = None, **how: Any) -> list[str]:
    """What is found of a function that the notebook asked about 1 and 5."""
    document = {
        "title": "t",
        "model_version": "v",
        "$defs": {
            "record": {
                "properties": {
                    "a": {"type": "number", "x-dtype": "float64"},
                    "c": {"type": "string"},
                },
                "required": ["a", "c"],
            }
        },
        "predict": {
            "function": "predict",
            "input": "frame",
            "answer": "value",
            "answer_name": "p",
            "rowwise": True,
            **how,
        },
    }
    with service_modules() as service:
        contract = service.contract.Contract.from_dict(document)
        answer = service.records.inputs.answer_records
        calls = [{"records": [{"a": 1.0, "c": "x"}, {"a": 5.0, "c": "y"}]}]
        asked = []
        for record in unlike:
            call = {"records": [record], "answers": answer(predict, contract, [record])}
            asked.append({**call, "schema": schema} if schema else call)
        return list(among_others(contract, calls, asked, partial(answer, predict)))


FAR = {"a": 1000.0, "c": "x"}
NULL = {"a": None, "c": "x"}
NEW = {"a": 1.0, "c": "no such value"}


@pytest.mark.parametrize(
    ("predict", "row", "schema"),
    [
        pytest.param(lambda d: d["a"].fillna(d["a"].median()), NULL, NULLABLE, id="a fill"),
        pytest.param(lambda d: d["a"].clip(upper=d["a"].quantile(0.9)), FAR, None, id="a cap"),
        pytest.param(
            lambda d: d["a"].where(d["a"] < 900, -len(d)), FAR, None, id="where it is far"
        ),
        pytest.param(lambda d: (d["c"].map(len) > 9) * d["a"].sum(), NEW, None, id="at a new text"),
    ],
)
def test_what_others_change(predict: Any, row: dict[str, Any], schema: Any) -> None:
    (found,) = mixed(predict, row, schema=schema)
    assert " alone, " in found
    assert found.endswith(" among others")


def test_rows_that_are_answered_alone_but_not_together() -> None:
    def predict(d: pd.DataFrame) -> Any:
        if len(d) > 1 and (d["a"] > 900).any():
            raise ValueError("no")
        return d["a"]

    assert mixed(predict, FAR) == ["rows that are answered alone fail together (ValueError: no)"]


@pytest.mark.parametrize(
    "predict",
    [
        pytest.param(lambda d: d["a"].fillna(3.0) * 2, id="a fill of training's"),
        pytest.param(lambda d: np.log1p(d["a"].abs()), id="row by row"),
    ],
)
def test_what_others_do_not_change(predict: Any) -> None:
    assert mixed(predict, NULL, schema=NULLABLE) == mixed(predict, FAR) == mixed(predict, NEW) == []


def test_who_gets_one_row_at_a_time_is_not_asked() -> None:
    assert mixed(lambda d: float(d["a"].sum()), FAR, whole=True) == []
