"""What rules tell from other cells, and from the files that lie near the notebook."""

from pathlib import Path

import pytest

from support import MakeNotebook, remedy_for, write_notebook


def test_a_name_that_only_a_later_cell_binds(make_notebook: MakeNotebook) -> None:
    cells = ["f(x)", "y = 1", "x = 2"]
    answer = remedy_for(make_notebook(*cells), "NameError", "name 'x' is not defined")
    assert "`x` gets its value in cell 3 only" in answer


def test_a_name_that_a_cell_above_should_have_bound(make_notebook: MakeNotebook) -> None:
    cells = ["if False:\n    x = 2", "f(x)"]
    answer = remedy_for(make_notebook(*cells), "NameError", "name 'x' is not defined", number=2)
    assert "Cell 1 would give `x` its value" in answer


def test_a_typo(make_notebook: MakeNotebook) -> None:
    cells = ["features = 2", "f(featuers)"]
    answer = remedy_for(
        make_notebook(*cells), "NameError", "name 'featuers' is not defined", number=2
    )
    assert "Did you mean `features`?" in answer


def test_a_git_lfs_pointer_is_the_cause_whatever_the_error(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    (tmp_path / "x.csv").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:1\n")
    cells = ["df = pd.read_csv('x.csv')", "y = df['label']"]
    answer = remedy_for(make_notebook(*cells), "KeyError", "'label'", number=2)
    assert "x.csv is not the data but a Git LFS pointer" in answer
    assert f"git lfs pull in {tmp_path}" in answer


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\xff\xfea\x00", "encoding='utf-16'"),
        (b"PK\x03\x04", "read_excel"),
        (b"\x1f\x8b\x08", "compression='gzip'"),
        (b"caf\xe9", "latin-1"),
    ],
)
def test_what_the_file_really_is(
    make_notebook: MakeNotebook, tmp_path: Path, content: bytes, says: str
) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    text = "'utf-8' codec can't decode byte"
    assert says in remedy_for(make_notebook("pd.read_csv('x.csv')"), "UnicodeDecodeError", text)


@pytest.mark.parametrize("path", ["/content/x.csv", "../input/set/x.csv", "C:\\d\\x.csv", "x.csv"])
def test_a_file_that_lies_elsewhere(make_notebook: MakeNotebook, tmp_path: Path, path: str) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.csv").touch()
    text = f"[Errno 2] No such file or directory: '{path}'"
    answer = remedy_for(make_notebook(f"open(r'{path}')"), "FileNotFoundError", text)
    assert "There is data/x.csv: write that path." in answer


def test_a_notebook_that_was_moved_away_from_its_data(tmp_path: Path) -> None:
    folder = tmp_path / "lectures" / "regression" / "examples"
    folder.mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "fuel.csv").touch()
    notebook = write_notebook(folder / "n.ipynb", "pd.read_csv('../../data/fuel.csv')")
    text = "[Errno 2] No such file or directory: '../../data/fuel.csv'"
    answer = remedy_for(notebook, "FileNotFoundError", text)
    assert answer == "There is ../../../data/fuel.csv: write that path."


def test_a_module_that_lies_elsewhere(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "utils.py").touch()
    text = "No module named 'utils'"
    answer = remedy_for(make_notebook("import utils"), "ModuleNotFoundError", text)
    assert "import sys; sys.path.insert(0, 'src')" in answer


@pytest.mark.parametrize(
    ("before", "says"),
    [
        ("import sys", "and core/features.py is not beside the notebook. If it"),
        ("import sys, os\nsys.path.insert(0, os.path.abspath('../app'))", "nor in '../app'"),
    ],
)
def test_a_module_that_may_be_the_authors(
    make_notebook: MakeNotebook, before: str, says: str
) -> None:
    path = make_notebook(before, "from core.features import F")
    answer = remedy_for(path, "ModuleNotFoundError", "No module named 'core'", 2)
    assert says in answer
    assert "If it is a package, install it: /env/bin/python -m pip install core" in answer


def test_an_environment_without_pip(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    (tmp_path / "env" / "bin").mkdir(parents=True)
    (tmp_path / "env" / "pyvenv.cfg").touch()
    python = tmp_path / "env" / "bin" / "python"
    text = "No module named 'yaml'"
    answer = remedy_for(make_notebook("import yaml"), "ModuleNotFoundError", text, python=python)
    assert f"uv pip install --python {python} pyyaml" in answer
