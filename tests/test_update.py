"""A template that moved on: cruft merges it into a service, and no notebook runs for that."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from support import CHECKOUT, copy_of_checkout, files, tool, write_notebook

pytestmark = pytest.mark.generation

CELLS = (
    "open('ran.txt', 'a').write('ran\\n')\nweight = 2",
    "#| predict\ndef predict(a):\n    return a * weight",
    "predict(3)",
)
GIT = ["git", "-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "core.hooksPath="]


def run(*command: str, at: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PWD": str(at)}
    return subprocess.run(command, cwd=at, env=env, capture_output=True, text=True, timeout=600)


def commit(at: Path) -> None:
    for arguments in (["add", "-A"], ["commit", "-qm", "so it is"]):
        done = run(*GIT, *arguments, at=at)
        assert done.returncode == 0, done.stdout + done.stderr


def moved_on(template: Path, number: int) -> None:
    """Change a file of the template, add one, and remove one."""
    makefile, example = template / "Makefile", template / "service" / "example.py"
    makefile.write_text(makefile.read_text() + f"\nhello{number}:\n\t@echo hello\n")
    example.write_text(example.read_text() + f"# {number}\n")
    (template / f"values{number}.yaml").write_text(f"replicas: {number}\n")
    (template / ("values1.yaml" if number == 2 else ".dockerignore")).unlink()
    # Generic, and copied into model/ by extraction: the next sync brings it.
    loading = template / "model" / "loading.py"
    loading.write_text(loading.read_text() + f"# {number}\n")


def updated(service: Path, at: Path, *arguments: str) -> tuple[set[str], str]:
    """Update the service by cruft; return the files that are otherwise now, and what was said."""
    before = files(service)
    done = run(tool("cruft"), "update", "-y", *arguments, at=at)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "Good work!" in said
    now = files(service)
    commit(service)
    names = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    return {name for name in names if not name.startswith(".git/")}, said


def edit(service: Path) -> None:
    """What a team does with its service: a line below the first of some files."""
    for name in ("README.md", "service/example.py", "Dockerfile", "Makefile"):
        path = service / name
        first, rest = path.read_text().split("\n", 1)
        path.write_text(f"{first}\n{'# ours' if name != 'README.md' else 'Ask Ada.'}\n{rest}")
    commit(service)


def test_cruft_merges_and_runs_no_notebook(tmp_path: Path) -> None:
    fork = copy_of_checkout(tmp_path / "fork")
    run(*GIT, "init", "-q", at=fork)
    commit(fork)
    work = tmp_path / "work"
    notebook = write_notebook(work / "nbs" / "nb.ipynb", *CELLS)
    answers = json.dumps({"notebook": "nbs/nb.ipynb"})
    done = run(tool("cruft"), "create", str(fork), "-y", "--extra-context", answers, at=work)
    assert done.returncode == 0, done.stdout + done.stderr
    service, ran = work / "nb", notebook.parent / "ran.txt"
    model, once = files(service / "model"), ran.read_text()
    measured = [
        service / "deploy" / name for name in ("base/deployment.yaml", "kserve/inference.yaml")
    ]
    found = [file.read_bytes() for file in measured]
    assert not [one for one in found if b"by a rule" in one]
    run(*GIT, "init", "-q", at=service)
    commit(service)

    # As it was generated, from inside of it.
    moved_on(fork / "template", 1)
    commit(fork)
    assert run(tool("cruft"), "check", at=service).returncode == 1
    names, said = updated(service, service)
    changed = {".cruft.json", "Makefile", "service/example.py", "values1.yaml", ".dockerignore"}
    assert names == changed, said
    assert run(tool("cruft"), "check", at=service).returncode == 0

    # With the team's own edits, from elsewhere, to a template that needs a newer contract.
    edit(service)
    diff = run(tool("cruft"), "diff", at=service)
    assert diff.returncode == 0, diff.stderr
    assert diff.stdout.startswith("diff --git")  # a patch, and no card before it
    assert "model/" not in diff.stdout
    assert "requirements" not in diff.stdout
    assert "measured" not in diff.stdout
    assert "MiB" not in diff.stdout
    moved_on(fork / "template", 2)
    checks = fork / "template" / "service" / "start_checks.py"
    checks.write_text(checks.read_text().replace("CONTRACT_VERSION = 1", "CONTRACT_VERSION = 2"))
    commit(fork)
    names, said = updated(service, work, "--project-dir", "nb")
    changed = {".cruft.json", "Makefile", "service/example.py", "values1.yaml", "values2.yaml"}
    assert names == {*changed, "service/start_checks.py"}, said
    assert "needs a model/ of contract version 2, nb has 1: run `nb2service sync`" in said
    for name in ("README.md", "Dockerfile", "service/example.py"):
        assert ("Ask Ada." if name == "README.md" else "# ours") in (service / name).read_text()
    assert (service / "Makefile").read_text().count("@echo hello") == 2

    assert ran.read_text() == once
    assert files(service / "model") == model
    assert [file.read_bytes() for file in measured] == found
    assert not list(service.rglob("*.rej"))


# What stays of the services' tests.
FEW = ("__init__.py", "conftest.py", "server.py", "test_answers.py", "test_model_folder.py")


@pytest.mark.environment
def test_a_release_is_rolled_out(tmp_path: Path) -> None:
    """The commands of docs/platform.md, on two services; in one the branch is there already."""
    page = (CHECKOUT / "docs" / "platform.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"## Rolling it out\n\n```sh\n(.*?)```", page, re.DOTALL)
    fork = copy_of_checkout(tmp_path / "fork")
    for path in (fork / "template" / "tests").iterdir():
        if path.is_file() and path.name not in FEW:
            path.unlink()
    run(*GIT, "init", "-q", at=fork)
    commit(fork)
    work = tmp_path / "work"
    write_notebook(work / "nb.ipynb", *CELLS)
    answers = json.dumps({"notebook": "nb.ipynb", "project_slug": "one"})
    create = [tool("cruft"), "create", str(fork), "-y", "--output-dir", "services"]
    (work / "services").mkdir()
    done = run(*create, "--extra-context", answers, at=work)
    assert done.returncode == 0, done.stdout + done.stderr
    one, two = (work / "services" / name for name in ("one", "two"))
    shutil.copytree(one, two)
    for service in (one, two):
        run(*GIT, "init", "-q", at=service)
        commit(service)
    assert run("git", "branch", "template-v1.3", at=two).returncode == 0
    moved_on(fork / "template", 1)
    commit(fork)
    assert run("git", "tag", "v1.3", at=fork).returncode == 0

    settings = tmp_path / "gitconfig"
    settings.write_text("[user]\nname = t\nemail = t@example.invalid\n")
    path = f"{Path(tool('cruft')).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "GIT_CONFIG_GLOBAL": str(settings), "PWD": str(work)}
    done = subprocess.run(
        ["bash", "-c", script], cwd=work, env=env, capture_output=True, text=True, timeout=900
    )
    said = done.stdout + done.stderr
    assert (work / "failed.txt").read_text() == "services/two/\n", said
    assert " passed" in said
    assert "hello1" in (one / "Makefile").read_text()
    assert "hello1" not in (two / "Makefile").read_text()
    log = run("git", "log", "--format=%s", "-1", at=one).stdout
    assert log == "Template v1.3\n"
    assert run("git", "status", "--porcelain", at=one).stdout == ""
