"""Bad input gets one message of place, fact and remedy; no traceback of ours, no half-written folder."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from nb2service.cli import main
from support import CHECKOUT, MakeNotebook, cookiecutter, files, tool

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a'] + 1"
NEEDS_W = "#| predict\ndef predict(payload):\n    return payload['a'] + w"
CALL = "predict({'a': 1})"


def refuse(capfd: pytest.CaptureFixture[str], notebook: Path, *answers: str) -> str:
    """Generate in-process, from an empty folder, and return the message."""
    status = main(["new", str(notebook), *answers, "-o", str(notebook.parent / "out")])
    printed = capfd.readouterr()
    assert status == 1
    assert "Traceback" not in printed.err + printed.out
    assert not files(notebook.parent / "out")
    return printed.err


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        pytest.param(["x = 1"], ["nb.ipynb: no cell is marked", "#| predict"], id="no mark"),
        pytest.param([PREDICT, PREDICT, CALL], ["2 cells are marked: 1, 2"], id="several marks"),
        pytest.param(
            ["weight = 2\nprint 'x'", PREDICT.replace("return", "return weight *"), CALL],
            ["nb.ipynb, cell 1, line 2: syntax error", "print 'x'", "Python 2"],
            id="a syntax error where a name should get its value",
        ),
        pytest.param(
            ["#| predict\ndef predict(p:\n  return 1", CALL],
            ["nb.ipynb, cell 1, line 2: syntax error", "def predict(p:"],
            id="a syntax error in the marked cell",
        ),
        pytest.param(
            [PREDICT, CALL + "\nprint 'x'"],
            ["nb.ipynb, cell 2", "syntax error"],
            id="a syntax error beside the only call",
        ),
        pytest.param(
            ["#| predict\ndef predict(payload):\n    return payload['a'] * weight", CALL],
            ["nb.ipynb, cell 1, line 3: `weight` is used, but no cell gives it a value"],
            id="a name that no cell assigns",
        ),
        pytest.param(
            ["#| predict\ndef predict(payload):\n    return payload['age'] + payload['fare']"],
            ["cell 1", "predict is never called", 'predict({"age": …, "fare": …})'],
            id="predict is never called",
        ),
    ],
)
def test_told_before_anything_runs(
    make_notebook: MakeNotebook,
    capfd: pytest.CaptureFixture[str],
    cells: list[str],
    told: list[str],
) -> None:
    message = refuse(capfd, make_notebook(*cells))
    assert all(text in message for text in told), message


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        pytest.param(
            ["x = 1\nw = x / 0", NEEDS_W, CALL],
            [
                "nb.ipynb, cell 1, line 2: the cell fails, and what is served needs `w` of it",
                "w = x / 0",
                "ZeroDivisionError: division by zero",
            ],
            id="a cell that fails",
        ),
        pytest.param(
            ["import no_such_library\nw = no_such_library.w", NEEDS_W, CALL],
            ["cell 1, line 1", "ModuleNotFoundError", "-m pip install no_such_library"],
            id="a missing module",
        ),
        pytest.param(
            ["import no_such_library.deep as d\nw = d.w", NEEDS_W, CALL],
            ["-m pip install no_such_library\n"],
            id="a missing submodule",
        ),
        pytest.param(
            ["w = lost", NEEDS_W, CALL],
            ["cell 1, line 1", "NameError", "No cell gives `lost` a value", "Restart & Run All"],
            id="a deleted cell",
        ),
        pytest.param(
            [PREDICT, "if False:\n    predict({'a': 1})"],
            ["predict is never called"],
            id="called on a path that is never taken",
        ),
        pytest.param(
            [
                "import threading\nlock = threading.Lock()",
                "#| predict\ndef predict(p):\n    with lock:\n        return p['a']",
                CALL,
            ],
            [
                "cell 1, line 2",
                "`lock`, which `predict` needs, is a _thread.lock and cannot be saved",
            ],
            id="a value that cannot be saved",
        ),
        pytest.param(
            ["import random", "#| predict\ndef predict(p):\n    return random.random()", CALL],
            ["cell 2", "answers otherwise than the notebook did in 1 of 1 recorded calls", "seed"],
            id="failed parity",
        ),
        pytest.param(
            ["#| predict\ndef predict(p):\n    return p", "predict({'a': 1}), predict([1])"],
            ["cell 1", "called in different ways"],
            id="two kinds of calls",
        ),
        pytest.param(
            ["#| predict\ndef predict(p):\n    return object()", CALL],
            ["cell 1", "answers with a object, which JSON cannot carry"],
            id="an answer beyond JSON",
        ),
        pytest.param(
            [
                "import pandas as pd",
                "#| predict\ndef predict(df):\n    return df['a'].mean()",
                "predict(pd.DataFrame({'a': [1, 2]}))",
            ],
            ["cell 2", "was given 2 rows and answered with one value"],
            id="one answer for a table",
        ),
    ],
)
@pytest.mark.generation
def test_told_by_the_run(
    make_notebook: MakeNotebook,
    capfd: pytest.CaptureFixture[str],
    cells: list[str],
    told: list[str],
) -> None:
    message = refuse(capfd, make_notebook(*cells))
    assert all(text in message for text in told), message


def test_a_kernel_that_is_not_installed(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str]
) -> None:
    message = refuse(capfd, make_notebook(PREDICT, CALL), "kernel=conda-env-gone-py")
    assert "the kernel 'conda-env-gone-py' was asked for" in message
    assert "kernel=/path/to/python" in message


def test_an_interpreter_without_ipykernel(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    subprocess.run([tool("python"), "-m", "venv", "--without-pip", tmp_path / "bare"], check=True)
    python = tmp_path / "bare" / "bin" / "python"
    message = refuse(capfd, make_notebook(PREDICT, CALL), f"kernel={python}")
    assert f"{python} -m pip install ipykernel" in message


def test_an_interpreter_that_is_not_there(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str]
) -> None:
    message = refuse(capfd, make_notebook(PREDICT, CALL), "kernel=/no/such/python")
    assert "no Python interpreter /no/such/python" in message


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("project_slgu=x", "Did you mean project_slug=…?"),
        ("colour=red", "Known: project_name, project_slug, kernel"),
        ("project_slug", "is no answer"),
    ],
)
def test_unknown_answers(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str], answer: str, told: str
) -> None:
    assert told in refuse(capfd, make_notebook(PREDICT, CALL), answer)


@pytest.mark.parametrize("slug", ["a/b", "..", "-x", "a b"])
@pytest.mark.generation
def test_a_slug_that_is_no_folder(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str], slug: str
) -> None:
    notebook = make_notebook(PREDICT, CALL)
    status = main(["new", str(notebook), f"project_slug={slug}", "-o", str(notebook.parent / "o")])
    printed = capfd.readouterr().err
    assert status == 1
    assert "Traceback" not in printed
    assert "is no name for a folder" in printed or "is there already" in printed
    assert not files(notebook.parent / "o")


def test_a_slug_that_is_taken(
    make_notebook: MakeNotebook, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook = make_notebook(PREDICT, CALL)
    mine = notebook.parent / "nb" / "mine.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    assert main(["new", str(notebook), "-o", str(notebook.parent)]) == 1
    assert "is there already. Give another name: project_slug=NAME" in capfd.readouterr().err
    assert files(mine.parent) == {"mine.txt": b"mine"}


@pytest.mark.generation
def test_cookiecutter_removes_what_it_began(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    done = cookiecutter(make_notebook("w = 1 / 0", NEEDS_W, CALL), tmp_path / "out")
    assert done.returncode != 0
    assert "nb.ipynb, cell 1, line 1: the cell fails" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.generation
def test_a_folder_that_is_overwritten_stays_as_it_was(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    mine = tmp_path / "out" / "nb" / "model" / "mine.txt"
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    done = cookiecutter(
        make_notebook("w = 1 / 0", NEEDS_W, CALL), tmp_path / "out", "--overwrite-if-exists"
    )
    assert done.returncode != 0
    assert files(tmp_path / "out") == {"nb/model/mine.txt": b"mine"}


@pytest.mark.generation
def test_a_typo_in_the_path_from_where_the_user_stands(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    make_notebook(PREDICT, CALL, name="churn.ipynb")
    done = cookiecutter("chrun.ipynb", tmp_path)
    assert "no such file. Did you mean" in done.stderr
    assert "churn.ipynb?" in done.stderr
    assert not (tmp_path / "chrun").exists()


@pytest.mark.generation
def test_libraries_that_cookiecutter_s_python_lacks(
    make_notebook: MakeNotebook, tmp_path: Path
) -> None:
    # A real environment with cookiecutter and nothing else of ours.
    python = tmp_path / "bare" / "bin" / "python"
    uv = tool("uv")
    subprocess.run(
        [uv, "venv", "--quiet", "--python", tool("python"), tmp_path / "bare"], check=True
    )
    subprocess.run(
        [uv, "pip", "install", "--quiet", "--python", python, "cookiecutter"], check=True
    )
    done = cookiecutter(
        make_notebook(PREDICT, CALL),
        tmp_path / "out",
        program=str(python.with_name("cookiecutter")),
    )
    assert done.returncode != 0
    assert f"{python} -m pip install" in done.stderr
    assert "nbclient" in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize(
    "name",
    [
        "my notebook.ipynb",
        'it\'s "quoted".ipynb',
        "back\\slash.ipynb",
        "prédiction à la carte.ipynb",
        "{{ cookiecutter }} {% if %}.ipynb",
        "$HOME `id` ; rm.ipynb",
    ],
)
@pytest.mark.generation
def test_any_name_of_a_notebook_works(
    make_notebook: MakeNotebook, tmp_path: Path, name: str
) -> None:
    notebook = make_notebook(PREDICT, CALL, name=f"some folder é/{name}")
    status = main(["new", str(notebook), "project_slug=service", "-o", str(tmp_path / "out")])
    assert status == 0
    extracted = (tmp_path / "out" / "service" / "model" / "predict.py").read_text()
    compile(extracted, "predict.py", "exec")
    assert "def predict(payload):" in extracted


@pytest.mark.parametrize("name", ["my notebook.ipynb", 'it\'s "q".ipynb', "a\\b é.ipynb"])
@pytest.mark.generation
def test_any_name_works_with_cookiecutter_itself(
    make_notebook: MakeNotebook, tmp_path: Path, name: str
) -> None:
    make_notebook(PREDICT, CALL, name=name)
    done = cookiecutter(name, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder,) = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert os.access(folder / "model" / "predict.py", os.R_OK)


@pytest.mark.generation
def test_ctrl_c_leaves_nothing(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    notebook = make_notebook("import time\ntime.sleep(60)", PREDICT, CALL)
    out = tmp_path / "out"
    out.mkdir()
    process = subprocess.Popen(
        [tool("cookiecutter"), str(CHECKOUT), "--no-input", f"notebook={notebook}"],
        cwd=out,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    assert process.stderr.readline().startswith("Running nb.ipynb")
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode != 0
    assert "Stopped; nothing was written." in stderr
    assert not list(out.iterdir())
