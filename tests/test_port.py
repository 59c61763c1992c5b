"""A fork with another port, a question more and a file that uses it: what is to be changed, once."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from nb2service import places
from nb2service.writing.port import fill_port, port_of
from support import cookiecutter, copy_of_checkout, files, write_notebook

CELLS = ("#| predict\ndef predict(house):\n    return house['area'] * 2", "predict({'area': 8080})")
# Lists of what may be installed, and tests that speak of any port.
BESIDES = ("tests/", "requirements", "model/")


def set_port(template: Path, port: int) -> None:
    settings = template / "service" / "settings.py"
    text = settings.read_text(encoding="utf-8")
    changed, count = re.subn(r"(port: int = _whole\()\d+", rf"\g<1>{port}", text)
    assert count == 1
    settings.write_text(changed, encoding="utf-8")


def naming(folder: Path, port: int) -> set[str]:
    """The files that name a port, besides those that may name any."""
    return {
        name
        for name, content in files(folder).items()
        if str(port).encode() in content and not name.startswith(BESIDES)
    }


def test_one_place_is_changed_and_all_follow(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns(".venv", "__pycache__")
    project = shutil.copytree(places.template(), tmp_path / "project", ignore=ignore)
    set_port(project, 8080)
    before, named = files(project), naming(project, 8080)
    fill_port(project)
    assert files(project) == before  # it is there already
    set_port(project, 9123)
    assert port_of(project) == 9123
    fill_port(project)
    assert naming(project, 8080) == set()
    assert naming(project, 9123) == named
    assert {"Dockerfile", "Makefile", "README.md", "compose.yaml"} <= named
    fill_port(project)
    assert naming(project, 9123) == named


def test_a_service_with_other_settings_has_the_original_one(tmp_path: Path) -> None:
    assert port_of(tmp_path) == 8080
    (tmp_path / "README.md").write_text("port 8080\n")
    fill_port(tmp_path)
    assert (tmp_path / "README.md").read_text() == "port 8080\n"


@pytest.mark.generation
def test_a_fork_with_a_port_a_question_and_a_file_that_uses_it(tmp_path: Path) -> None:
    fork = copy_of_checkout(tmp_path / "fork")
    template = fork / "template"
    set_port(template, 9123)
    questions = json.loads((fork / "cookiecutter.json").read_text(encoding="utf-8"))
    questions["team"] = "data"
    (fork / "cookiecutter.json").write_text(json.dumps(questions), encoding="utf-8")
    (template / "OWNERS.md").write_text("{{ cookiecutter.team }}, port 8080\n", encoding="utf-8")
    notebook = write_notebook(tmp_path / "nb.ipynb", *CELLS)

    done = cookiecutter(notebook, tmp_path / "out", "team=Ada", template=fork)
    assert done.returncode == 0, done.stdout + done.stderr
    made = tmp_path / "out" / "nb"
    assert (made / "OWNERS.md").read_text() == "Ada, port 8080\n"  # the fork's own file
    recorded = json.loads((made / ".nb2service.json").read_text())
    assert recorded["answers"]["team"] == "Ada"
    readme = (made / "README.md").read_text()
    assert (
        """curl localhost:9123/predict -H 'content-type: application/json' -d '{"area": 8080}'"""
        in readme
    )
    assert readme.count("8080") == 2  # what the record says
    assert naming(made, 8080) == {"README.md", "OWNERS.md"}

    # The repository's own tests of what a fork changes go on, and so do the service's.
    subprocess.run(["git", "init", "--quiet"], cwd=fork, check=True)
    own = [f"tests/test_{name}.py" for name in ("template", "places")]
    service = ["tests/test_readme.py", "tests/test_settings.py"]
    quick = ["-m", "not generation"]
    for folder, tests in ((fork, [*own, *quick]), (template, service), (made, service)):
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
        env = {**os.environ, "PYTHONPATH": str(fork / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
