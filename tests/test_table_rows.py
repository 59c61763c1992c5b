"""Rows of the notebook's own tables that have the features of a record."""

from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from nb2service.contract.seen import with_known
from support import an_inference, kernel_side


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with kernel_side() as package:
        module = package.proving.table_rows

        def told(features: list[str], count: int = 3, **names: Any) -> dict[str, Any]:
            monkeypatch.setattr(module, "notebook_names", lambda: names)
            return dict(module.table_rows(features, count))

        yield told


TRAIN = pd.DataFrame(
    {"age": [30, 81, 20, 44], "city": ["Bonn", "Ulm", "Ulm", "Trier"], "label": [1, 0, 1, 0]}
)


def test_the_table_with_most_of_the_features(rows: Any) -> None:
    told = rows(["age", "city"], part=TRAIN[["age"]], train=TRAIN, number=3)
    ages = [row["age"] for row in told["rows"]]
    assert {81, 20} <= set(ages)  # the largest and the smallest
    assert all(set(row) == {"age", "city"} for row in told["rows"])
    assert told["known"] == {"age": [20, 30, 44, 81], "city": ["Bonn", "Trier", "Ulm"]}


def test_values_are_known_of_tables_with_all_features_alone(rows: Any) -> None:
    told = rows(["age", "weight"], train=TRAIN)
    assert told["known"] == {}
    assert set(told["rows"][0]) == {"age"}


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"_": TRAIN}, id="what IPython keeps"),
        pytest.param({"empty": TRAIN.iloc[:0]}, id="no row"),
        pytest.param({"twice": pd.concat([TRAIN, TRAIN], axis=1)}, id="names that are there twice"),
    ],
)
def test_no_table(rows: Any, names: dict[str, Any]) -> None:
    assert rows(["age"], **names) == {"rows": [], "known": {}}


def test_many_values_are_not_known(rows: Any) -> None:
    many = pd.DataFrame({"age": range(60)})
    assert rows(["age"], many=many)["known"] == {}


def test_known_values_of_the_tables_are_known_to_the_contract() -> None:
    city = {"type": "string", "x-known": ["Bonn"]}
    inference = an_inference(
        record={"properties": {"city": city, "age": {"type": "integer"}}, "required": []},
        known={"city": ("Bonn",), "age": (30,)},
    )
    found = with_known(inference, {"city": ["Ulm", "Bonn"], "age": ["old"], "other": [1]})
    assert found.known == {"city": ("Bonn", "Ulm"), "age": (30,)}
    assert found.record["properties"]["city"]["x-known"] == ["Bonn", "Ulm"]
    assert "x-known" not in found.record["properties"]["age"]
