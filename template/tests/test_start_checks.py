"""What stops a start: a changed file, another version."""

import shutil
import sys
from importlib.metadata import version

import pytest

from service.start_checks import (
    StartError,
    check_contract_version,
    check_files,
    check_no_toy,
    check_versions,
)
from tests.server import ROOT

HERE = "{}.{}.{}".format(*sys.version_info)
FLASK = version("flask")


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(ROOT / "model", tmp_path / "model")


def test_the_folder_as_extracted(folder):
    check_files(folder)


@pytest.mark.parametrize("name", ["predict.py", "loading.py", "contract.json", "allowed.py"])
def test_a_changed_or_missing_file_is_named(folder, name):
    file = folder / name
    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(StartError, match=rf"^model/{name}: changed since it was extracted"):
        check_files(folder)
    file.unlink()
    with pytest.raises(StartError, match=rf"^model/{name}: cannot be read"):
        check_files(folder)


def test_without_sums_there_is_no_start(folder):
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(StartError, match=r"^model/SHA256SUMS: cannot be read"):
        check_files(folder)


def test_the_versions_that_are_here():
    check_versions(HERE, {"flask": f"{FLASK}+cpu"})
    check_versions("", {})


@pytest.mark.parametrize(
    ("python", "packages", "told"),
    [
        pytest.param("3.1.0", {}, "made with Python 3.1.0, this is", id="Python"),
        pytest.param(
            HERE, {"flask": "0.1"}, f"made with flask 0.1, installed is {FLASK};", id="a package"
        ),
        pytest.param(
            HERE, {"no-such": "1.0"}, "made with no-such 1.0, which is not installed", id="none"
        ),
    ],
)
def test_another_version_is_named(python, packages, told):
    with pytest.raises(StartError, match=told):
        check_versions(python, packages)


def test_the_toy_model_is_served_in_the_template_alone(tmp_path, monkeypatch):
    toy, real = {"provenance": {"toy": True}}, {"provenance": {"python": HERE}}
    monkeypatch.delenv("TOY_MODEL", raising=False)
    service = tmp_path / "service"
    check_no_toy(real, service)
    with pytest.raises(StartError, match="holds the template's toy model, no notebook's"):
        check_no_toy(toy, service)
    (tmp_path / "cookiecutter.json").touch()
    check_no_toy(toy, service)
    (tmp_path / "cookiecutter.json").unlink()
    monkeypatch.setenv("TOY_MODEL", "serve")
    check_no_toy(toy, service)


def test_a_contract_of_an_older_service(monkeypatch):
    check_contract_version({})
    monkeypatch.setattr("service.start_checks.CONTRACT_VERSION", 2)
    check_contract_version({"contract_version": 2})
    with pytest.raises(StartError, match=r"of contract version 1, this service needs 2; .* sync"):
        check_contract_version({})
