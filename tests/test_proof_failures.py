"""Why the extracted code answers otherwise: causes that were established, and none that were not."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2service import pipeline
from nb2service.errors import Nb2serviceError
from nb2service.proving.failures import refuse_failures
from nb2service.proving.prove import Finding, Proof, Prover
from nb2service.running.kernels import Kernel
from nb2service.writing.lock import Lock
from support import MakeNotebook, an_extraction, write_extraction, write_notebook

KERNEL = Kernel("this one", (sys.executable,), {}, "for a test")
Why = Callable[..., dict[str, Any]]


@pytest.fixture
def why(tmp_path: Path) -> Why:
    """Prove code that was recorded to answer 1, and say what explains that it does not."""

    def told(code: str, **job: Any) -> dict[str, Any]:
        calls = [{"records": [{"a": 2}], "answers": [1], "many": False}]
        known = {**write_extraction(tmp_path, code, calls), **job}
        with Prover(sys.executable, KERNEL, (), ()) as process:
            process.load(known)
            proof = process.prove()
        assert proof.failures
        return dict(proof.why)

    return told


def test_chance(why: Why) -> None:
    code = "import random\ndef predict(p):\n    return random.random() + 5"
    assert why(code)["cause"] == "chance"


def test_a_variable_of_the_environment(why: Why) -> None:
    code = "import os\ndef predict(p):\n    return 1 if os.environ.get('MODE') == 'x' else 7"
    found = why(code, environment={"OTHER": "y", "MODE": "x"})
    assert (found["cause"], found["names"]) == ("environment", ["MODE"])


def test_the_time_zone(why: Why) -> None:
    code = "import time\ndef predict(p):\n    return 1 + abs(time.localtime(0).tm_hour - 9)"
    found = why(code, environment={"TZ": "UTC-9"})
    assert (found["cause"], found["names"]) == ("environment", ["TZ"])


def test_a_file_that_is_looked_for(why: Why, tmp_path: Path) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / "prices.csv").touch()
    code = "import os\ndef predict(p):\n    return 1 if os.path.exists('prices.csv') else 7"
    assert why(code, folder=str(folder))["cause"] == "folder"


def test_none_of_these(why: Why) -> None:
    found = why("def predict(p):\n    return 7", environment={"MODE": "x"})
    assert found == {"cause": "", "tried": ["chance", "environment", "folder"]}


def said(folder: Path, why: dict[str, Any], again: dict[str, Any] | None = None) -> str:
    """What is said of a call that is answered otherwise."""
    path = write_notebook(
        folder / "n.ipynb", "def predict(p):\n    return p['a']\npredict({'a': 1})"
    )
    _, taken = an_extraction(path)
    findings = (Finding("recorded", "call 1: the notebook answered 1, the service 7"),)
    proof = Proof({"recorded": {"asked": 1, "alike": 0}}, findings, why=why)
    with pytest.raises(Nb2serviceError) as caught:
        refuse_failures(replace(taken, again=again or {}), proof, ())
    return str(caught.value)


@pytest.mark.parametrize(
    ("why", "again", "text"),
    [
        pytest.param({"cause": "chance"}, {}, "It gives another answer each time", id="chance"),
        pytest.param(
            {"cause": "environment", "names": ["TZ"]},
            {},
            "It answers alike with TZ as a cell",
            id="TZ",
        ),
        pytest.param(
            {"cause": "folder"}, {}, "it looks for a file there. Read it in a cell", id="file"
        ),
        pytest.param(
            {"cause": "", "tried": ["chance"]},
            {"changed": "call 1: 1, now 2"},
            "asked again at its end (call 1: 1, now 2): something that it uses changes between calls",
            id="a counter",
        ),
        pytest.param(
            {"cause": "", "tried": ["chance"]},
            {"changed": "", "saved": ["tokenizer"]},
            "With `tokenizer` saved and loaded again the notebook answers so, too",
            id="a value that does not survive",
        ),
    ],
)
def test_the_cause_is_said(tmp_path: Path, why: Any, again: Any, text: str) -> None:
    assert text in said(tmp_path, why, again)


def test_what_is_not_known_is_not_said(tmp_path: Path) -> None:
    tried = {"cause": "", "tried": ["chance", "environment", "folder"]}
    text = said(tmp_path, tried, {"changed": "", "saved": []})
    assert "changes between calls" not in text
    assert "it gives the same answer each time it is asked" in text
    assert "the notebook answers its calls at its end as before" in text
    assert "also with what was saved, loaded again" in text


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        pytest.param(
            ("import random", "#| predict\ndef predict(p):\n    return random.random() * p['a']"),
            "another answer each time it is asked: random.random in cell 2, line 3 draws by chance",
            id="chance",
        ),
        pytest.param(
            (
                "class Shy:\n    def __init__(self):\n        self.by = 2\n"
                "    def __getstate__(self):\n        return {'by': 3}\nshy = Shy()",
                "#| predict\ndef predict(p):\n    return shy.by * p['a']",
            ),
            "With `shy` saved and loaded again the notebook answers so, too",
            id="a value that does not survive",
        ),
        pytest.param(
            ("rate = 3", "#| predict\ndef predict(p):\n    return eval('rate * 2') * p['a']"),
            "`rate` did not come along: the code names it in a text only, as in eval('rate')",
            id="a name in a text",
        ),
    ],
)
def test_in_a_notebook(
    make_notebook: MakeNotebook,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    cells: tuple[str, ...],
    text: str,
) -> None:
    monkeypatch.setattr(pipeline, "_lock", lambda *_: Lock("", "", hashed=True, note=""))
    path = make_notebook(*cells, "predict({'a': 2})")
    with pytest.raises(Nb2serviceError) as caught:
        pipeline.extract(path, "", tmp_path / "out", lambda *_: None)
    assert text in " ".join(str(caught.value).split())
