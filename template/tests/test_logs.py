"""The log: one line of JSON for each event, whatever an exception holds, and no value in it."""

import json
import logging

import pytest

from service.http.logs import JsonLines

SECRET = 'Ann\n{"time": "forged"}'


def _logged(error, **options):
    record = logging.LogRecord("service", logging.ERROR, "f", 1, "it %s", ("failed",), None)
    record.exc_info = (type(error), error, error.__traceback__)
    text = JsonLines(**options).format(record)
    assert "\n" not in text
    return text, json.loads(text)


def _fail():
    try:
        json.loads("{}")[SECRET]
    except KeyError as error:
        raise ValueError(f"no {SECRET}") from error


def _raised():
    with pytest.raises(ValueError, match="no Ann") as caught:
        _fail()
    return caught.value


def test_a_traceback_is_one_line_without_values():
    text, event = _logged(_raised())
    assert "Ann" not in text
    assert "forged" not in text
    assert (event["level"], event["message"]) == ("ERROR", "it failed")
    assert event["exception"]["type"] == "ValueError"
    assert event["exception"]["after"]["type"] == "KeyError"
    assert "test_logs.py" in event["exception"]["trace"][0]


def test_the_texts_of_exceptions_are_there_when_they_are_asked_for():
    text, event = _logged(_raised(), texts=True)
    assert event["exception"]["text"] == f"no {SECRET}"
    assert "forged" in text


@pytest.mark.parametrize("name", ["time", "level", "process", "message"])
def test_every_line_has_what_a_collector_wants(name):
    record = logging.LogRecord("service", logging.INFO, "f", 1, "started", (), None)
    assert json.loads(JsonLines().format(record))[name]
