"""Golden notebooks: `<case>.ipynb` beside the code and the schema that must come out of it, proven.

After a wanted change, `pytest tests/test_golden.py --golden` writes the files anew; read the diff.
"""

import json
import re
from pathlib import Path

import pytest
from _pytest.mark.structures import ParameterSet

from nb2service import pipeline
from nb2service.writing.lock import Lock

GOLDEN = Path(__file__).parent / "golden"
README = GOLDEN / "README.md"
# Importing these takes longer than all the rest of a case.
_LIBRARIES = re.compile(r"import (?:pandas|xgboost|scipy)|from sklearn|import numpy")


def cases() -> list[ParameterSet]:
    """The golden notebooks; those that need a model's libraries are not among the quick tests."""
    found = []
    for path in sorted(GOLDEN.glob("*.ipynb")):
        slow = _LIBRARIES.search(path.read_text(encoding="utf-8"))
        found.append(pytest.param(path.stem, marks=[pytest.mark.generation] if slow else []))
    return found


@pytest.fixture(autouse=True)
def steady(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what depends on a registry or on the time: locking, and how many probes there were."""
    monkeypatch.setattr(pipeline, "_lock", lambda *_: Lock("", "", hashed=True, note=""))
    monkeypatch.setattr(pipeline, "accept", lambda record, known, probes: record)


@pytest.mark.parametrize("case", cases())
def test_extraction(case: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    made = pipeline.extract(GOLDEN / f"{case}.ipynb", "", tmp_path, lambda *_: None)
    assert made.extraction.inference.calls
    assert made.proof.findings == ()
    kept = {key: made.contract[key] for key in ("$defs", "predict", "examples")}
    found = {
        f"{case}.predict.py": (tmp_path / "model" / "predict.py").read_text(encoding="utf-8"),
        f"{case}.contract.json": json.dumps(kept, indent=1, ensure_ascii=False) + "\n",
    }
    for name, text in found.items():
        if request.config.getoption("--golden"):
            (GOLDEN / name).write_text(text, encoding="utf-8")
        assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_the_table_of_what_is_tried_is_true() -> None:
    """What stands in it is there."""
    rows = [line.split("|")[2:] for line in README.read_text().splitlines() if line[:1] == "|"]
    text = " ".join(cell for row in rows for cell in row)
    assert set(re.findall(r"`(\w+)`", text)) <= {path.stem for path in GOLDEN.glob("*.ipynb")}
    assert all((GOLDEN.parent / test).is_file() for test in re.findall(r"\w+\.py", text))
