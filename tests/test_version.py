"""One version, wherever the code runs from."""

import tomllib
from importlib.metadata import version as installed
from pathlib import Path

import pytest

from nb2service import version as module
from nb2service.version import version
from support import CHECKOUT


def test_it_is_pyproject_s() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    assert version() == project["version"]


@pytest.mark.parametrize(
    ("pyproject", "expected"),
    [
        pytest.param('[project]\nname = "nb2service"\nversion = "99.1"', "99.1", id="a checkout"),
        pytest.param(None, installed("nb2service"), id="an installed package"),
        pytest.param(
            '[project]\nname = "other"\nversion = "99.1"',
            installed("nb2service"),
            id="installed below somebody else's project",
        ),
    ],
)
def test_where_it_comes_from(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, pyproject: str | None, expected: str
) -> None:
    if pyproject is not None:
        (tmp_path / "pyproject.toml").write_text(pyproject)
    monkeypatch.setattr(module, "CHECKOUT", tmp_path)
    assert version.__wrapped__() == expected
