"""No wrong answer: whatever path is chosen, each row alone gives what the notebook computed for it.

The rows are found again by the labels that the notebook itself kept, not by what the tool found.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from nb2service.errors import Nb2serviceError
from pipelines import BY_THE_OLD, OUTSIDE, notebooks, quiet_notebooks
from support import chosen_path, write_notebook

FORTY = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.random
@pytest.mark.filterwarnings("ignore")  # what the notebooks' own cells warn of
@FORTY
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


@pytest.mark.random
@pytest.mark.filterwarnings("ignore")  # what the notebooks' own cells warn of
@FORTY
@given(cells=quiet_notebooks())
def test_rows_outside_of_the_table_get_what_the_statements_give_them(
    cells: list[str], tmp_path: Path
) -> None:
    path = write_notebook(tmp_path / "random.ipynb", *cells)
    with chosen_path(path) as (choice, package, names):
        namespace = {**names, **package.validation.validate._frozen(choice.asked)}
        for source in (*choice.function.helpers.values(), choice.function.source):
            exec(source, namespace)
        wrong = [one for row in OUTSIDE if (one := _wrong(namespace, cells, row, choice, names))]
        assert not wrong, f"{choice.function.source}\n{wrong}"


def _wrong(
    namespace: dict[str, Any],
    cells: list[str],
    row: dict[str, Any],
    choice: Any,
    names: dict[str, Any],
) -> str:
    """What the function says of a row that the notebook's own statements do not; `""` if nothing."""
    asked, expected = _by_the_statements(cells, row, choice, names)
    if asked is None:
        return ""  # it does not reach the input
    try:
        (given,) = np.asarray(namespace[choice.function.entry](asked))
    except Exception as error:
        return "" if expected is None or _is_refused(error) else f"{row}: {error!r}, not {expected}"
    if expected is None:
        return f"{row}: {given}, though the notebook has no answer"
    return "" if np.isclose(given, expected) else f"{row}: {given}, not {expected}"


def _is_refused(error: Exception) -> bool:
    return hasattr(error, "left_out") or "is none of" in str(error) or "of the bins" in str(error)


def _by_the_statements(
    cells: list[str], row: dict[str, Any], choice: Any, names: dict[str, Any]
) -> tuple[Any, Any]:
    """The row as it is at the input, and what the notebook's own statements make of it; None where none."""
    start, namespace, asked = choice.function.input, dict[str, Any](), None
    without = dict[str, Any]()  # the notebook as it is
    try:
        for number, cell in enumerate(cells[:-1], 1):
            if "model = " in cell:
                cell = cell.partition("\n")[0]
            namespace["old"] = without["df"].copy() if "df" in without else None
            exec(BY_THE_OLD.get(cell, cell), namespace)
            exec(cell, without)
            if number == 1:
                table = namespace["df"]
                namespace["df"] = namespace["pd"].concat(
                    [table, namespace["pd"].DataFrame([row], index=[len(table)])]
                )
                label = len(table)
            if number == start.step.cell:
                asked = _asked(namespace[start.name], label, choice)
        rows = namespace["X"]
        found = names["model"].predict(rows.loc[[label]])[0] if label in rows.index else None
        return asked, found
    except (AssertionError, ValueError):
        return asked, None


def _asked(table: Any, label: int, choice: Any) -> Any:
    if label not in table.index:
        return None
    found = table.loc[[label]].reset_index(drop=True)
    columns = choice.function.columns
    return found if columns is None or not hasattr(found, "columns") else found[list(columns)]
