"""Fixtures of all tests."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from support import (
    CHECKOUT,
    EXAMPLE,
    Generation,
    MakeExample,
    MakeNotebook,
    cookiecutter,
    environment,
    tool,
    write_notebook,
)

# Tests serve the template's toy model from copies of the template.
os.environ["TOY_MODEL"] = "serve"


@pytest.fixture
def make_notebook(tmp_path: Path) -> MakeNotebook:
    """Write a notebook `nb.ipynb` of the given cells into the test's own folder."""

    def make(*cells: str, name: str = "nb.ipynb", **metadata: str) -> Path:
        return write_notebook(tmp_path / name, *cells, **metadata)

    return make


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="write the golden files anew")


@pytest.fixture(scope="session")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The example's service, generated once by `cookiecutter .` without a question."""
    output = tmp_path_factory.mktemp("generation")
    done = cookiecutter(None, output)
    assert done.returncode == 0, done.stdout + done.stderr
    return Generation(output / "churn", done.stdout, done.stderr)


@pytest.fixture(scope="session")
def example(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> MakeExample:
    """Generate the example of a folder, once: its tests share an xdist group."""
    made: dict[str, Generation] = {}

    def generate(folder: str) -> Generation:
        if folder not in made:
            if EXAMPLE.parent.name == folder:
                made[folder] = request.getfixturevalue("generation")
                return made[folder]
            (notebook,) = (EXAMPLE.parents[1] / folder).glob("*.ipynb")
            output = tmp_path_factory.mktemp(folder)
            done = cookiecutter(notebook, output)
            assert done.returncode == 0, done.stdout + done.stderr
            made[folder] = Generation(output / notebook.stem, done.stdout, done.stderr)
        return made[folder]

    return generate


@pytest.fixture(scope="session")
def churn_service(generation: Generation) -> Path:
    """The folder of the example's service."""
    return generation.folder


@pytest.fixture(scope="session")
def torch_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with PyTorch, a kernel, and what a service needs; no joblib.

    PyTorch comes by pip, which takes a CPU build where it is configured to know one: uv would
    download the CUDA build of several GB. Tests that use it share the xdist group "torch".
    """
    listed = (CHECKOUT / "template" / "requirements" / "service.in").read_text(encoding="utf-8")
    service = re.findall(r"^([\w-]+)[=>]=", listed, re.M)
    packages = ("ipykernel", "numpy", "cloudpickle", "hypothesis", "pytest", *service)
    python = environment(tmp_path_factory.mktemp("torch") / "env", *packages)
    command = [tool("python"), "-m", "pip", "--python", str(python), "install", "--quiet"]
    done = subprocess.run([*command, "torch==2.13.0"], capture_output=True, text=True)
    if done.returncode != 0:
        if os.environ.get("NB2SERVICE_REQUIRE_TORCH"):
            pytest.fail(done.stderr[-2000:])
        pytest.skip(f"PyTorch cannot be installed here: {done.stderr[-200:]}")
    return python


@pytest.fixture(scope="session")
def torch_example(torch_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    """The example with PyTorch, generated once, by the Python that has it."""
    notebook = EXAMPLE.parents[1] / "bearings_torchscript" / "bearings.ipynb"
    output = tmp_path_factory.mktemp("bearings")
    done = cookiecutter(notebook, output, f"kernel={torch_python}")
    assert done.returncode == 0, done.stdout + done.stderr
    return Generation(output / notebook.stem, done.stdout, done.stderr)
