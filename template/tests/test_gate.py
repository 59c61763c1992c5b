"""The gate before predict: turns, limits, deadlines, and rows that are joined."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from service.contract import Contract
from service.gate.gate import Gate
from service.gate.joining import kind_of
from service.gate.ticket import Limits, PredictLeft
from service.outcomes import Outcome, Refused
from service.request_record import RequestRecord, current
from tests.conftest import TWO_FEATURES

LIMITS = Limits(running=1, waiting=100, rows=1000, queue_timeout=20, predict_timeout=20)


class Held:
    """A predict that doubles, and waits where it is told to."""

    def __init__(self):
        self.go = threading.Event()
        self.calls: list[Any] = []

    def __call__(self, records):
        self.calls.append(list(records))
        if records[0] == "hold":
            self.go.wait(20)
        if "bad" in records:
            raise ValueError("a bad row")
        return [record * 2 for record in records]

    def holding(self, gate, pool):
        """Let predict be busy; return the request that it is busy with."""
        held = pool.submit(gate.answer, ["hold"])
        while not self.calls:
            time.sleep(0.001)
        return held


def _until_waiting(gate, count):
    deadline = time.monotonic() + 10
    while gate.load()[1] < count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


@pytest.fixture
def pool():
    with ThreadPoolExecutor(80) as threads:
        yield threads


def test_what_waits_is_answered_by_one_call_in_order(pool):
    ask = Held()
    gate = Gate(ask, LIMITS, lambda _: True)
    held = ask.holding(gate, pool)
    asked = [pool.submit(gate.answer, [number, -number]) for number in range(1, 65)]
    _until_waiting(gate, 64)
    ask.go.set()
    assert [one.result() for one in asked] == [[2 * n, -2 * n] for n in range(1, 65)]
    assert held.result() == ["holdhold"]
    assert [len(call) for call in ask.calls] == [1, 128]


def test_only_the_faulty_request_of_a_batch_fails(pool):
    ask = Held()
    gate = Gate(ask, LIMITS, lambda _: True)
    ask.holding(gate, pool)
    asked = [pool.submit(gate.answer, ["bad" if n == 7 else n]) for n in range(20)]
    _until_waiting(gate, 20)
    ask.go.set()
    for number, one in enumerate(asked):
        if number == 7:
            with pytest.raises(ValueError, match="a bad row"):
                one.result()
        else:
            assert one.result() == [2 * number]


def test_requests_of_different_kinds_and_too_many_rows_are_not_joined(pool):
    ask = Held()
    gate = Gate(ask, LIMITS, lambda records: None if "x" in records else len(records) > 5)
    ask.holding(gate, pool)
    sent = [["x"], ["x"], [1], [2], list(range(200)), list(range(100))]
    asked = []
    for number, records in enumerate(sent):
        asked.append(pool.submit(gate.answer, records))
        _until_waiting(gate, number + 1)
    ask.go.set()
    assert [len(one.result()) for one in asked] == [1, 1, 1, 1, 200, 100]
    assert [len(call) for call in ask.calls] == [1, 1, 1, 2, 200, 100]


def test_where_joined_calls_fail_and_single_ones_do_not_there_is_no_more_joining(pool):
    calls = []

    def one_row_only(records):
        calls.append(len(records))
        time.sleep(0.05)
        if len(records) > 1:
            raise ValueError("one row, please")
        return list(records)

    gate = Gate(one_row_only, LIMITS, lambda _: True)
    for _ in range(2):
        assert list(pool.map(gate.answer, [[1], [2], [3]])) == [[1], [2], [3]]
    assert sum(count > 1 for count in calls) == 1


def test_beyond_the_limit_a_request_is_refused_at_once(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, waiting=2, rows=10))
    held = ask.holding(gate, pool)
    waiting = [pool.submit(gate.answer, [1]) for _ in range(2)]
    _until_waiting(gate, 2)
    with pytest.raises(Refused) as caught:
        gate.answer([1])
    assert caught.value.refusal.outcome is Outcome.OVERLOADED
    assert caught.value.refusal.retry_after == 1
    ask.go.set()
    assert [one.result() for one in (held, *waiting)] == [["holdhold"], [2], [2]]
    assert gate.answer([3]) == [6]
    assert gate.load() == (0, 0)


def test_many_rows_are_refused_while_others_are_inside(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, rows=10))
    assert len(gate.answer(list(range(50)))) == 50  # alone, any number is fine
    ask.calls.clear()
    ask.holding(gate, pool)
    with pytest.raises(Refused, match="too many requests at once"):
        gate.answer(list(range(50)))
    ask.go.set()


def test_a_request_that_waits_too_long_is_refused(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, queue_timeout=0.2))
    ask.holding(gate, pool)
    with pytest.raises(Refused, match=r"no turn within 0\.2 seconds") as caught:
        gate.answer([1])
    assert caught.value.refusal.outcome is Outcome.OVERLOADED
    ask.go.set()
    assert gate.answer([2]) == [4]
    assert [1] not in ask.calls


def test_a_predict_that_does_not_come_back_holds_nobody(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, predict_timeout=0.3))
    held = ask.holding(gate, pool)
    waiting = pool.submit(gate.answer, [1])
    for one in (held, waiting):
        with pytest.raises(Refused) as caught:
            one.result(10)
        assert caught.value.refusal.outcome is Outcome.STUCK
    assert "PREDICT_TIMEOUT" in gate.stuck
    with pytest.raises(Refused, match="PREDICT_TIMEOUT"):
        gate.answer([1])
    ask.go.set()


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), MemoryError()])
def test_whatever_predict_raises_the_gate_goes_on(error):
    def leave(records):
        if records[0] == "leave":
            raise error
        return records

    gate = Gate(leave, LIMITS)
    expected = MemoryError if isinstance(error, MemoryError) else PredictLeft
    with pytest.raises(expected):
        gate.answer(["leave"])
    assert gate.answer([1]) == [1]


def test_a_client_that_hung_up_costs_no_predict(pool):
    ask = Held()
    gate = Gate(ask, LIMITS)
    ask.holding(gate, pool)

    def hung_up():
        current.set(RequestRecord(connected=lambda: False))
        return gate.answer(["gone"])

    gone = pool.submit(hung_up)
    _until_waiting(gate, 1)
    ask.go.set()
    with pytest.raises(Refused, match="hung up"):
        gone.result()
    assert ["gone"] not in ask.calls


def test_who_meets_nobody_asks_predict_itself():
    asked_by = []

    def ask(records):
        asked_by.append(threading.current_thread())
        return list(records)

    gate = Gate(ask, replace(LIMITS, inline=True))
    assert gate.answer([1]) == [1]
    assert asked_by == [threading.current_thread()]


def test_what_waits_behind_one_that_asks_itself_is_joined(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, inline=True), lambda _: True)
    held = ask.holding(gate, pool)
    asked = [pool.submit(gate.answer, [n]) for n in range(30)]
    _until_waiting(gate, 30)
    ask.go.set()
    assert [one.result() for one in asked] == [[2 * n] for n in range(30)]
    assert held.result() == ["holdhold"]
    assert [len(call) for call in ask.calls] == [1, 30]
    assert gate.answer([5]) == [10]


def test_that_one_who_asks_itself_hangs_is_seen_from_outside(pool):
    ask = Held()
    gate = Gate(ask, replace(LIMITS, inline=True, predict_timeout=0.2))
    held = ask.holding(gate, pool)
    deadline = time.monotonic() + 10
    while not gate.stuck:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(Refused, match="PREDICT_TIMEOUT"):
        gate.answer([1])
    ask.go.set()
    assert held.result() == ["holdhold"]


def test_threads_in_a_storm_never_get_another_s_answer(pool):
    """Distinct rows, joined and alone, among faults: each gets its own answer or its own fault."""
    inside: list[int] = []
    most = []

    def ask(records):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.0005)
        inside.pop()
        if any(record % 17 == 0 for record in records):
            raise ValueError("17")
        return [record * 3 for record in records]

    gate = Gate(ask, replace(LIMITS, inline=True), lambda _: True)

    def storm(number):
        for turn in range(60):
            record = number * 1000 + turn
            try:
                assert gate.answer([record, record]) == [record * 3] * 2
                assert record % 17
            except ValueError:
                assert record % 17 == 0

    for one in [pool.submit(storm, number) for number in range(64)]:
        one.result()
    assert max(most) == 1
    assert gate.load() == (0, 0)


def test_the_record_tells_of_the_queue_and_of_the_batch(pool):
    ask = Held()
    gate = Gate(ask, LIMITS, lambda _: True)
    ask.holding(gate, pool)
    records = [RequestRecord(), RequestRecord()]

    def asks(record):
        current.set(record)
        return gate.answer([1])

    asked = [pool.submit(asks, record) for record in records]
    _until_waiting(gate, 2)
    time.sleep(0.05)
    ask.go.set()
    for one in asked:
        one.result()
    assert [record.batch for record in records] == [2, 2]
    assert all(record.queue_ms > 40 for record in records)


FRAME = {**TWO_FEATURES["predict"], "input": "frame"}


@pytest.mark.parametrize(
    ("said", "joined"),
    [
        pytest.param(FRAME, True, id="table"),
        pytest.param({**FRAME, "rowwise": False}, False, id="rows mix"),
        pytest.param({**FRAME, "stateful": True}, False, id="remembers"),
        pytest.param({**FRAME, "whole": True}, False, id="one answer for a table"),
        pytest.param({**FRAME, "input": "record"}, False, id="one record a call"),
        pytest.param({**FRAME, "input": "rows", "container": "list"}, False, id="untyped rows"),
        pytest.param({**FRAME, "input": "rows", "dtype": "float64"}, True, id="typed rows"),
    ],
)
def test_what_may_be_joined(said, joined):
    kind = kind_of(Contract.from_dict({**TWO_FEATURES, "predict": said}))
    assert (kind([{"age": 1}]) is not None) is joined


def test_a_row_without_an_optional_feature_is_not_joined_with_one_that_has_it():
    kind = kind_of(Contract.from_dict({**TWO_FEATURES, "predict": FRAME}))
    assert kind([{"age": 1}]) == kind([{"age": 2}])
    assert kind([{"age": 1}]) != kind([{"age": 1, "name": "Ada"}])
