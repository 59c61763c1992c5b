"""Parameters of the notebook: environment variables with the notebook's values as defaults."""

from pathlib import Path

import pytest

from model import loading
from model.loading import ParameterError, notebook_folder, parameter
from service import predictor
from service.contract import read_contract
from service.predictor import Predictor
from service.start_checks import StartError


@pytest.fixture(autouse=True)
def _unchanged():
    before = dict(loading.CHANGED)
    loading.CHANGED.clear()
    yield
    loading.CHANGED.clear()
    loading.CHANGED.update(before)


@pytest.mark.parametrize(
    ("text", "default", "value"),
    [
        ("", 0.5, 0.5),
        ("0.7", 0.5, 0.7),
        ("3", 1, 3),
        ("Off", True, False),
        ("yes", False, True),
        ("[1, 2]", [], [1, 2]),
        ("[1, 2]", (0,), (1, 2)),
        ('{"a": 1}', {}, {"a": 1}),
        ("b", "a", "b"),
        ("b", None, "b"),
    ],
)
def test_a_value_has_the_type_of_its_default(monkeypatch, text, default, value):
    monkeypatch.setenv("limit", text)
    found = parameter("limit", default)
    assert (found, type(found)) == (value, type(value))
    assert ({} if value == default else {"limit": value}) == loading.CHANGED


@pytest.mark.parametrize(
    ("text", "default", "expected"),
    [
        ("1.5", 1, "int"),
        ("high", 0.5, "float"),
        ("maybe", True, "bool"),
        ("{}", [1], "JSON for a list"),
        ("[", {}, "JSON for a dict"),
    ],
)
def test_a_bad_value_is_one_line(monkeypatch, text, default, expected):
    monkeypatch.setenv("limit", text)
    with pytest.raises(ParameterError) as refusal:
        parameter("limit", default)
    message = f"limit={text}: expected {expected}, as in the notebook, where it is {default!r}"
    assert str(refusal.value) == message


def test_the_notebook_s_folder_is_left_again(monkeypatch, tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "words.txt").write_text("a", encoding="utf-8")
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    monkeypatch.chdir(tmp_path)
    with notebook_folder():
        assert Path("words.txt").read_text(encoding="utf-8") == "a"
    assert Path.cwd() == tmp_path


def test_answers_must_be_the_notebook_s_unless_a_parameter_was_set(monkeypatch):
    monkeypatch.setattr(predictor, "_load_predict", lambda function: len)
    monkeypatch.setattr(predictor, "answer_records", lambda *asked: ["never the answer"])
    monkeypatch.setenv("limit", "0.7")
    with pytest.raises(StartError, match="the notebook answered"):
        Predictor(read_contract()).start()
    parameter("limit", 0.5)
    Predictor(read_contract()).start()
