"""The few places outside `model/` that depend on the notebook."""

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest

from nb2service import places
from nb2service.measured import Measured
from nb2service.writing.fill import answer, curl, fill
from nb2service.writing.lock import Lock
from support import files

LOCK = Lock("flask==3\n", "pytest==9\n", hashed=True, note="")
NASTY = [
    pytest.param("plain", id="plain"),
    pytest.param("it's", id="an apostrophe"),
    pytest.param('say "hi"', id="quotes"),
    pytest.param(r"C:\new\1 \g<1>", id="backslashes and a group reference"),
    pytest.param("$HOME `id` ; rm", id="what a shell would run"),
    pytest.param("prédiction 日本", id="accents"),
    pytest.param("two\nlines", id="a line break"),
    pytest.param("```", id="a fence"),
]


def contract(record: dict[str, Any], given: Any, kind: str = "value") -> dict[str, Any]:
    return {
        "predict": {"answer": kind, "answer_name": "score"},
        "model_version": "v1",
        "$defs": {"record": {"properties": {"a": {"type": "integer"}}, "required": ["a"]}},
        "provenance": {"notebook": "nb.ipynb", "cell": 2, "python": "3.11.7", "packages": {}},
        "examples": [{"record": record, "answer": given}],
    }


def unmarked(text: str) -> str:
    """A README without what stands between its marks."""
    return re.sub(r"(<!-- (\w+) -->\n).*?(?=<!-- /\2 -->)", r"\1", text, flags=re.DOTALL)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The template's own files that get filled in."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name in ("Dockerfile", "README.md"):
        shutil.copy(places.template() / name, folder)
    return folder


def test_everything_is_filled_in(project: Path) -> None:
    before = {name: text.decode() for name, text in files(project).items()}
    fill(project, contract({"a": 1}, 0.5), LOCK, "3.12")
    found = {name: text.decode() for name, text in files(project).items()}
    assert found["requirements.txt"] == "flask==3\n"
    assert found["requirements-dev.txt"] == "pytest==9\n"
    assert found[".python-version"] == "3.12\n"
    assert "ARG PYTHON_VERSION=3.12\n" in found["Dockerfile"]
    for name in ("Dockerfile", "README.md"):
        old, new = (unmarked(text).splitlines() for text in (before[name], found[name]))
        assert len(set(new) - set(old)) == (1 if name == "Dockerfile" else 0)


@pytest.mark.parametrize("text", NASTY)
def test_any_text_stands_in_the_readme_as_it_is(project: Path, text: str) -> None:
    example = contract({"a": text}, {"said": text}, "dict")
    fill(project, example, LOCK, "3.11")
    readme = (project / "README.md").read_text(encoding="utf-8")
    block = readme.split("<!-- example -->\n")[1].split("<!-- /example -->")[0]
    assert block == f"```sh\n{curl(example)}\n```\n```json\n{answer(example)}\n```\n"
    assert len(block.splitlines()) == 6


@pytest.mark.parametrize(
    ("found", "told"),
    [
        pytest.param(
            Measured(100 << 20, 20 << 20, 1.0),
            "200 MiB with one worker, 200 with two, 300",
            id="small",
        ),
        pytest.param(
            Measured(0, 0, 0.0), "50 MiB with one worker, 100 with two, 100 with", id="nothing"
        ),
        pytest.param(
            Measured(1 << 30, 1 << 30, 1.0),
            "2100 MiB with one worker, 3150 with two, 5200",
            id="large",
        ),
        pytest.param(None, "Memory was not measured: that needs Linux.", id="unknown"),
    ],
)
def test_memory_is_told_in_steps(project: Path, found: Measured | None, told: str) -> None:
    fill(project, contract({"a": 1}, 0.5), LOCK, "3.11", found)
    readme = (project / "README.md").read_text(encoding="utf-8")
    assert told in readme.split("<!-- memory -->\n")[1].split("<!-- /memory -->")[0]


def test_filling_in_again_changes_nothing(project: Path) -> None:
    example = contract({"a": r"\1"}, 1)
    fill(project, example, LOCK, "3.11")
    once = files(project)
    fill(project, example, LOCK, "3.11")
    assert files(project) == once


@pytest.mark.parametrize("text", NASTY)
def test_a_shell_hands_curl_the_record(text: str) -> None:
    words = shlex.split(curl(contract({"a": text}, 1), port=99))
    assert words[:-1] == [
        "curl",
        "localhost:99/predict",
        "-H",
        "content-type: application/json",
        "-d",
    ]
    assert json.loads(words[-1]) == {"a": text}


@pytest.mark.parametrize(
    ("given", "kind", "shown"),
    [
        pytest.param(0.5, "value", '{"score":0.5,"model_version":"v1"}', id="a value"),
        pytest.param(None, "value", '{"score":null,"model_version":"v1"}', id="null"),
        pytest.param(
            {"x": 1}, "value", '{"x":1,"model_version":"v1"}', id="a dict among other answers"
        ),
        pytest.param({"p": 0.5}, "dict", '{"p":0.5,"model_version":"v1"}', id="a dict"),
        pytest.param(
            {"model_version": 7}, "dict", '{"model_version":7}', id="its own version wins"
        ),
    ],
)
def test_answer(given: Any, kind: str, shown: str) -> None:
    example = contract({"a": 1}, given, kind)
    before = json.dumps(example)
    assert answer(example) == shown
    assert json.dumps(example) == before


@pytest.mark.parametrize(
    ("name", "cut"), [("README.md", "<!-- /example -->"), ("Dockerfile", "ARG PYTHON_VERSION=")]
)
def test_a_template_without_the_place_is_a_defect(project: Path, name: str, cut: str) -> None:
    path = project / name
    path.write_text(path.read_text(encoding="utf-8").replace(cut, ""), encoding="utf-8")
    with pytest.raises(RuntimeError, match=f"{name}: expected one place to fill in"):
        fill(project, contract({"a": 1}, 1), LOCK, "3.11")


def test_probabilities_under_the_names_of_classes_are_one_value() -> None:
    example = contract({"a": 1}, {"no": 0.8, "yes": 0.2}, "value")
    example["predict"]["classes"] = ["no", "yes"]
    assert answer(example) == '{"score":{"no":0.8,"yes":0.2},"model_version":"v1"}'
