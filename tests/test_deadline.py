"""Code that never comes back is left after some seconds, whatever it catches."""

import signal
import threading
import time

import pytest

from support import kernel_side


def hang() -> None:
    ends = time.monotonic() + 5
    while time.monotonic() < ends:
        try:
            time.sleep(5)
        except Exception:
            continue


def test_time_runs_out() -> None:
    before = signal.getsignal(signal.SIGALRM)
    started = time.monotonic()
    with kernel_side() as package:
        late, deadline = package.proving.deadline.Late, package.proving.deadline.deadline
    with pytest.raises(late), deadline(0.1):
        hang()
    assert time.monotonic() - started < 2
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_who_is_in_time_is_left_alone() -> None:
    with kernel_side() as package, package.proving.deadline.deadline(0.05):
        done = True
    time.sleep(0.1)
    assert done


def test_outside_of_the_main_thread_there_is_no_alarm() -> None:
    done = []
    with kernel_side() as package:

        def run() -> None:
            with package.proving.deadline.deadline(0.01):
                done.append(1)

        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    assert done == [1]
