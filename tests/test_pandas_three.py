"""What pandas 3 does otherwise without a word."""

from pathlib import Path

import pytest

from nb2service.notebook.read import read
from nb2service.running.failures import Failure
from nb2service.running.pandas_three import silent_change
from support import MakeNotebook

NAN = ("ValueError", "Input X contains NaN.")
CLASSES = ("ValueError", "The 'liblinear' solver does not support multiclass classification")


def told(
    make_notebook: MakeNotebook, folder: Path, line: str, error: tuple[str, str], version: str
) -> str:
    packages = folder / "lib" / "python3.11" / "site-packages"
    (packages / f"pandas-{version}.dist-info").mkdir(parents=True)
    notebook = read(
        make_notebook("import pandas as pd", line, "model.fit(X, y)", "df['x'] == 'object'")
    )
    failure = Failure(notebook.cells[2], 1, *error)
    return silent_change(failure, notebook, folder / "bin" / "python") or ""


@pytest.mark.parametrize(
    ("line", "error", "says"),
    [
        pytest.param(
            "df['Age'].fillna(df['Age'].mean(), inplace=True)",
            NAN,
            "pandas 3 fills a copy in df['Age'].fillna(…, inplace=True) (cell 2, line 1): write "
            "df['Age'] = df['Age'].fillna(…).",
            id="a column filled in place",
        ),
        pytest.param(
            "df.Age.replace(0, 1, inplace=True)",
            NAN,
            "write df.Age = df.Age.replace(…)",
            id="by a dot",
        ),
        pytest.param(
            "texts = list(df.dtypes[df.dtypes == 'object'].index)",
            CLASSES,
            "pandas 3 gives text columns the dtype str, so `== 'object'` finds none of them "
            "(cell 2, line 1): write == 'str' there.",
            id="text columns",
        ),
        pytest.param(
            "t = [c for c in df if df[c].dtype != object]", CLASSES, "!= 'str'", id="all others"
        ),
        pytest.param("df.fillna(0, inplace=True)", NAN, "", id="a whole table"),
        pytest.param(
            "df['Age'].fillna(0, inplace=True)", CLASSES, "", id="an error of another kind"
        ),
        pytest.param("# df.dtypes == 'object'", CLASSES, "", id="a comment"),
        pytest.param("x = 1", NAN, "", id="nothing of the kind"),
    ],
)
def test_pandas_three(
    make_notebook: MakeNotebook, tmp_path: Path, line: str, error: tuple[str, str], says: str
) -> None:
    found = told(make_notebook, tmp_path, line, error, "3.0.1")
    assert says in found
    assert bool(says) == bool(found)


def test_an_older_pandas_is_not_blamed(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    assert told(make_notebook, tmp_path, "df.dtypes == 'object'", CLASSES, "2.2.3") == ""
