"""Which Python the notebook runs in, and why."""

import json
import sys
from pathlib import Path

import pytest

from nb2service.errors import Nb2serviceError
from nb2service.notebook.read import read
from nb2service.running.kernels import choose
from support import MakeNotebook


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of kernels that Jupyter looks in, with the kernel `mine`."""
    folder = tmp_path / "jupyter" / "kernels"
    spec = {"argv": ["python", "-m", "x"], "display_name": "Mine", "env": {"COLOUR": "red"}}
    (folder / "mine").mkdir(parents=True)
    (folder / "mine" / "kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "jupyter"))
    return folder


def environment(folder: Path) -> Path:
    """The interpreter of an environment, which is a link as `python -m venv` makes it."""
    python = folder / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return python


def test_the_notebook_s_own(make_notebook: MakeNotebook, kernels: Path) -> None:
    found = choose(read(make_notebook("x = 1", kernel="mine")), "")
    assert (found.name, found.why) == ("mine", "the notebook names it")
    assert found.env == {"COLOUR": "red"}
    # A spec that says just `python` means the Python of Jupyter, which is the one that runs this.
    assert found.argv == (sys.executable, "-m", "x")
    assert found.python == sys.executable


def test_a_name_that_was_asked_for_goes_first(make_notebook: MakeNotebook, kernels: Path) -> None:
    found = choose(read(make_notebook("x = 1", kernel="gone")), "mine")
    assert (found.name, found.why) == ("mine", "as asked for")


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_an_environment_beside_the_notebook(
    make_notebook: MakeNotebook, tmp_path: Path, name: str
) -> None:
    python = environment(tmp_path / name)
    found = choose(read(make_notebook("x = 1")), "")
    assert found.python == str(python)  # the link itself: its target knows no environment
    assert found.why == f"{name} lies beside the notebook"
    assert found.argv[-1] == "{connection_file}"


@pytest.mark.parametrize(
    ("own", "wanted"), [("mine", ""), ("python3", "mine")], ids=["by the notebook", "by the user"]
)
def test_a_named_kernel_goes_before_that_environment(
    make_notebook: MakeNotebook, kernels: Path, tmp_path: Path, own: str, wanted: str
) -> None:
    environment(tmp_path / ".venv")
    assert choose(read(make_notebook("x = 1", kernel=own)), wanted).name == "mine"


def test_a_notebook_that_names_none_gets_the_generic_one(make_notebook: MakeNotebook) -> None:
    found = choose(read(make_notebook("x = 1", kernel="")), "")
    assert found.name == "python3"


@pytest.mark.parametrize("beside", [True, False], ids=["an environment beside it", "none"])
def test_a_kernel_that_is_not_installed_is_replaced_and_that_is_told(
    make_notebook: MakeNotebook, kernels: Path, tmp_path: Path, beside: bool
) -> None:
    python = str(environment(tmp_path / ".venv")) if beside else sys.executable
    found = choose(read(make_notebook("x = 1", kernel="gone")), "")
    assert found.python == python
    assert found.why == "gone is not installed"
    assert found.note.startswith("The notebook names the kernel 'gone', which is not installed")
    assert "kernel=/path/to/python" in found.note


def test_a_kernel_that_is_there_needs_no_note(make_notebook: MakeNotebook, kernels: Path) -> None:
    assert choose(read(make_notebook("x = 1", kernel="mine")), "").note == ""


@pytest.mark.parametrize("way", ["the interpreter", "the environment's folder"])
def test_a_path(make_notebook: MakeNotebook, tmp_path: Path, way: str) -> None:
    python = environment(tmp_path / "some env")
    wanted = python if way == "the interpreter" else python.parent.parent
    found = choose(read(make_notebook("x = 1", kernel="gone")), str(wanted))
    assert found.python == str(python)
    assert (found.name, found.why, found.env) == (str(python), "as asked for", {})


def test_a_manager_knows_this_kernel_alone(make_notebook: MakeNotebook, kernels: Path) -> None:
    kernel = choose(read(make_notebook("x = 1", kernel="mine")), "")
    spec = kernel.manager().get_kernel_spec("whatever Jupyter calls it")
    assert (spec.argv, spec.env) == (list(kernel.argv), {"COLOUR": "red"})


@pytest.mark.parametrize(
    ("own", "wanted", "told"),
    [
        pytest.param("mine", "gone", "the kernel 'gone' was asked for", id="asked for"),
        pytest.param("mine", "no/python", "there is no Python interpreter no/python", id="a path"),
    ],
)
def test_refuses(
    make_notebook: MakeNotebook, kernels: Path, own: str, wanted: str, told: str
) -> None:
    with pytest.raises(Nb2serviceError) as refusal:
        choose(read(make_notebook("x = 1", kernel=own)), wanted)
    assert refusal.value.place == "nb.ipynb"
    assert told in refusal.value.fact
    assert "kernel=" in refusal.value.remedy
    if "path" not in told and not wanted.endswith("python"):
        assert "mine" in refusal.value.fact  # what is installed


def test_a_folder_that_is_no_environment(make_notebook: MakeNotebook, tmp_path: Path) -> None:
    with pytest.raises(Nb2serviceError, match="there is no Python interpreter"):
        choose(read(make_notebook("x = 1")), str(tmp_path))
