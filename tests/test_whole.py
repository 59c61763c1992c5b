# ruff: noqa: E501  rows of a table
"""A generation is whole or not at all: on every route, and with the old service as it was."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from nb2service import whole
from support import CHECKOUT, cookiecutter, copy_of_checkout, files, tool, write_notebook

CELLS = (
    "open('ran.txt', 'w').close()\nweight = 2",
    "#| predict\ndef predict(a):\n    return a * weight",
    "predict(3)",
)
BROKEN = {
    "chart.yaml": "name: {{ .Values.name }}\n",
    "values.md": "{{ cookiecutter.team }}\n",
    "block.yaml": "{% if production %}\n",
}


@pytest.fixture(scope="module")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout that a test may break."""
    return copy_of_checkout(tmp_path_factory.mktemp("fork") / "fork")


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "notebooks" / "nb.ipynb", *CELLS)


def gone(path: Path) -> bool:
    """Whether it is gone, or goes within the time that the watching process needs."""
    until = time.monotonic() + 30
    while path.exists() and time.monotonic() < until:
        time.sleep(0.05)
    return not path.exists()


def by_cookiecutter(fork: Path, notebook: Path, output: Path) -> subprocess.CompletedProcess[str]:
    return cookiecutter(notebook, output, template=fork)


def by_cruft(fork: Path, notebook: Path, output: Path) -> subprocess.CompletedProcess[str]:
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid"]
    copy = shutil.copytree(fork, output.parent / "repository", symlinks=True)
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it is"]):
        subprocess.run([*git, *command], cwd=copy, check=True, capture_output=True)
    context = json.dumps({"notebook": str(notebook)})
    return run(tool("cruft"), "create", str(copy), "-y", "--extra-context", context, output=output)


def by_the_own_command(
    fork: Path, notebook: Path, output: Path
) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(fork / 'src')!r}); import nb2service.cli as c; "
    code += "sys.exit(c.main())"
    return run(sys.executable, "-c", code, "new", str(notebook), output=output)


def run(*command: str, output: Path) -> subprocess.CompletedProcess[str]:
    output.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        command,
        cwd=output,
        env={**os.environ, "PWD": str(output)},
        capture_output=True,
        text=True,
    )


@pytest.mark.generation
@pytest.mark.parametrize("route", [by_cookiecutter, by_cruft, by_the_own_command])
@pytest.mark.parametrize("name", BROKEN)
def test_a_template_that_cannot_be_rendered_is_told_before_the_notebook_runs(
    fork: Path,
    notebook: Path,
    tmp_path: Path,
    name: str,
    route: Callable[[Path, Path, Path], subprocess.CompletedProcess[str]],
) -> None:
    broken = fork / "template" / name
    broken.write_text(BROKEN[name])
    try:
        done = route(fork, notebook, tmp_path / "out")
    finally:
        broken.unlink()
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert f"template, {name}" in said
    assert "cannot be rendered" in said
    assert "`_copy_without_render` of cookiecutter.json" in said
    assert not (notebook.parent / "ran.txt").exists()
    assert not (tmp_path / "out" / "nb").exists()


@pytest.mark.generation
def test_the_remedies_for_such_a_template_work(fork: Path, notebook: Path, tmp_path: Path) -> None:
    settings = fork / "cookiecutter.json"
    before, raw = settings.read_text(), fork / "template" / "raw.yaml"
    raw.write_text("name: {% raw %}{{ .Values.name }}{% endraw %}\n")
    (fork / "template" / "chart.yaml").write_text(BROKEN["chart.yaml"])
    known = json.loads(before)
    known["_copy_without_render"].append("chart.yaml")
    settings.write_text(json.dumps(known))
    try:
        done = cookiecutter(notebook, tmp_path / "out", template=fork)
    finally:
        settings.write_text(before)
        raw.unlink()
        (fork / "template" / "chart.yaml").unlink()
    assert done.returncode == 0, done.stdout + done.stderr
    made = tmp_path / "out" / "nb"
    assert (made / "chart.yaml").read_text() == BROKEN["chart.yaml"]
    assert (made / "raw.yaml").read_text() == "name: {{ .Values.name }}\n"


@pytest.mark.generation
@pytest.mark.parametrize(
    ("file", "cut", "told"),
    [
        pytest.param("Dockerfile", "ARG PYTHON_VERSION=", "has no line `ARG PYTHON_VERSION=…`", id="Dockerfile"),
        pytest.param("README.md", "<!-- /example -->", "has no `<!-- example -->` …", id="README"),
    ],
)  # fmt: skip
def test_a_template_without_a_place_to_fill_in(
    fork: Path, notebook: Path, tmp_path: Path, file: str, cut: str, told: str
) -> None:
    path = fork / "template" / file
    before = path.read_text()
    path.write_text(before.replace(cut, "#"))
    try:
        done = cookiecutter(notebook, tmp_path / "out", template=fork)
    finally:
        path.write_text(before)
    assert f"template, {file}: {told}" in done.stderr
    assert "RuntimeError" not in done.stderr
    assert not (notebook.parent / "ran.txt").exists()
    assert not (tmp_path / "out" / "nb").exists()


@pytest.mark.generation
@pytest.mark.parametrize("file", ["requirements/dev.in", "requirements.txt"])
def test_a_template_without_its_requirements(
    fork: Path, notebook: Path, tmp_path: Path, file: str
) -> None:
    """Else the locks would lose all hashes without a word."""
    path = fork / "template" / file
    before = path.read_text()
    path.unlink()
    try:
        done = cookiecutter(notebook, tmp_path / "out", template=fork)
    finally:
        path.write_text(before)
    assert f"template, {file}: is missing, and generation needs it." in done.stderr
    assert not (notebook.parent / "ran.txt").exists()
    assert not (tmp_path / "out" / "nb").exists()


@pytest.mark.generation
def test_over_an_existing_service(notebook: Path, tmp_path: Path) -> None:
    """`cookiecutter -f` replaces it whole; one that fails midway leaves it as it was."""
    output = tmp_path / "out"
    assert cookiecutter(notebook, output).returncode == 0
    made = output / "nb"
    (made / "mine.txt").write_text("mine")
    readme = (made / "README.md").read_bytes()
    (made / "README.md").unlink()
    (made / "README.md").mkdir()  # what Cookiecutter cannot write over, after it has copied the toy
    (made / "README.md" / "note.txt").write_text("a note")
    before = files(made)
    write_notebook(notebook, CELLS[0].replace("2", "5"), *CELLS[1:])
    failed = cookiecutter(notebook, output, "--overwrite-if-exists")
    assert failed.returncode != 0
    assert "IsADirectoryError" in failed.stderr
    assert gone(made / ".nb2service")
    assert files(made) == before
    shutil.rmtree(made / "README.md")
    (made / "README.md").write_bytes(readme)
    again = cookiecutter(notebook, output, "--overwrite-if-exists")
    assert again.returncode == 0, again.stderr
    assert "weight = 5" in (made / "model" / "predict.py").read_text()
    assert (made / "mine.txt").read_text() == "mine"
    assert gone(made / ".nb2service")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder as it is when the first hook has kept what was there, and Cookiecutter has copied."""
    folder = tmp_path / "service"
    (folder / whole.STAGE).mkdir(parents=True)
    (folder / "model").mkdir()
    (folder / "model" / "real.txt").write_text("real")
    (folder / "mine.txt").write_text("mine")
    whole.keep(folder, ["Makefile", "model"])
    shutil.rmtree(folder / "model")
    (folder / "model").mkdir()
    (folder / "model" / "toy.txt").write_text("toy")
    (folder / "Makefile").write_text("of the template")
    return folder


AS_IT_WAS = {"mine.txt": b"mine", "model/real.txt": b"real"}


def test_what_was_there_is_put_back(project: Path) -> None:
    assert whole.restore(project)
    assert files(project) == AS_IT_WAS
    assert not whole.restore(project)


def test_a_new_folder_goes_away(tmp_path: Path) -> None:
    folder = tmp_path / "service"
    (folder / whole.STAGE).mkdir(parents=True)
    whole.keep(folder, ["model"])
    (folder / "model").mkdir()
    assert whole.restore(folder)
    assert not folder.exists()


def test_a_whole_service_is_let_go_of(project: Path) -> None:
    whole.let_go(project)
    assert not whole.restore(project)
    assert (project / "model" / "toy.txt").exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_the_end_of_cookiecutter_is_noticed(project: Path, how: signal.Signals) -> None:
    """The process that stands for Cookiecutter is not waited for: it stays a zombie."""
    sleeping = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    try:
        watching = whole.guard(project, sleeping.pid)
        assert watching is not None
        time.sleep(0.5)
        assert (project / "model" / "toy.txt").exists()
        sleeping.send_signal(how)
        assert gone(project / whole.STAGE)
        assert files(project) == AS_IT_WAS
        assert watching.wait(30) == 0
    finally:
        sleeping.kill()
        sleeping.wait()


def test_the_toy_is_refused_where_a_generation_ended_halfway(tmp_path: Path) -> None:
    ignore = shutil.ignore_patterns("tests", ".venv", "__pycache__")
    copy = shutil.copytree(CHECKOUT / "template", tmp_path / "half", ignore=ignore)
    env = {k: v for k, v in os.environ.items() if k != "TOY_MODEL"}
    done = subprocess.run(
        [sys.executable, "-c", "from service import create_app; create_app()"],
        cwd=copy,
        env=env,
        capture_output=True,
        text=True,
    )
    assert "model/ holds the template's toy model, no notebook's" in done.stdout + done.stderr
