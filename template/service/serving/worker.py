"""gunicorn's worker of threads, in which no client can hold a thread.

The main thread gathers requests and sends answers, of all connections at once and without waiting
(exchange.py, connection.py); a thread gets a request when it is whole. Probes are answered by the
main thread itself. The work from parsing to the answer is gunicorn's own (gthread, base), used
below its public surface: so its version is pinned, and tests/test_worker.py watches over it.
"""

import mmap
import os
import selectors
import sys
import time
from typing import Any

from gunicorn.glogging import Logger

from service.serving.connection import Connection
from service.serving.exchange import Exchange
from service.settings import Settings

_STUCK = 70  # exit code of a worker whose predict does not come back
# How long a worker leaves a new connection to others: so much for each connection that it has, and
# the most while it answers one.
_COURTESY, _MOST_COURTESY = 0.0005, 0.005
_LAST_ANSWERS = 0.5  # seconds for what a worker with a predict that hangs can still answer
_AT_ONCE = 16  # connections that are accepted in a row
_NEVER = float("inf")
# Seconds after which a thread that computes lets another one go on. With Python's own 5 ms, a probe
# waits so long for each of the threads that are busy; with this, under overload a third of that.
_TURN = 0.0005
# Whether the whole service stops, and not this worker alone; gunicorn's master says so.
stopping = mmap.mmap(-1, 1)


class ServerLog(Logger):
    """gunicorn's log without a line for each request: the app writes that itself."""

    def access(self, *_: Any) -> None:
        """Write nothing."""


class Worker(Exchange):
    """A worker process: its loop, how it accepts connections, how it leaves."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the master sees of this worker: whether it was ready, whether it left as it should.
        self.marks = mmap.mmap(-1, 2)
        self._listening = False
        self._listen_at = self._stop_at = self._leave_by = _NEVER
        self._expire_at = 0.0
        self._exit_code = 0
        self._health: Any = None  # before the model is loaded

    @classmethod
    def check_config(cls, cfg: Any, _: Any) -> None:
        """Refuse, before any worker starts, what would let somebody hold all threads."""
        needed = Settings.from_env().threads
        if cfg.threads < needed:
            sys.exit(
                f"cannot start: {cfg.threads} threads are fewer than PREDICT_CONCURRENCY + "
                f"MAX_WAITING + 2 = {needed}; leave gunicorn's --threads to gunicorn.conf.py"
            )
        if cfg.is_ssl:
            sys.exit("cannot start: the worker speaks no TLS; end it in front of the service")

    def run(self) -> None:
        """Serve until told to leave."""
        sys.setswitchinterval(_TURN)
        self._health = self.wsgi.extensions["health"]
        wake = self.method_queue
        self.poller.register(wake.fileno(), selectors.EVENT_READ, wake.run_callbacks)
        self._listen(True)
        self.marks[0] = 1
        while self.alive or (self.connections and time.monotonic() < self._leave_by):
            self.notify()
            for key, _ in self.poller.select(self._patience()):
                key.data(key.fileobj)
            self._keep_time(time.monotonic())
            if not self.is_parent_alive():
                break
        self.marks[1] = not self._exit_code
        self.tpool.shutdown(wait=False)
        if self._exit_code:
            self.give_up(self._health.not_alive)
        if self.connections or self._exit_code:  # a thread that does not end must not keep us
            os._exit(self._exit_code)

    def handle_exit(self, *_: Any) -> None:
        """Begin to leave at SIGTERM; while the whole service stops, only after a delay.

        Whoever sends requests here needs time to see that this service is no longer ready.
        """
        if self._health is None:
            self.alive = False
        elif self._stop_at == _NEVER:
            delay = self.settings.drain_delay if stopping[0] else 0
            self._stop_at = time.monotonic() + delay
            self._health.stopping = bool(stopping[0])
            self.max_keepalived = 0  # gunicorn now closes each connection after its answer
            self.method_queue.defer(lambda: None)

    def _patience(self) -> float:
        """Return the seconds until the loop has something to do besides waiting."""
        return max(0.0, min(self._listen_at, self._stop_at, self._expire_at) - time.monotonic())

    def _keep_time(self, now: float) -> None:
        if now >= self._listen_at:
            self._listen_at = _NEVER
            self._listen(True)
            for listener in self.sockets:
                self._accept(listener, _AT_ONCE)
        if self._health.not_alive and not self._exit_code:
            self.log.critical("%s; worker %s is replaced", self._health.not_alive, self.pid)
            self._exit_code, self._stop_at = _STUCK, now
        if now >= self._stop_at:
            self._stop(now)
        if now >= self._expire_at:
            self._expire_at = now + 0.2
            self.expire(now)

    def _stop(self, now: float) -> None:
        """Accept no more; who is still sending a request, or idle, has little time left."""
        self._stop_at = self._listen_at = _NEVER
        for listener in self.sockets:
            if stopping[0]:  # nobody else would take them
                self._accept(listener, self.cfg.backlog)
        self._listen(False)
        for listener in self.sockets:
            listener.close()
        self.alive = False
        grace = _LAST_ANSWERS if self._exit_code else self.settings.graceful_timeout
        self._leave_by = now + grace
        for connection in self.waiting:
            if not connection.unsent:
                connection.deadline = min(connection.deadline, now + 1.0)

    def _listen(self, on: bool) -> None:
        if on == self._listening or not self.alive:
            return
        self._listening = on
        for listener in self.sockets:
            if on:
                listener.setblocking(False)
                self.poller.register(listener, selectors.EVENT_READ, self._greet)
            else:
                self.poller.unregister(listener)

    def _greet(self, listener: Any) -> None:
        """Accept a connection, or leave it to a worker that has fewer."""
        if self.cfg.workers > 1 and self.connections:
            busy = len(self.connections) > len(self.waiting)
            wait = _MOST_COURTESY if busy else _COURTESY * len(self.connections)
            self._listen(False)
            self._listen_at = time.monotonic() + min(wait, _MOST_COURTESY)
        else:
            self._accept(listener, 1)

    def _accept(self, listener: Any, most: int) -> None:
        for _ in range(most):
            if len(self.connections) >= self.cfg.worker_connections:
                self.drop_oldest()
            try:
                sock, client = listener.accept()
            except BlockingIOError:
                return
            except OSError:  # no more files may be open, or the client is gone already
                self.drop_oldest()
                return
            name = listener.getsockname()
            self.adopt(Connection(sock, client, name, self.settings.max_body_bytes))
