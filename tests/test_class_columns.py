"""Which class a column of the answers is: what the classifier says of it, matched column by column."""

from collections.abc import Sequence

import pytest

from support import kernel_side

P = [[0.2, 0.3, 0.5], [0.6, 0.1, 0.3], [0.1, 0.8, 0.1]]


def picked(*places: int) -> list[list[float]]:
    return [[row[place] for place in places] for row in P]


@pytest.mark.parametrize(
    ("answers", "heard", "expected"),
    [
        pytest.param(P, P, [0, 1, 2], id="as they are"),
        pytest.param(picked(2, 1, 0), P, [2, 1, 0], id="reversed"),
        pytest.param(picked(1, 2, 0), P, [1, 2, 0], id="in an order of its own"),
        pytest.param([[round(v, 1) for v in row] for row in P], P, [0, 1, 2], id="rounded"),
        pytest.param([[100 * v for v in row] for row in P], P, [0, 1, 2], id="in percent"),
        pytest.param([sorted(row) for row in P], P, None, id="sorted"),
        pytest.param(picked(0, 0, 1), P, None, id="one of them twice"),
        pytest.param([[v * 2 for v in row] for row in P], P, None, id="other numbers"),
        pytest.param(P[:1], P, None, id="other rows"),
        pytest.param(picked(0, 1), P, None, id="fewer columns"),
        pytest.param([[0.5, 0.5]], [[0.5, 0.5]], None, id="columns that are alike"),
        pytest.param([[0.5, 0.501]], [[0.5, 0.501]], [0, 1], id="columns that are nearly alike"),
        pytest.param(P, [0, 1, 2], None, id="one value for each row"),
        pytest.param([], [], None, id="nothing was asked"),
    ],
)
def test_matched(
    answers: Sequence[Sequence[float]], heard: Sequence[object], expected: list[int] | None
) -> None:
    with kernel_side() as package:
        assert package.proving.class_columns._matched(answers, heard) == expected


def test_the_model_is_heard_and_left_as_it_was() -> None:
    class Model:
        def predict_proba(self, rows: list[int]) -> object:
            return Table([[0.5, 0.5]] * len(rows))

        def predict_log_proba(self, rows: list[int]) -> object:
            return Table([[2.0, 3.0] for _ in self.predict_proba(rows).tolist()])  # type: ignore[attr-defined]

    class Table:
        def __init__(self, rows: list[list[float]]) -> None:
            self.rows, self.shape = rows, (len(rows), 2)

        def tolist(self) -> list[list[float]]:
            return self.rows

    model, heard = Model(), list[list[float]]()
    with kernel_side() as package:
        with package.proving.class_columns._listening(model, heard):
            model.predict_log_proba([1])
            model.predict_proba([1, 2])
        model.predict_proba([1])
    assert heard == [[2.0, 3.0], [0.5, 0.5], [0.5, 0.5]]
    assert vars(model) == {}
