"""The template is a working project, and its toy model is a real extraction."""

import json
import os
import shutil
import subprocess
from fnmatch import fnmatch
from pathlib import Path

import pytest

from support import CHECKOUT, cookiecutter, files, own_files, tool

TOY = CHECKOUT / "tests" / "toy.ipynb"
TEMPLATE = CHECKOUT / "template"


def test_the_link_that_cookiecutter_needs_is_a_link() -> None:
    link = CHECKOUT / "{{ cookiecutter.project_slug }}"
    assert link.is_symlink()
    assert link.readlink() == Path("template")


def test_a_checkout_with_other_line_ends_is_the_same(tmp_path: Path) -> None:
    """As Git for Windows checks out, the service in a folder of a larger repository."""
    repository = tmp_path / "repository"
    for name in own_files("template"):
        copy = repository / "services" / "toy" / Path(name).relative_to("template")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(CHECKOUT / name, copy)
    (repository / "plain.txt").write_bytes(b"one\ntwo\n")
    git = [
        "git",
        "-c",
        "user.name=t",
        "-c",
        "user.email=t@example.invalid",
        "-c",
        "core.hooksPath=",
    ]
    for arguments in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "as it is"]):
        subprocess.run([*git, *arguments], cwd=repository, check=True, capture_output=True)
    command = ["clone", "-q", "-c", "core.autocrlf=true", str(repository), str(tmp_path / "clone")]
    subprocess.run([*git, *command], check=True, capture_output=True)
    clone = tmp_path / "clone"
    assert (clone / "plain.txt").read_bytes() == b"one\r\ntwo\r\n"  # the setting does something
    assert files(clone / "services") == files(repository / "services")
    model = clone / "services" / "toy" / "model"
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=model, check=True)


def test_no_caches_lie_in_the_template() -> None:
    litter = [p for p in TEMPLATE.rglob("*") if p.name in ("__pycache__", ".pytest_cache", ".venv")]
    assert not litter


def test_only_what_is_rendered_holds_jinja() -> None:
    """A fork may use its questions in files of its own; Python is never rendered."""
    questions = json.loads((CHECKOUT / "cookiecutter.json").read_text(encoding="utf-8"))
    copied = questions["_copy_without_render"]
    assert "*.py" in copied
    holding = set()
    for name in own_files("template"):
        path = CHECKOUT / name
        if path.is_file() and "{{ cookiecutter." in path.read_text("utf-8", errors="replace"):
            inside = path.relative_to(TEMPLATE)
            holding.add(inside.as_posix())
            for part in (inside, *inside.parents)[:-1]:
                assert not any(fnmatch(part.as_posix(), one) for one in copied), path
    assert "README.md" in holding


def test_the_toy_says_that_it_is_one() -> None:
    """Generated services refuse it by this; whoever renews the toy puts it back in."""
    contract = json.loads((TEMPLATE / "model" / "contract.json").read_text(encoding="utf-8"))
    assert contract["provenance"]["toy"] is True


@pytest.mark.generation
def test_the_toy_model_is_what_extraction_makes(tmp_path: Path) -> None:
    """`cookiecutter . notebook=tests/toy.ipynb` and copying its model/ renews it.

    Then its contract gets `"toy": true` in its `provenance`, and SHA256SUMS the new sum.
    """
    done = cookiecutter(TOY, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    made, kept = tmp_path / "toy" / "model", TEMPLATE / "model"
    names = {p.relative_to(made) for p in made.rglob("*") if p.is_file()}
    assert names == {p.relative_to(kept) for p in kept.rglob("*") if p.is_file()}
    # Versions, and the bytes of the pickle that depend on them, may differ from machine to machine.
    for name in names - {Path(n) for n in ("SHA256SUMS", "contract.json", "requirements.txt")}:
        if name.suffix != ".joblib":
            assert (made / name).read_bytes() == (kept / name).read_bytes(), name
    new, old = (json.loads((f / "contract.json").read_text()) for f in (made, kept))
    for key in ("$defs", "predict", "model_version", "examples"):
        assert new[key] == old[key]


@pytest.mark.generation
def test_the_template_passes_its_own_check_and_tests_as_it_lies(tmp_path: Path) -> None:
    copy = shutil.copytree(TEMPLATE, tmp_path / "template")
    env = {**os.environ, "PATH": f"{Path(tool('uv')).parent}{os.pathsep}{os.environ['PATH']}"}
    for verb in ("check", "test"):
        done = subprocess.run(["make", verb], cwd=copy, env=env, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
