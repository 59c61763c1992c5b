"""Two real environments: Cookiecutter's, which has no model library, and the notebook's, which has
no Cookiecutter. Then a third: the service's own, from its locked requirements."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from nb2service.recorded import FILE
from nb2service.version import version
from support import CHECKOUT, EXAMPLE, Generation, cookiecutter, environment, files, tool

pytestmark = [pytest.mark.environment, pytest.mark.xdist_group("churn")]


def can_import(python: Path, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


@pytest.fixture(scope="module")
def generators_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return environment(tmp_path_factory.mktemp("generator") / "env", str(CHECKOUT))


@pytest.fixture(scope="module")
def kernels_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    packages = ("ipykernel", "matplotlib", "pandas", "scikit-learn", "xgboost-cpu")
    return environment(tmp_path_factory.mktemp("kernel") / "env", *packages)


def tree(folder: Path) -> dict[str, bytes]:
    """The files of a service, but for the one that records what was asked, and by which nb2service.

    A checkout tells its commit, an installed package has none; the kernel and the path are answers.
    """
    found = files(folder)
    # The notebook's page is made where nbconvert is installed.
    found.pop("model/notebook.html", None)
    sums = found["model/SHA256SUMS"].splitlines()
    found["model/SHA256SUMS"] = b"\n".join(s for s in sums if b"notebook.html" not in s)
    recorded = json.loads(found.pop(FILE))
    assert recorded["nb2service"]["version"] == version()
    assert recorded["answers"]["project_slug"] == folder.name
    return found


def test_the_environments_are_apart(generators_python: Path, kernels_python: Path) -> None:
    assert can_import(generators_python, "cookiecutter")
    assert not any(can_import(generators_python, m) for m in ("pandas", "xgboost", "ipykernel"))
    assert can_import(kernels_python, "xgboost")
    assert not any(can_import(kernels_python, m) for m in ("cookiecutter", "nbclient", "flask"))


def test_the_notebook_runs_in_its_own(
    generation: Generation, generators_python: Path, kernels_python: Path, tmp_path: Path
) -> None:
    program = str(generators_python.with_name("cookiecutter"))
    done = cookiecutter(EXAMPLE, tmp_path, f"kernel={kernels_python}", program=program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "churn") == tree(generation.folder)
    assert not (tmp_path / "churn" / "model" / "notebook.html").exists()
    assert (generation.folder / "model" / "notebook.html").exists()


def test_an_environment_beside_the_notebook_is_found(
    generation: Generation, generators_python: Path, kernels_python: Path, tmp_path: Path
) -> None:
    shutil.copy(EXAMPLE, tmp_path)
    (tmp_path / ".venv").symlink_to(kernels_python.parent.parent)
    program = str(generators_python.with_name("cookiecutter"))
    done = cookiecutter("churn.ipynb", tmp_path, program=program)
    assert done.returncode == 0, done.stdout + done.stderr
    assert ".venv lies beside the notebook" in done.stdout
    assert tree(tmp_path / "churn") == tree(generation.folder)


def test_the_installed_command_gives_the_same_tree(
    generation: Generation, generators_python: Path, kernels_python: Path, tmp_path: Path
) -> None:
    command = [generators_python.with_name("nb2service"), "new", EXAMPLE]
    done = subprocess.run(
        [*command, f"kernel={kernels_python}"], cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "churn") == tree(generation.folder)


def test_the_installed_command_gives_the_same_tree_without_running_it(
    generators_python: Path, kernels_python: Path, tmp_path: Path
) -> None:
    notebook = CHECKOUT / "example_notebooks" / "rounds_saved_model" / "rounds.ipynb"
    answers = ["run_notebook=no", f"kernel={kernels_python}"]
    command = [generators_python.with_name("nb2service"), "new", notebook, *answers]
    installed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert installed.returncode == 0, installed.stdout + installed.stderr
    done = cookiecutter(notebook, tmp_path / "out", "run_notebook=no")
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "rounds") == tree(tmp_path / "out" / "rounds")


def make(folder: Path, *verbs: str) -> subprocess.CompletedProcess[str]:
    """Run the service's make; its Python is the one that the tests run in, uv is on the path."""
    env = {**os.environ, "PATH": f"{Path(tool('uv')).parent}{os.pathsep}{os.environ['PATH']}"}
    return subprocess.run(["make", *verbs], cwd=folder, env=env, capture_output=True, text=True)


@pytest.fixture(scope="module")
def service(generation: Generation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The generated service, set up from its locked requirements."""
    folder = tmp_path_factory.mktemp("service") / "churn"
    shutil.copytree(generation.folder, folder)
    done = make(folder, "setup")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_its_own_check_passes(service: Path) -> None:
    done = make(service, "check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_its_own_tests_pass(service: Path) -> None:
    done = make(service, "test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
    assert "failed" not in done.stdout


def test_it_has_the_kernel_s_versions_and_nothing_of_jupyter(service: Path) -> None:
    contract = json.loads((service / "model" / "contract.json").read_text())
    listed = subprocess.run(
        [
            tool("uv"),
            "pip",
            "list",
            "--format=json",
            "--python",
            service / ".venv" / "bin" / "python",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    installed = {entry["name"]: entry["version"] for entry in json.loads(listed.stdout)}
    assert contract["provenance"]["packages"].items() <= installed.items()
    assert not installed.keys() & {"ipykernel", "nbclient", "matplotlib", "cookiecutter"}


@pytest.mark.parametrize(
    "name", ["predict.py", "artifacts/model.ubj", "loading.py", "contract.json"]
)
@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_one_changed_byte_is_noticed(service: Path, name: str, place: float) -> None:
    path = service / "model" / name
    original = path.read_bytes()
    at = int(len(original) * place)
    path.write_bytes(original[:at] + bytes([original[at] ^ 1]) + original[at + 1 :])
    try:
        python = service / ".venv" / "bin" / "python"
        done = subprocess.run(
            [python, "-m", "pytest", "-q", "-x", "tests/test_model_folder.py"],
            cwd=service,
            capture_output=True,
            text=True,
        )
        assert done.returncode != 0, done.stdout
    finally:
        path.write_bytes(original)
