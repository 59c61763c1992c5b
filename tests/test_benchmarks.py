"""The benchmark's arithmetic, its page and its picture; nothing is measured here."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from support import CHECKOUT

FOLDER = CHECKOUT / "benchmarks" / "serving"


@pytest.fixture(autouse=True)
def _path(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(FOLDER))
    yield
    for name in [
        n for n, m in sys.modules.items() if str(FOLDER) in str(getattr(m, "__file__", ""))
    ]:
        del sys.modules[name]


def run(peer: str, number: int, requests: float) -> dict:
    load = {
        "requests": requests,
        "seconds": 2.0,
        "failed": 0,
        "p50": 1.0,
        "p99": 2.0,
        "rows": requests,
    }
    loads = {"c64": load, "r100": {**load, "rows": requests * 100}}
    return {"peer": peer, "work": "M1", "round": number, "cold": 1.5, "loads": loads}


FOUND = {
    "about": {
        "date": "2026-01-01",
        "machine": "2 cores",
        "python": "3.11",
        "load": "wrk",
        "rounds": 3,
        "seconds": 2.0,
        "works": {"M1": "a model <with> & signs"},
    },
    "runs": [run("nb2service", n, 300 + n) for n in range(3)]
    + [run("slow", n, 100 + n) for n in range(3)]
    + [run("quick", n, 200 + n) for n in range(3)]
    + [run("a Flask route, constant", n, 900) for n in range(3)],
    "memory": [{"peer": "nb2service", "work": "M1", "workers": 2, "pss": 100.4}],
    "failed": {"broken, M1": "RuntimeError: no\nmore"},
}


def test_ours_is_compared_with_the_best_peer_and_no_constant():
    import results

    middle, best, low, high = results.ratio(FOUND, "M1", "c64")
    assert best == "quick"
    assert middle == pytest.approx(301 / 201)
    assert low <= middle <= high


def test_the_table_has_every_peer_and_says_what_was_not_measured():
    import results

    text = results.table(FOUND)
    assert "| nb2service | 150 (150 to 151) | 1 · 2 | 15,050 (15,000 to 15,100) | 1.5 |" in text
    assert text.index("| nb2service |") < text.index("| quick |") < text.index("constant |")
    assert "c64: 1.50" in text
    assert "| M1, nb2service | - | 100 | - |" in text
    assert "broken, M1: RuntimeError: no" in text


def test_the_picture_is_well_formed_and_ours_stands_first():
    import plot

    picture = ElementTree.fromstring(plot.svg(FOUND, "c64"))
    texts = [part.text for part in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts.index("nb2service") < texts.index("quick") < texts.index("slow")
    assert not any("constant" in (text or "") for text in texts)


def test_each_peer_has_a_lock_and_each_work_a_notebook():
    import peers
    import works

    for peer in peers.PEERS:
        assert (FOLDER / "locks" / f"{peer.venv}.txt").read_text().count("==") > 5
        assert set(peer.works) <= set(works.MODELS)
    assert {path.stem for path in Path(FOLDER / "notebooks").glob("*.ipynb")} == set(works.MODELS)


def test_the_notebooks_are_what_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    import notebooks

    monkeypatch.setattr(notebooks, "HERE", tmp_path)
    notebooks.main()
    for path in tmp_path.iterdir():
        assert path.read_text() == (FOLDER / "notebooks" / path.name).read_text()
