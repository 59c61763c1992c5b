"""Fixtures of all tests."""

from pathlib import Path

import pytest

from support import Generation, MakeNotebook, cookiecutter, write_notebook


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
def churn_service(generation: Generation) -> Path:
    """The folder of the example's service."""
    return generation.folder
