"""No wrong answer for a sample of one record: another record gets what the notebook would give it.

The notebook's own statements run anew with other values in the sample, down to the input that was
chosen; from there the function must give what the rest of the statements gives, alone and in a batch.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from nb2service.errors import Nb2serviceError
from samples import SAMPLE, notebooks, records
from support import chosen_path, write_notebook


@pytest.mark.random
@pytest.mark.filterwarnings("ignore")  # what the notebooks' own cells warn of
@settings(
    max_examples=30,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cells=notebooks(), others=st.lists(records, min_size=3, max_size=3))
def test_another_record_gets_the_notebook_s_answer(
    cells: list[str], others: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    path = write_notebook(tmp_path / "random.ipynb", *cells)
    try:
        with chosen_path(path) as (choice, package, names):
            names = dict(names)
            predict = _predict(choice, package, names)
            first = choice.function.input.step.cell
    except Nb2serviceError as error:
        pytest.fail(f"every notebook here has the prepared record at least: {error}")
    except (ValueError, KeyError):
        assume(False)  # the notebook's own cells fail for its record
    rows, answers = [], []
    for other in others:
        row, answer = _of_the_notebook(names, cells, other, first)
        if row is None:
            continue
        row = row[list(choice.function.columns or row.columns)].reset_index(drop=True)
        got = np.ravel(np.asarray(predict(row), dtype=float))
        assert np.allclose(got, answer), f"{other}: {got}, {answer}\n{choice.function.source}"
        rows.append(row)
        answers.append(answer)
    if rows and not choice.function.first and np.ndim(predict(rows[0])):
        together = np.ravel(predict(pd.concat(rows, ignore_index=True)))
        assert np.allclose(together, np.ravel(answers)), choice.function.source


def _predict(choice: Any, package: Any, names: dict[str, Any]) -> Any:
    namespace = {**names, **package.validation.validate._frozen(choice.asked)}
    for source in (*choice.function.helpers.values(), choice.function.source):
        exec(source, namespace)
    return namespace[choice.function.entry]


def _of_the_notebook(
    names: dict[str, Any], cells: list[str], record: tuple[Any, ...], first: int
) -> tuple[Any, Any]:
    """The record as the cell `first` leaves it, and its answer; None where the notebook fails."""
    a, c, d = record
    namespace, row = dict(names), None
    last = cells[-1].splitlines()[1].removeprefix("price = ")
    mine = [SAMPLE.format(a=a, c=c, d=d), *cells[2:-1], f"answer = {last}"]
    try:
        for number, source in enumerate(mine, 2):
            exec(source, namespace)
            if number == first:
                row = namespace["new"].copy()
    except (ValueError, KeyError):
        return None, None
    return row, np.ravel(np.asarray(namespace["answer"], dtype=float))
