"""The hooks as Cookiecutter runs them: rendered, saved, executed by Cookiecutter's own code."""

import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
from cookiecutter.exceptions import FailedHookException
from cookiecutter.hooks import run_script_with_context

from nb2service import places
from nb2service.answers import Answers
from nb2service.card import card_of
from nb2service.hooks import _remove_litter, repair_link
from nb2service.writing.fill import answer, curl
from nb2service.writing.port import port_of
from support import CHECKOUT, MakeNotebook, an_extraction, an_outcome, files

PREDICT = "#| predict\ndef predict(payload):\n    return payload['a'] + 1"
CALL = "predict({'a': 1})"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The new folder of a service; what Cookiecutter renders goes to the test's own folder too."""
    folder = tmp_path / "out" / "service"
    folder.mkdir(parents=True)
    rendered = tmp_path / "rendered"
    rendered.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(rendered))
    monkeypatch.setenv("PWD", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    return folder


def run_hook(name: str, project: Path, **answers: Any) -> None:
    """Render a hook with these answers, save it and execute it in the project's folder."""
    asked = json.loads((CHECKOUT / "cookiecutter.json").read_text(encoding="utf-8"))
    known = {
        **{key: value for key, value in asked.items() if not key.startswith("_")},
        "notebook": "nb.ipynb",
        "project_name": "nb",
        "project_slug": "service",
        "kernel": "",
        "_output_dir": str(project.parent),
        "_repo_dir": str(CHECKOUT),
        **answers,
    }
    hook = CHECKOUT / "hooks" / f"{name}.py"
    run_script_with_context(hook, str(project), {"cookiecutter": known})


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        pytest.param({}, "nb.ipynb: no cell is marked", id="a notebook without a mark"),
        pytest.param({"project_slug": "a/b"}, "is no name for a folder", id="a slug"),
        pytest.param(
            {"notebook": '\'""" + \\ {{ x }} é.ipynb'},
            '\'""" + \\ {{ x }} é.ipynb: no such file',
            id="a name that would break a string",
        ),
    ],
)
def test_bad_answers_end_the_first_hook_and_nothing_is_touched(
    make_notebook: MakeNotebook,
    project: Path,
    capfd: pytest.CaptureFixture[str],
    answers: dict[str, str],
    told: str,
) -> None:
    make_notebook("x = 1")
    (project / "mine.txt").write_text("mine")
    with pytest.raises(FailedHookException):
        run_hook("pre_gen_project", project, **answers)
    printed = capfd.readouterr()
    assert told in printed.err
    assert "Traceback" not in printed.err
    assert not printed.out
    assert files(project) == {"mine.txt": b"mine"}


@pytest.fixture
def staged(make_notebook: MakeNotebook, project: Path) -> dict[str, Any]:
    """A project as it is after rendering: the template, and what the first hook staged."""
    template = places.template()
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", ".venv")
    shutil.copytree(template, project, dirs_exist_ok=True, ignore=ignore)
    stage = project / ".nb2service"
    shutil.copytree(template / "model", stage / "model", ignore=ignore)
    (stage / "model" / "new.txt").write_text("of the extraction")
    (project / "model" / "toy.txt").write_text("of the toy")
    _, taken = an_extraction(make_notebook(PREDICT, CALL))
    asked = Answers(Path("/nb.ipynb"), "", "A name", "service")
    handover = {
        "answers": {"notebook": "../nb.ipynb"},
        "library": str(places.PACKAGE.parent),
        "report": card_of(asked, an_outcome(taken)),
        "lock": {"service": "flask==3\n", "dev": "pytest==9\n", "hashed": True, "note": ""},
        "python": "3.12",
        "own": [],
    }
    (stage / "handover.json").write_text(json.dumps(handover), encoding="utf-8")
    return handover


def test_the_second_hook_moves_fills_in_and_cleans_up(
    project: Path, staged: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "service" / "__pycache__").mkdir()
    (project / "service" / "__pycache__" / "app.pyc").touch()
    before = files(project).keys()
    run_hook("post_gen_project", project)
    after = files(project)
    assert {n for n in before - after.keys() if not n.startswith(".nb2service/")} == {
        "model/toy.txt",
        "service/__pycache__/app.pyc",
    }
    assert after.keys() - before == {".nb2service.json", "model/new.txt"}
    assert (after["requirements.txt"], after[".python-version"]) == (b"flask==3\n", b"3.12\n")
    contract = json.loads(after["model/contract.json"])
    readme = after["README.md"].decode()
    assert (
        f"```sh\n{curl(contract, port_of(project))}\n```\n```json\n{answer(contract)}\n```\n"
        in readme
    )
    printed = capfd.readouterr()
    assert "A name, from nb.ipynb" in printed.out
    assert "    cd service\n" in printed.out
    assert not printed.err


def test_the_second_hook_without_the_first_fails(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(FailedHookException):
        run_hook("post_gen_project", project)
    assert "handover.json" in capfd.readouterr().err


@pytest.mark.generation
def test_both_hooks_make_a_service(
    make_notebook: MakeNotebook, project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    name = 'it\'s "a" \\ {{ x }} é.ipynb'
    make_notebook(PREDICT, CALL, name=name)
    run_hook("pre_gen_project", project, notebook=name, project_name="{{ x }}")
    assert files(project).keys() >= {
        ".nb2service/handover.json",
        ".nb2service/model/contract.json",
        ".nb2service/model/predict.py",
    }
    assert [path.name for path in project.iterdir()] == [".nb2service"]
    ignore = shutil.ignore_patterns("__pycache__", ".*_cache", ".venv")
    shutil.copytree(places.template(), project, dirs_exist_ok=True, ignore=ignore)
    run_hook("post_gen_project", project)
    assert not (project / ".nb2service").exists()
    assert "return payload['a'] + 1" in (project / "model" / "predict.py").read_text()
    assert "{{ x }}, from it's" in capfd.readouterr().out


def test_no_jinja_but_the_answers_stands_in_a_hook() -> None:
    for hook in (CHECKOUT / "hooks").glob("*.py"):
        assert hook.read_text().count("{{") == (hook.name == "pre_gen_project.py")
        assert "{%" not in hook.read_text()


def template(root: Path) -> Path:
    (root / "template" / "service").mkdir(parents=True)
    (root / "template" / "service" / "app.py").write_text("app")
    return root / places.LINK


def test_a_link_that_became_a_text_file_is_mended(tmp_path: Path) -> None:
    link = template(tmp_path)
    link.write_text("template")
    repair_link(tmp_path)
    assert link.is_symlink()
    assert (link / "service" / "app.py").read_text() == "app"


def test_a_link_that_is_missing_is_made(tmp_path: Path) -> None:
    link = template(tmp_path)
    repair_link(tmp_path)
    assert link.readlink() == Path("template")


def test_where_links_are_not_allowed_the_template_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("a required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)  # as Windows does
    link = template(tmp_path)
    link.write_text("template")
    repair_link(tmp_path)
    assert not link.is_symlink()
    assert (link / "service" / "app.py").read_text() == "app"


@pytest.mark.parametrize("kind", ["a link", "a folder", "an installed package"])
def test_what_is_well_is_left_alone(tmp_path: Path, kind: str) -> None:
    if kind == "a link":
        template(tmp_path).symlink_to("template")
    elif kind == "a folder":
        template(tmp_path).mkdir()
    before = sorted(tmp_path.rglob("*"))
    repair_link(tmp_path)
    assert sorted(tmp_path.rglob("*")) == before


def test_litter(tmp_path: Path) -> None:
    kept = ["app.py", "service/caches.py", "tests/pycache.txt", ".github/ci.yml"]
    litter = [
        "__pycache__/a.pyc",
        "service/__pycache__/a.pyc",
        ".pytest_cache/v/x",
        "tests/deep/.ruff_cache/x",
        ".mypy_cache/__pycache__/x",
    ]
    for name in (*kept, *litter):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    _remove_litter(tmp_path, own=[])
    assert sorted(files(tmp_path)) == sorted(kept)


def test_what_a_service_had_before_is_no_litter(tmp_path: Path) -> None:
    for name in (".venv/bin/python", "service/.venv/junk"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".mypy_cache").symlink_to(tmp_path / ".venv")
    _remove_litter(tmp_path, own=[".venv"])
    assert (tmp_path / ".venv" / "bin" / "python").is_file()
    assert (tmp_path / ".mypy_cache").is_symlink()
    assert not (tmp_path / "service" / ".venv").exists()
