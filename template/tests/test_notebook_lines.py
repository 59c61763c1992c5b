"""Tracebacks of the extracted code name the notebook's cell and line."""

import json
import logging
from typing import Any

import pytest

from service.contract import CONTRACT_FILE
from service.http.logs import JsonLines
from service.notebook_lines import notebook_place

FILE = CONTRACT_FILE.parent / "predict.py"
LINES = json.loads((CONTRACT_FILE.parent / "lines.json").read_text(encoding="utf-8"))
# First and last line, cell, and the first one's line there, 0 where the notebook has no such line.
FIRST, LAST, CELL, LINE = LINES["predict.py"][-1]


@pytest.fixture
def broken():
    """Return a predict that fails in the last line that is known, for a reason of its own."""
    code = "\n" * (LAST - 1) + "def predict(record): {}['plan'] if record else 0 / 0"
    scope: dict[str, Any] = {}
    exec(compile(code, str(FILE), "exec"), scope)
    return scope["predict"]


def _place():
    at = f", line {LINE + LAST - FIRST}" if LINE else ""
    return f"{LINES['notebook']}, cell {CELL}{at}"


def test_lines_are_where_the_map_says():
    source = FILE.read_text(encoding="utf-8").splitlines()
    for first, last, cell, _ in LINES["predict.py"]:
        assert 1 <= first <= last <= len(source)
        assert notebook_place(str(FILE), first).startswith(f"{LINES['notebook']}, cell {cell}")


def test_other_files_are_nobody_s_cells():
    assert notebook_place(__file__, FIRST) == ""
    assert notebook_place(str(FILE), None) == ""
    assert notebook_place(str(FILE), 10**6) == ""


def test_the_log_names_the_cell_and_the_client_hears_nothing(serve, broken, caplog):
    with caplog.at_level(logging.ERROR, "service"):
        response = serve(broken).post("/predict", json={"age": 1})
    assert response.status_code == 500
    assert response.json.keys() == {"error", "request_id"}
    assert LINES["notebook"] not in response.text
    assert f"failed: KeyError in {_place()}" in caplog.text
    (record,) = caplog.records
    trace = json.loads(JsonLines().format(record))["exception"]["trace"]
    assert trace[-1].startswith(f"{_place()} in predict: ")
