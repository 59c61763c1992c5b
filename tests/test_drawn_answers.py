"""The notebook's own predict answers drawn records in its kernel."""

import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from nb2service import places
from support import ipython, kernel_side, run_cells

CONTRACT: dict[str, Any] = {
    "title": "nb",
    "model_version": "v1",
    "$defs": {"record": {"properties": {"a": {"type": "number"}}, "required": ["a"]}},
    "predict": {
        "function": "predict",
        "input": "record",
        "answer": "value",
        "answer_name": "p",
        "rowwise": True,
    },
}


def answers(tmp_path: Path, *cells: str, **asked: Any) -> Any:
    """Run the cells, of which the first defines predict, and let it answer 1 and 0."""
    with kernel_side() as package, ipython(tmp_path) as shell:
        seen = run_cells(shell, package.recording.recorder.RECORDER, *cells)
        known: dict[str, Any] = {
            "document": CONTRACT,
            "parameter": "p",
            "bound": {},
            "record_class": None,
            "records": [{"record": {"a": value}, "schema": {}} for value in (1, 0)],
            "namespace": shell.user_ns,
            "folder": str(places.service()),
            "seconds": 20,
            "few": 4,
        }
        found = package.proving.drawn_answers.answer_drawn(**{**known, **asked})
        recorder = package.recording.recorder.RECORDER
        assert recorder.report()["calls"] == seen["calls"]  # none of these
    return found


def test_answers_and_errors(tmp_path: Path) -> None:
    found = answers(tmp_path, "def predict(p):\n    return 1 / p['a']", "predict({'a': 2})")
    assert found == [
        {"records": [{"a": 1}], "many": False, "drawn": True, "answers": [1.0]},
        {"records": [{"a": 0}], "many": False, "drawn": True, "error": "ZeroDivisionError"},
    ]


def test_leaving_is_an_error_like_any_other(tmp_path: Path) -> None:
    found = answers(tmp_path, "import sys\ndef predict(p):\n    sys.exit(p['a'])", "x = 1")
    assert [call["error"] for call in found] == ["SystemExit", "SystemExit"]


def test_trained_state_is_bound(tmp_path: Path) -> None:
    cells = ("def predict(p, factor):\n    return p['a'] * factor", "by = 3")
    document = {**CONTRACT, "predict": {**CONTRACT["predict"], "parameter": "p"}}
    found = answers(tmp_path, *cells, document=document, bound={"factor": "by"})
    assert [call["answers"] for call in found] == [[3], [0]]


def test_a_class_of_the_notebook_takes_the_record(tmp_path: Path) -> None:
    define = "class House:\n    def __init__(self, a):\n        self.a = a"
    found = answers(tmp_path, "def predict(p):\n    return p.a + 1", define, record_class="House")
    assert [call["answers"] for call in found] == [[2], [1]]


def test_a_notebook_may_have_a_module_of_the_service_s_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "service", ModuleType("service"))  # put back afterwards
    cells = (
        "import sys, types\nsys.modules['service'] = service = types.ModuleType('service')\n"
        "def predict(p):\n    import service as again\n    return again is service",
        "x = 1",
    )
    assert len(answers(tmp_path, *cells)) == 2
    assert sys.modules["service"].__name__ == "service"
    assert not hasattr(sys.modules["service"], "__path__")  # the notebook's own, not ours


def test_no_function_no_answers(tmp_path: Path) -> None:
    with kernel_side() as package, ipython(tmp_path) as shell:
        drawn_answers = package.proving.drawn_answers
        asked = CONTRACT, "p", {}, None, [{"record": {}, "schema": {}}], shell.user_ns, "", 20, 4
        assert drawn_answers.answer_drawn(*asked) == []


def test_a_null_is_asked_about_in_a_way_of_its_own(tmp_path: Path) -> None:
    schema = {"a": {"type": ["number", "null"], "x-null": "nan"}}
    asked = [{"record": {"a": None}, "schema": schema}, {"record": {"a": None}, "schema": {}}]
    (nan, none) = answers(
        tmp_path, "def predict(p):\n    return p['a'] + 1", "x = 1", records=asked
    )
    assert (nan["answers"], nan["schema"]) == ([None], schema)
    assert none == {"records": [{"a": None}], "many": False, "drawn": True, "error": "TypeError"}


def test_time_runs_out(tmp_path: Path) -> None:
    slow = "import time\ndef predict(p):\n    try:\n        time.sleep(p['a'])\n"
    slow += "    except Exception:\n        pass\n    return 1"
    records = [{"record": {"a": value}, "schema": {}} for value in [0] * 7 + [30]]
    started = time.monotonic()
    found = answers(tmp_path, slow, "x = 1", records=records, seconds=0.3)
    assert len(found) == 4
    assert time.monotonic() - started < 10
