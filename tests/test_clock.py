"""Answers that depend on when they are asked."""

from pathlib import Path

import pytest

from nb2service import pipeline
from nb2service.closure.clock import clocks, refuse_clock, told
from nb2service.closure.items import Item
from nb2service.errors import Nb2serviceError
from nb2service.marking.mark import mark
from nb2service.notebook.read import read
from nb2service.notebook.statements import parse
from nb2service.writing.lock import Lock
from support import MakeNotebook, write_notebook

MOMENT = {"local": "2026-11-27T18:43:12", "utc": "2026-11-27T17:43:12"}


def asked(make_notebook: MakeNotebook, above: str, body: str) -> tuple[str, ...]:
    notebook = read(make_notebook(above, f"#| predict\ndef predict(a):\n    {body}", "predict(1)"))
    scope = parse(notebook)
    statements = tuple(s for s in scope.statements if s.cell.number == 1 and s.is_definition)
    items = {"helper": Item("helper", "code", "", 1, statements=statements)}
    return clocks(scope, mark(notebook, scope), items)


@pytest.mark.parametrize(
    ("above", "body", "found"),
    [
        ("from datetime import date", "return date.today().year - a", "datetime.date.today"),
        ("import datetime as dt", "return dt.datetime.now().year", "datetime.datetime.now"),
        ("import time", "return time.time()", "time.time"),
        ("import time", "return time.localtime().tm_year", "time.localtime"),
        ("import time", "return time.strftime('%Y')", "time.strftime"),
        ("import pandas as pd", "return pd.Timestamp.now().year", "pandas.Timestamp.now"),
        ("import pandas as pd", "return pd.Timestamp('now')", "pandas.Timestamp('now')"),
        ("import numpy as np", "return np.datetime64('today')", "numpy.datetime64('today')"),
        ("pass", "import time\n    return time.time()", "time.time"),
        (
            "import datetime\ndef age(a):\n    return datetime.date.today().year - a",
            "return age(a)",
            "datetime.date.today",
        ),
        (
            "import datetime\nclass Age:\n    def of(self, a):\n        return datetime.date.today()",
            "return Age().of(a)",
            "datetime.date.today",
        ),
        (
            "import datetime\ndef age(a):\n    return datetime.date.today()\npipe = make(age)",
            "return pipe.predict(a)",
            "datetime.date.today",
        ),
    ],
)
def test_a_clock_is_asked(make_notebook: MakeNotebook, above: str, body: str, found: str) -> None:
    assert asked(make_notebook, above, body) == (found,)


@pytest.mark.parametrize(
    ("above", "body"),
    [
        ("import datetime\nnow = datetime.datetime.now()", "return now.year - a"),
        ("import time", "return time.localtime(a).tm_year"),
        ("import time", "return time.strftime('%Y', a)"),
        ("import pandas as pd", "return pd.Timestamp(a)"),
        ("import pandas as pd", "return pd.Timestamp('2020-01-01')"),
        ("import datetime", "return datetime.datetime.fromtimestamp(a).hour"),
        ("import time", "return time.perf_counter() and a"),
    ],
)
def test_no_clock_is_asked(make_notebook: MakeNotebook, above: str, body: str) -> None:
    assert asked(make_notebook, above, body) == ()


def test_the_card_says_so() -> None:
    assert told("predict", (), MOMENT) == []
    assert told("predict", ("datetime.date.today", "time.time"), MOMENT) == [
        "predict asks datetime.date.today() and time.time(): its answers depend on the day. The "
        "notebook's are those of 2026-11-27 18:43:12, and the service's are compared as of then."
    ]


def test_a_clock_that_nobody_can_set_back_is_refused() -> None:
    refuse_clock("nb", "predict", ("datetime.date.today", "time.time", "pandas.Timestamp.now"))
    with pytest.raises(Nb2serviceError, match=r"asks numpy.datetime64\('today'\) for the time"):
        refuse_clock("nb", "predict", ("numpy.datetime64('today')",))


def test_the_contract_holds_the_moment_and_the_proof_is_as_of_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_lock", lambda *_: Lock("", "", hashed=True, note=""))
    path = write_notebook(
        tmp_path / "nb.ipynb",
        "import os, time\nfrom datetime import date, datetime\n"
        "os.environ['TZ'] = 'Asia/Tokyo'\ntime.tzset()",
        "#| predict\ndef predict(payload):\n    return {'age': date.today().year - payload['built'],\n"
        "            'hour': datetime.now().hour}",
        "predict({'built': 1990})",
    )
    made = pipeline.extract(path, "", tmp_path / "out", lambda *_: None)
    moment = made.contract["predict"]["clock"]
    answer = made.contract["examples"][0]["answer"]
    assert answer == {"age": int(moment["local"][:4]) - 1990, "hour": int(moment["local"][11:13])}
    assert made.proof.failures == ()
    assert any("its answers depend on the day" in note for note in made.report["warnings"])
