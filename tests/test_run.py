"""Cells run as in Jupyter, what fails is known, and what lies beside the notebook comes along."""

import asyncio
import json
import subprocess
from pathlib import Path

import pytest

from nb2service.cli import main
from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import read
from nb2service.running import run
from nb2service.running.failures import Failure
from nb2service.running.kernels import choose
from support import MakeNotebook, files, tool

PREDICT = "#| predict\ndef predict(a: int):\n    return a + w"


def failures_of(notebook: Path) -> list[list[Failure]]:
    """Run every cell in one kernel."""
    looked = read(notebook)

    async def work() -> list[list[Failure]]:
        async with run.session(looked, choose(looked, "")) as session:
            return [await session.run(cell) for cell in looked.cells]

    return asyncio.run(work())


def test_what_fails_and_where_a_cell_goes_on(make_notebook: MakeNotebook) -> None:
    cells = {
        "x = 1\n\n\n1 / x": [],
        "\n\nx = 1\n1 / 0": [(4, "ZeroDivisionError")],
        "%%time\nx = 1\n1 / 0": [(3, "ZeroDivisionError")],
        "%%capture\nx = 1\n1 / 0": [(3, "ZeroDivisionError")],
        "%nonsuch\ny = 1\nimport no_such\ny = 2\n1 / 0\ny = 3": [
            (1, "UsageError"),
            (3, "ModuleNotFoundError"),
            (5, "ZeroDivisionError"),
        ],
        "assert y == 2": [],
        "%load_ext no_such\n%matplotlib no_such\nget_ipython().magic('matplotlib inline')\nz = 1": [
            (1, "ModuleNotFoundError"),
            (2, None),
            (3, "AttributeError"),
        ],
        "assert z == 1": [],
        "%%nonsuch\ntext": [(1, "UsageError")],
        "%%bash\nexit 3": [(1, "CalledProcessError")],
        "!no-such-program\n?len\nlen?\nx = !ls\n%cd no_such\ndisplay(x)": [],
        "import asyncio\nawait asyncio.sleep(0)\nasync with asyncio.Lock():\n    v = 1": [],
        "assert v == 1\nawait no_such()": [(2, "NameError")],
        "%run no_such.py": [(1, "Exception")],
        "input()": [(1, "StdinNotImplementedError")],
        "import sys\nsys.exit(1)": [(2, "SystemExit")],
        "def f():\n    return 1 / 0\n\n\nf()": [(5, "ZeroDivisionError")],
    }
    found = failures_of(make_notebook(*cells))
    for (cell, expected), failures in zip(cells.items(), found, strict=True):
        assert [f.line for f in failures] == [line for line, _ in expected], cell
        assert all(e in (f.error, None) for f, (_, e) in zip(failures, expected, strict=True)), cell


def test_a_kernel_that_dies_ends_the_run(make_notebook: MakeNotebook) -> None:
    notebook = make_notebook("x = 1", "import os\nos._exit(1)", "x = 2")
    with pytest.raises(Nb2serviceError) as refusal:
        failures_of(notebook)
    assert refusal.value.place == "nb.ipynb, cell 2"
    assert refusal.value.remedy == "Cell 2 ends the kernel itself: take that call out."


def test_a_python_that_is_too_old(
    make_notebook: MakeNotebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "OLDEST", (99, 1))
    told = r"is Python 3\.\d+, and the service's libraries need 99\.1\. Install .*kernel=/path"
    with pytest.raises(Nb2serviceError, match=told):
        failures_of(make_notebook("x = 1"))


@pytest.mark.generation
def test_harmless_failures_are_warnings(
    make_notebook: MakeNotebook, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notebook = make_notebook(
        "import no_such_plots\nw = 1", "1 / 0", PREDICT, "predict(1)\nplot(w)", kernel="python2"
    )
    assert main(["new", str(notebook), "-o", str(tmp_path)]) == 0
    card = " ".join(capfd.readouterr().out.split())
    assert "Cell 1, line 1 failed (ModuleNotFoundError: No module named 'no_such_plots')" in card
    assert "Cell 2, line 1 failed (ZeroDivisionError: division by zero); nothing that is" in card
    assert "Cell 4, line 2 failed (NameError" in card
    assert "The notebook names the kernel 'python2', which is not installed here" in card


def lay(folder: Path, named: dict[str, str]) -> None:
    for name, text in named.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


@pytest.mark.generation
def test_modules_beside_the_notebook_come_along(
    make_notebook: MakeNotebook, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lay(
        tmp_path,
        {
            "scaling.py": "import numpy as np\n\n\nclass Scaler:\n    def go(self, x):\n        "
            "from limits import cap\n        return cap(float(np.float64(x) * 2))\n",
            "limits.py": "def cap(x):\n    return min(x, 100.0)\n",
            "src/words/__init__.py": "from .count import length\n",
            "src/words/count.py": "from ..shift import SHIFT\n\n\ndef length(x):\n    return x+SHIFT\n",
            "src/shift.py": "SHIFT=3 ;unused = undefined_name if False else 0\n",
            "src/unused.py": "x = 1\n",
            "work/helper.py": "FACTOR = 10\n\n\ndef tenfold(x):\n    return x * FACTOR\n",
        },
    )
    notebook = make_notebook(
        "import sys\nsys.path.insert(0, '..')\nfrom scaling import Scaler\nfrom src.words import *",
        "%run helper.py\nimport src.unused\nscaler = Scaler()",
        "#| predict\ndef predict(a: int):\n    return scaler.go(a) + length(a) + tenfold(a)",
        "predict(1), predict(500)",
        name="work/nb.ipynb",
    )
    assert main(["new", str(notebook), "-o", str(tmp_path)]) == 0
    service = tmp_path / "nb"
    modules = {n.removeprefix("model/modules/") for n in files(service) if "/modules/" in n}
    assert modules == {
        "limits.py",
        "scaling.py",
        "src/shift.py",
        "src/words/__init__.py",
        "src/words/count.py",
    }
    card = capfd.readouterr().out
    for told in ("scaling", "used by scaler", "src", "3 files, used by predict"):
        assert told in card, told
    contract = json.loads((service / "model" / "contract.json").read_text())
    assert contract["imports"] == ["numpy"]
    summed = (service / "model" / "SHA256SUMS").read_text()
    assert all(f"modules/{name}" in summed for name in modules)
    assert str(tmp_path) not in "".join((service / "model" / "predict.py").read_text())
    for command in (
        [tool("ruff"), "check", "--no-cache", "."],
        [tool("ruff"), "format", "--no-cache", "--check", "."],
        [tool("mypy"), "--cache-dir", str(tmp_path / "mypy")],
        [tool("python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_answers.py"],
        [
            tool("python"),
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/test_model_folder.py",
        ],
    ):
        done = subprocess.run(command, cwd=service, capture_output=True, text=True)
        assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
