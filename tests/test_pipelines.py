"""No wrong answer: whatever path is chosen, each row alone gives what the notebook computed for it.

The rows are found again by the labels that the notebook itself kept, not by what the tool found.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nb2service.errors import Nb2serviceError
from pipelines import notebooks
from support import chosen_path, write_notebook


@pytest.mark.random
@pytest.mark.filterwarnings("ignore")  # what the notebooks' own cells warn of
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(cells=notebooks())
def test_every_row_alone_gives_the_notebook_s_answer(cells: list[str], tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "random.ipynb", *cells)
    try:
        with chosen_path(path) as (choice, package, names):
            differing = _differing(choice, package, names)
    except Nb2serviceError as error:
        pytest.fail(f"every notebook here has at least the model's own table: {error}")
    assert not differing, f"{choice.function.source}\n{differing}"


def _differing(choice: Any, package: Any, names: dict[str, Any]) -> list[str]:
    """The rows whose answer, asked alone, is not the one that the notebook has under their label."""
    namespace = {**names, **package.validation.validate._frozen(choice.asked)}
    for source in (*choice.function.helpers.values(), choice.function.source):
        exec(source, namespace)
    predict = namespace[choice.function.entry]
    table = package.validation.validate._input(choice.asked)
    answers = np.asarray(names["y_pred"])
    found = []
    for place, label in enumerate(names["asked"]):
        row = table.loc[[label]] if hasattr(table, "loc") else table[[place]]
        if hasattr(row, "reset_index"):
            row = row.reset_index(drop=True)
        (alone,) = np.asarray(predict(row))
        if not np.isclose(alone, answers[place], rtol=1e-7, atol=1e-9):
            found.append(f"row {label}: alone {alone}, in the notebook {answers[place]}")
    return found
