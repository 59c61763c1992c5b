"""Metrics: right over workers and their successors, with no label that a client chose."""

import os
import re
import signal
import time

import pytest

from service.metrics import _bucket, _look
from tests.server import Server


def _total(server, name, **labels):
    found = 0.0
    for line in server.text("/metrics").splitlines():
        given = re.fullmatch(r"([a-z_]+)(?:\{(.*)\})? (\S+)", line)
        if given and given[1] == name:
            told = dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', given[2] or ""))
            if labels.items() <= told.items():
                found += float(given[3])
    return found


def _reaches(server, count, name, **labels):
    """Whether the total is right soon: a request is counted when its answer has been sent."""
    deadline = time.monotonic() + 30
    while (found := _total(server, name, **labels)) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    return found == count


def _workers(server, count):
    """Return the process ids of the workers when all have been forked: the first may be alone."""
    deadline = time.monotonic() + 60
    while len(found := server.children()) < count and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(found) == count
    return found


def test_requests_are_counted_over_workers_and_their_successors(tmp_path, record, contract):
    count = 1 if contract.one_at_a_time else 2
    with Server(tmp_path / "log", WEB_CONCURRENCY="2", METRICS_DIR=str(tmp_path / "m")) as server:
        server.until_ready()
        for _ in range(10):
            assert server.post(record)[0] == 200
        assert server.post({"never seen": 1, **record})[0] == 200
        assert server.get("/no/such/<path>")[0] == 404
        asked = {"route": "/predict", "outcome": "ok"}
        assert _reaches(server, 11, "service_requests_total", **asked)
        assert _reaches(server, 1, "service_requests_total", route="unknown", status="404")
        children = _workers(server, count)
        os.kill(children[0], signal.SIGKILL)
        deadline = time.monotonic() + 60
        while len(set(server.children()) - set(children)) < 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        server.until_ready()
        for _ in range(10):
            assert server.post(record)[0] == 200
        assert _reaches(server, 21, "service_requests_total", **asked)
        assert _reaches(server, 21, "service_rows_total")
        assert _reaches(server, 21, "service_predict_seconds_count")
        assert _total(server, "service_requests_total", route="unknown", status="404") == 1
        text = server.text("/metrics")
        assert "never seen" not in text
        assert "no/such" not in text
        assert f'version="{contract.model_version}"' in text


@pytest.mark.parametrize("folder", ["/proc/nowhere", "/dev/null/x"])
def test_without_a_writable_folder_the_service_goes_on(tmp_path, record, folder):
    with Server(tmp_path / "log", METRICS_DIR=folder).until_ready() as server:
        assert server.post(record)[0] == 200
        assert server.get("/metrics")[0] == 404
        told = [line for line in server.lines() if "no metrics: " in line]
        assert len(told) == 1
        assert '"level": "WARNING"' in told[0]


def test_metrics_can_be_off(tmp_path):
    with Server(tmp_path / "log", METRICS="no").until_ready() as server:
        assert server.get("/metrics")[0] == 404


@pytest.mark.parametrize(
    ("schema", "value", "kind"),
    [
        pytest.param({"x-seen": {"min": 1, "max": 5}}, 3, None, id="inside"),
        pytest.param({"x-seen": {"min": 1, "max": 5}}, 0.5, "below", id="below"),
        pytest.param({"x-seen": {"min": 1.5, "max": 5}}, 6, "above", id="above"),
        pytest.param({"x-known": ["a"]}, "a", None, id="known"),
        pytest.param({"x-known": ["a"]}, "b", "unknown", id="unknown"),
        pytest.param({"x-seen": {"min": "2024-01-01", "max": "2024-02-01"}}, "2025-01-01", "above",
                     id="a later day"),
        pytest.param({}, [1], None, id="nothing is known"),
        pytest.param({"x-known": ["a"]}, None, "null", id="null"),
    ],
)  # fmt: skip
def test_values_unlike_the_notebook_s(schema, value, kind):
    assert _look("x", schema)({"x": value}) == (None if kind is None else ("x", kind))


def test_answers_fall_into_tenths_of_the_notebook_s():
    name = _bucket({"numbers": list(range(11))})
    assert [name(value) for value in (-1, 0, 0.5, 1, 9.5, 10, 11)] == [
        "below", "to 1", "to 1", "to 1", "to 10", "to 10", "above",
    ]  # fmt: skip
    assert name("text") == "other"


def test_answers_in_words_are_those_of_the_notebook_or_others():
    name = _bucket({"counts": {"yes": 3, "true": 1}})
    assert [name(value) for value in ("yes", True, "what a client sent")] == [
        "yes",
        "true",
        "other",
    ]
