"""Where the parts lie: in a checkout, and in an installed package."""

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

from nb2service import places
from support import CHECKOUT


def installed(folder: Path) -> ModuleType:
    """The module as it lies in an installed package, with a bundle like the wheel's."""
    package = folder / "nb2service"
    bundle = package / "bundle" / places.LINK / "service"
    bundle.mkdir(parents=True)
    shutil.copy(places.PACKAGE / "places.py", package)
    spec = importlib.util.spec_from_file_location("installed_places", package / "places.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_in_a_checkout() -> None:
    assert places.root() == CHECKOUT
    assert places.template() == CHECKOUT / "template"
    assert places.service() == CHECKOUT / "template" / "service"


def test_everything_is_there() -> None:
    assert (places.root() / "cookiecutter.json").is_file()
    assert (places.root() / "hooks" / "pre_gen_project.py").is_file()
    for folder, file in (
        (places.KERNEL, "prover.py"),
        (places.FORMATS, "joblib_pickle.py"),
        (places.service(), "records/to_json.py"),
        (places.template(), "Dockerfile"),
    ):
        assert (folder / file).is_file()


def test_in_an_installed_package(tmp_path: Path) -> None:
    module = installed(tmp_path)
    assert module.root() == tmp_path / "nb2service" / "bundle"
    assert module.template() == module.root() / places.LINK
    assert module.service().is_dir()


def test_the_link_has_the_name_that_cookiecutter_looks_for() -> None:
    questions = json.loads((CHECKOUT / "cookiecutter.json").read_text())
    assert "project_slug" in questions
    assert places.LINK == "{{ cookiecutter.project_slug }}"
