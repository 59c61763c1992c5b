"""What predict accepts besides what it was asked: each kind of probe on real functions."""

import importlib
import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LinearRegression

from support import kernel_side, service_modules

ORIGINS = ["Earth", "Mars"]


@pytest.fixture(scope="module")
def kernel() -> Iterator[Any]:
    with kernel_side() as package, service_modules() as service:
        importlib.import_module("_nb2service.kernel.proving.probe")
        yield package, service


@pytest.fixture
def found(kernel: Any) -> Any:
    """Probe a function; return `{(feature, kind): accepted}`, with `nan` for a null as NaN."""
    package, service = kernel

    def found(
        predict: Any,
        features: dict[str, Any],
        records: list[dict[str, Any]],
        seconds: float = 5.0,
        required: list[str] | None = None,
        **how: Any,
    ) -> dict[tuple[str, str], Any]:
        document = {
            "title": "t",
            "model_version": "v",
            "$defs": {
                "record": {
                    "properties": features,
                    "required": list(features) if required is None else required,
                }
            },
            "predict": {
                "function": "predict",
                "input": "record",
                "answer": "value",
                "answer_name": "y",
                "rowwise": True,
                **how,
            },
        }
        contract = service.contract.Contract.from_dict(document)
        known = {
            name: sorted({r[name] for r in records if isinstance(r.get(name), str | int)})
            for name in features
        }
        calls = [{"records": [record]} for record in records]
        told = package.proving.probe.probe(predict, contract, calls, known, seconds)
        found.untried = told["untried"]  # type: ignore[attr-defined]
        return {
            (p["feature"], p["kind"]): "nan" if p.get("nan") else p["accepted"]
            for p in told["probes"]
        }

    return found


STRING = {"o": {"type": "string"}}
NUMBER = {"n": {"type": "number"}}


@pytest.mark.parametrize(
    ("predict", "features", "records", "expected"),
    [
        pytest.param(
            lambda p: {"Earth": 1, "Mars": 2}[p["o"]], STRING, [{"o": "Earth"}],
            {("o", "unknown"): False, ("o", "null"): False}, id="a closed set",
        ),
        pytest.param(
            lambda p: int(p["o"][:4]), STRING, [{"o": "2024-02-29"}, {"o": "2024-03-01"}],
            {("o", "unknown"): True, ("o", "null"): False}, id="dates are no closed set",
        ),
        pytest.param(
            lambda p: float(p["o"]), STRING, [{"o": "2"}, {"o": "3"}],
            {("o", "unknown"): True, ("o", "null"): False}, id="nor are numbers in texts",
        ),
        pytest.param(
            lambda p: {"1": 5, "2": 6}[p["o"]], STRING, [{"o": "1"}, {"o": "2"}],
            {("o", "unknown"): False, ("o", "null"): False}, id="numbers that are names",
        ),
        pytest.param(
            lambda p: {"Earth": 1}.get(p["o"], 0), STRING, [{"o": "Earth"}],
            {("o", "unknown"): True, ("o", "null"): True}, id="an open set",
        ),
        pytest.param(
            lambda p: {"Earth": 1}.get(p["o"]), STRING, [{"o": "Earth"}],
            {("o", "unknown"): False, ("o", "null"): False}, id="null is no answer",
        ),
        pytest.param(
            lambda p: {"y": {"Earth": 1.5}.get(p["o"], float("nan")), "e": None}, STRING,
            [{"o": "Earth"}], {("o", "unknown"): False, ("o", "null"): False},
            id="nor is NaN in the place of a number",
        ),
        pytest.param(
            lambda p: {"p": 1.5, "top": {p["o"] or "none": 0.5}}, STRING, [{"o": "Earth"}],
            {("o", "unknown"): True, ("o", "null"): True}, id="keys that depend on the record",
        ),
        pytest.param(
            lambda p: p["n"] * 2.5, NUMBER, [{"n": 1.5}, {"n": 2.5}],
            {("n", "null"): False, ("n", "whole"): True}, id="arithmetic has no null",
        ),
        pytest.param(
            lambda p: 2 if p["n"] == 1.5 else False, NUMBER, [{"n": 1.5}, {"n": 0.5}],
            {("n", "null"): True, ("n", "whole"): True}, id="an answer of another type is one",
        ),
        pytest.param(
            lambda p: int(np.isnan(p["n"])), NUMBER, [{"n": 1.5}],
            {("n", "null"): "nan", ("n", "whole"): True}, id="a null as NaN",
        ),
        pytest.param(
            lambda p: p["n"].hex(), NUMBER, [{"n": 1.5}],
            {("n", "null"): "nan", ("n", "whole"): False}, id="a float's own method",
        ),
        pytest.param(
            lambda p: list(range(p["n"])), NUMBER, [{"n": 2}, {"n": 3}],
            {("n", "unknown"): True, ("n", "null"): False, ("n", "fraction"): False},
            id="a count",
        ),
        pytest.param(
            lambda p: {1: "a", 2: "b"}[p["n"]], NUMBER, [{"n": 2}, {"n": 1}],
            {("n", "unknown"): False, ("n", "null"): False, ("n", "fraction"): False},
            id="a code",
        ),
        pytest.param(
            lambda p: exit(3) if p["o"] != "Earth" else 1, STRING, [{"o": "Earth"}],
            {("o", "unknown"): False, ("o", "null"): False}, id="predict that ends the process",
        ),
        pytest.param(
            lambda p: 1 / (p["n"] - 2), NUMBER, [{"n": 2}, {"n": 3}],
            {("n", "unknown"): True, ("n", "null"): False, ("n", "fraction"): True},
            id="a record that fails alone is no base",
        ),
        pytest.param(lambda p: 1 / 0, NUMBER, [{"n": 2}], {}, id="no base at all"),
    ],
)  # fmt: skip
def test_records(
    found: Any, predict: Any, features: Any, records: Any, expected: dict[Any, Any]
) -> None:
    assert found(predict, features, records) == expected


def test_a_feature_that_may_be_absent(found: Any) -> None:
    features = {"a": {"type": "string", "enum": ["x"]}, "b": {"type": "string", "enum": ["y"]}}
    records = [{"a": "x", "b": "y"}]

    def predict(a: str = "", b: Any = None) -> int:
        return len(a) + len(b)

    told = found(predict, features, records, required=[], input="arguments")
    assert (told["a", "left out"], told["b", "left out"]) == (True, False)


def frame(values: Any, dtype: str, **schema: Any) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    return {"c": {"x-dtype": dtype, **schema}}, [{"c": value} for value in values]


@pytest.mark.parametrize(
    ("predict", "column", "expected"),
    [
        pytest.param(
            lambda df: df["c"].fillna(0), frame([1.5], "float64", type="number"),
            {"null": True}, id="a float that may be missing",
        ),
        pytest.param(
            lambda df: df["c"].fillna(0), frame([1, 2], "int64", type="integer"),
            {"null": False, "unknown": True}, id="an integer cannot",
        ),
        pytest.param(
            lambda df: df["c"].astype(int), frame([True], "bool", type="boolean"),
            {"null": False}, id="nor can a bool",
        ),
        pytest.param(
            lambda df: df["c"].isna().astype(int), frame(["x"], "object", type="string"),
            {"null": "nan", "unknown": True}, id="an object's null is NaN",
        ),
        pytest.param(
            lambda df: df["c"].cat.codes, frame(
                ["x"], "category", type="string", enum=["x", "y"], **{"x-categories": ["x", "y"]}
            ),
            {"null": True}, id="a category is known by its dtype",
        ),
        pytest.param(
            lambda df: pd.to_datetime(df["c"]).dt.year, frame(["2024-01-31"], "object", type="string"),
            {"null": False, "unknown": True}, id="a date as text",
        ),
        pytest.param(
            lambda df: [len(df.dropna())] * len(df.dropna()), frame([1.5], "float64", type="number"),
            {"null": False}, id="a row that is dropped has no answer",
        ),
    ],
)  # fmt: skip
def test_frames(found: Any, predict: Any, column: Any, expected: dict[str, Any]) -> None:
    told = found(predict, *column, input="frame")
    assert {kind: accepted for (_, kind), accepted in told.items()} == expected


def test_a_null_in_an_array(found: Any) -> None:
    features = {"X": {"type": "array", "items": {"type": "number"}}}
    rows = [{"X": [0.5, 1.5]}, {"X": [1.0, 2.0]}]
    how = {"input": "rows", "row": "value", "container": "numpy.ndarray", "dtype": "float64"}
    model = LinearRegression().fit([[0.0, 1], [1, 0], [2, 2]], [1, 2, 3])
    assert found(model.predict, features, rows, **how)["X", "null inside"] is False
    told = found(lambda X: np.nansum(X, axis=1), features, rows, **how)  # noqa: N803
    assert told == {("X", "null"): False, ("X", "null inside"): True}


def test_what_there_is_no_time_for_is_tried_at_once(found: Any) -> None:
    features = {f"f{i}": {"type": "string", "enum": ["x"]} for i in range(40)}
    record = dict.fromkeys(features, "x")

    def slow(p: Any) -> int:
        time.sleep(0.02)
        return 1

    told = found(slow, features, [record], seconds=0.4)
    assert told == {(name, "null"): True for name in features}
    assert found.untried == 0

    def strict(p: Any) -> int:
        time.sleep(0.02)
        return len("".join(p.values()))

    told = found(strict, features, [record], seconds=0.4)
    assert not any(told.values())
    assert 10 < found.untried < 40


def test_a_predict_that_hangs_is_left(found: Any) -> None:
    def hang(p: Any) -> int:
        while p["o"] != "Earth":
            try:
                time.sleep(0.01)
            except Exception:  # as a careless notebook does
                continue
        return 1

    started = time.monotonic()
    assert found(hang, STRING, [{"o": "Earth"}], seconds=0.3) == {}
    assert found.untried == 2
    assert time.monotonic() - started < 2
