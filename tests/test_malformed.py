"""Malformed requests, some thousand of them, among good ones; all examples in `benchmarks/malformed.py`."""

import json
from collections import Counter
from pathlib import Path

import pytest

from malformed import Answer, Siege, alike, all_workers, own_faults
from served import Server
from support import Generation

COUNT = 4000


@pytest.mark.generation
@pytest.mark.xdist_group("churn")
def test_malformed_requests_cost_nobody_else(generation: Generation, tmp_path: Path) -> None:
    calls = json.loads((generation.folder / "model" / "calls.json").read_text(encoding="utf-8"))
    records = [record for call in calls for record in call["records"]]
    with Server(tmp_path / "log", generation.folder, WEB_CONCURRENCY="2") as server:
        server.until_ready()
        workers = all_workers(server, 2)
        siege = Siege(server.port, records)
        siege.run(COUNT)
        assert not siege.faults, siege.faults[:5]
        assert sorted(server.children()) == workers
        assert own_faults(server.lines()) == ([], siege.statuses[500])
        assert siege.good > COUNT / 20
        assert sum(siege.statuses.values()) > COUNT * 0.8
        assert {400, 200, 431} <= set(siege.statuses)
        assert server.stop() == 0


def test_an_answer_to_another_s_record_is_noticed() -> None:
    siege = object.__new__(Siege)  # which has no service
    siege.statuses, siege.faults = Counter(), []
    siege._tell(Answer(502, {}, closes=False))
    assert siege.faults
    assert not alike({"p": 0.5}, {"p": 0.6})
    assert alike({"p": [0.5, "a"]}, {"p": [0.5 + 1e-9, "a"]})


def test_whose_fault_a_500_is() -> None:
    lines = [
        json.dumps({"level": "ERROR", "message": f"request 4f failed: KeyError in {place}"})
        for place in ("churn.ipynb, cell 3, line 1", "the service")
    ]
    own, of_predict = own_faults([*lines, "no JSON", json.dumps({"level": "INFO"})])
    assert own == lines[1:]
    assert of_predict == 1
