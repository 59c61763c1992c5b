"""An end to code of the notebook that is slow, or never comes back."""

import contextlib
import signal
import threading


class Late(BaseException):
    """Not an Exception, which the notebook's own code may catch."""


@contextlib.contextmanager
def deadline(seconds):
    """Raise Late in the block after so many seconds, where the system can do that."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not hasattr(signal, "setitimer") or not in_main_thread:
        yield
        return

    def ring(number, frame):
        raise Late

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
