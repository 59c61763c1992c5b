"""Answers that depend on the time are compared as of when the notebook gave them."""

import datetime
import sys
import time
import types
from pathlib import Path

import pytest

from service.contract import Contract
from service.predictor import Predictor
from service.recorded_clock import recorded_clock
from service.start_checks import StartError
from tests.conftest import TWO_FEATURES

MOMENT = {"local": "2001-02-03T04:05:06", "utc": "2001-02-03T09:05:06"}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("from datetime import datetime as d\nfound = d.now().year", 2001),
        ("import datetime\nfound = datetime.datetime.now().hour", 4),
        ("import datetime\nfound = datetime.datetime.now(datetime.timezone.utc).hour", 9),
        ("from datetime import datetime\nfound = datetime.utcnow().hour", 9),
        ("from datetime import date\nfound = (date.today() - date(2001, 2, 1)).days", 2),
        ("import datetime\nfound = isinstance(datetime.datetime(2020, 1, 1), datetime.date)", True),
        ("import datetime\nfound = datetime.datetime.strptime('2020', '%Y').year", 2020),
        ("import datetime as d\nfound = type(d.datetime.now()).__name__", "datetime"),
        ("import time\nfound = time.localtime().tm_hour", 4),
        ("import time\nfound = time.localtime(0).tm_year in (1969, 1970)", True),
        ("import time\nfound = time.gmtime(time.time()).tm_hour", 9),
        ("from time import strftime\nfound = strftime('%Y')", "2001"),
    ],
)
def test_code_sees_the_recorded_time(tmp_path, code, expected):
    module = types.ModuleType("model_with_a_clock")
    module.__file__ = str(tmp_path / "predict.py")
    sys.modules[module.__name__] = module
    head, _, found = code.rpartition("found = ")
    exec(head, vars(module))
    try:
        with recorded_clock(MOMENT, tmp_path):
            assert eval(found, vars(module)) == expected
    finally:
        del sys.modules[module.__name__]
    assert datetime.datetime.now().year > 2001


def test_without_a_moment_and_afterwards_the_clocks_go_on():
    before = datetime.datetime, datetime.date, time.time
    with recorded_clock(None, Path()):
        assert (datetime.datetime, datetime.date, time.time) == before
    with pytest.raises(KeyError), recorded_clock(MOMENT, Path("/nowhere")):
        raise KeyError(datetime.datetime.now().year)
    assert (datetime.datetime, datetime.date, time.time) == before


def test_an_example_is_compared_as_of_then(monkeypatch):
    monkeypatch.setattr(
        "service.predictor._load_predict", lambda function: lambda row: datetime.date.today().year
    )
    examples = [{"record": {"age": 1}, "answer": 2001}]
    said = {**TWO_FEATURES, "examples": examples}
    with pytest.raises(StartError, match="the notebook answered 2001"):
        Predictor(Contract.from_dict(said)).start()
    predict = {**TWO_FEATURES["predict"], "clock": MOMENT}
    ready = Predictor(Contract.from_dict({**said, "predict": predict}))
    ready.start()
    assert ready.answer([{"age": 1}]) == [datetime.date.today().year]
