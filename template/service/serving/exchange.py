"""The half of the worker that exchanges requests and answers with connections that are open."""

import selectors
import time
from functools import partial
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import ThreadWorker

from service.outcomes import Outcome
from service.request_record import RequestRecord
from service.serving.connection import PROBES, Connection, is_crowded
from service.serving.refusals import CROWDED, LONG, SLOW, refusal, refusal_of
from service.settings import Settings

_LINGER = 2.0  # seconds that a client has to read a last answer


class Exchange(ThreadWorker):
    """Connections wait for their clients, or for a thread that answers; nobody waits for them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = Settings.from_env()
        self.connections: set[Connection] = set()
        self.waiting: set[Connection] = set()  # those that wait for their client

    def adopt(self, connection: Connection) -> None:
        """Take a new connection in."""
        connection.deadline = time.monotonic() + self.settings.keep_alive
        self.connections.add(connection)
        self._on_readable(connection)

    def drop(self, connection: Connection) -> None:
        """Close a connection."""
        self._forget(connection)
        self.connections.discard(connection)
        connection.close()

    def drop_oldest(self) -> None:
        """Make room: drop the connection that has been idle, or slow, for the longest time."""
        if self.waiting:
            self.drop(min(self.waiting, key=lambda one: one.deadline))

    def expire(self, now: float) -> None:
        """See to the connections whose client is too slow."""
        for connection in [one for one in self.waiting if now >= one.deadline]:
            if connection.received and not connection.unsent and not connection.lingering:
                self._refuse(connection, *SLOW)
            else:
                self.drop(connection)

    def give_up(self, why: str) -> None:
        """Refuse the requests whose threads do not come back; the process ends after this."""
        for connection in self.connections - self.waiting:
            response, record = refusal(503, why)
            record.outcome = Outcome.STUCK
            self._answer(connection, (response, record))
            connection.flush()

    def _wait(self, connection: Connection, events: int, then: Any) -> None:
        self._forget(connection)
        self.waiting.add(connection)
        self.poller.register(connection.socket, events, partial(self._go_on, then, connection))

    def _go_on(self, then: Any, connection: Connection, _: Any) -> None:
        """Do the next step; one connection must not cost the others theirs."""
        try:
            then(connection)
        except Exception:
            self.log.exception("a connection is dropped")
            self.drop(connection)

    def _forget(self, connection: Connection) -> None:
        if connection in self.waiting:
            self.waiting.discard(connection)
            self.poller.unregister(connection.socket)

    def _on_readable(self, connection: Connection) -> None:
        fresh = not connection.received
        if not connection.receive():
            self.drop(connection)
        elif connection.lingering:
            return
        elif is_crowded(connection, self.connections):
            self._refuse(connection, *CROWDED)
        else:
            if fresh and connection.received:  # its first byte
                connection.deadline = time.monotonic() + self.settings.read_timeout
            self._next_request(connection)

    def _next_request(self, connection: Connection) -> None:
        """Hand the next request to a thread, or wait for the rest of it."""
        request = connection.take_request()
        if request is None:
            if connection.has_endless_head:
                self._refuse(connection, *LONG)
            elif connection not in self.waiting:
                self._wait(connection, selectors.EVENT_READ, self._on_readable)
            return
        self._forget(connection)
        connection.parser = get_parser(self.cfg, iter([request]), connection.client)
        if request.startswith(PROBES):  # never behind anything else
            self._work(connection)
        else:
            self.tpool.submit(self._work, connection)

    def _work(self, connection: Connection) -> None:
        """Answer a request; in a thread."""
        keep = self.handle(connection)
        connection.flush()
        self.method_queue.defer(self._finish, connection, keep)

    def handle(self, connection: Connection) -> bool:
        """Answer a request, and say whether another one may follow on the same connection."""
        try:
            request = next(connection.parser)
            keep = self.handle_request(request, connection)
            return bool(keep and not connection.must_close and _is_used_up(connection.parser))
        except StopIteration:  # it failed within its answer
            return False
        except BaseException as error:
            self._answer(connection, refusal_of(error))
            return False

    def _finish(self, connection: Connection, keep: bool) -> None:
        """Go on with a connection whose request is answered; in the main thread."""
        now = time.monotonic()
        if not connection.flush():
            self.drop(connection)
        elif connection.unsent:
            connection.deadline = now + self.settings.write_timeout
            then = partial(self._go_on_sending, keep=keep)
            self._wait(connection, selectors.EVENT_WRITE, then)
        elif keep:
            connection.deadline = now + self.settings.keep_alive
            if connection.received:
                connection.deadline = now + self.settings.read_timeout
            self._next_request(connection)
        else:
            connection.deadline = now + _LINGER
            connection.linger()
            self._wait(connection, selectors.EVENT_READ, self._on_readable)

    def _go_on_sending(self, connection: Connection, keep: bool) -> None:
        if not connection.flush():
            self.drop(connection)
        elif not connection.unsent:
            self._forget(connection)
            self._finish(connection, keep)

    def _refuse(self, connection: Connection, status: int, sentence: str) -> None:
        self._forget(connection)
        self._answer(connection, refusal(status, sentence))
        self._finish(connection, False)

    def _answer(self, connection: Connection, refused: tuple[bytes, RequestRecord]) -> None:
        """Answer what never came to the app, and tell of it as the app would."""
        response, record = refused
        connection.unsent += response
        self.wsgi.extensions["tell"](record)


def _is_used_up(parser: Any) -> bool:
    """Say whether nothing is left over: that would be of no request that we know."""
    return bool(parser.finish_body() and not parser.unreader.take_buffered())
