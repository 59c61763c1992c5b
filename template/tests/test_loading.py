"""Settings that each thread has of its own."""

import decimal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from model.loading import in_each_thread


def test_a_thread_has_the_settings_before_its_first_call():
    calls = []

    def set_up():
        calls.append("set")
        decimal.getcontext().prec = 3

    def third(whole):
        return Decimal(whole) / 3

    predict = in_each_thread(set_up, third)
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(third, 1).result() != Decimal("0.333")
        assert [pool.submit(predict, 1).result() for _ in range(2)] == [Decimal("0.333")] * 2
    assert calls == ["set"]
