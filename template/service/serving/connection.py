"""One client's connection: bytes are gathered until a whole request is there, and sent as it reads.

Nothing here ever blocks, so a client may be as slow as it likes: it costs a little memory, and no
thread. What a request means is decided by gunicorn's parser alone; here is found where it ends.
"""

import re
import socket
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from service.serving.chunks import Chunks

_FRAMING = re.compile(
    rb"\r\n(content-length|transfer-encoding|expect)[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE
)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# Longer heads are refused before they end.
_MOST_HEAD = 64 * 1024
_STEP = 256 * 1024
_CROWD = 8  # bodies of the largest size that may be on their way at once

PROBES = (b"GET /healthz ", b"GET /readyz ")


class Connection:
    """A socket with what came in and what is still to go out."""

    def __init__(self, sock: socket.socket, client: Any, server: Any, max_body: int) -> None:
        sock.setblocking(False)
        self.socket, self.client, self.server = sock, client, server
        self.max_body = max_body
        self.received, self.unsent = bytearray(), bytearray()
        self.sock = Outbox(self)
        self.deadline = 0.0
        self.lingering = False
        self.must_close = False  # what follows this request cannot be told from its body
        self.parser: Any = None
        self._start_over()

    def _start_over(self) -> None:
        self._body_at = self._length = 0
        self._chunks: Chunks | None = None

    def receive(self) -> bool:
        """Read what is there; return False when the client has closed."""
        try:
            data = self.socket.recv(_STEP)
        except BlockingIOError:
            return True
        except OSError:
            return False
        if not self.lingering:
            self.received += data
        return bool(data)

    @property
    def has_endless_head(self) -> bool:
        """Whether there is more of a head than any request needs."""
        return not self._body_at and len(self.received) > _MOST_HEAD

    def take_request(self) -> bytes | None:
        """Return the bytes of the first whole request, or None when there is more to come."""
        if not self._body_at and not self._read_head():
            return None
        chunks, end = self._chunks, self._body_at + self._length
        found = end if chunks is None else chunks.end(self.received)
        if found is None or len(self.received) < found:
            return None
        request = bytes(self.received[:found])
        del self.received[:found]
        self._start_over()
        return request

    def _read_head(self) -> bool:
        """Find the end of the head and what it says of the body; return whether it is there."""
        end = self.received.find(b"\r\n\r\n")
        if end < 0:
            return False
        self._body_at = end + 4
        found: dict[bytes, list[bytes]] = {}
        for name, value in _FRAMING.findall(self.received, 0, end):
            found.setdefault(name.lower(), []).append(value.strip(b" \t"))
        lengths = found.get(b"content-length", [b"0"])
        chunked = found.get(b"transfer-encoding") == [b"chunked"]
        odd = b"transfer-encoding" in found and (not chunked or b"content-length" in found)
        if odd or len(lengths) > 1 or not lengths[0].isdigit() or len(lengths[0]) > 15:
            chunked, lengths = False, [b"0"]  # the parser refuses it: no need to wait
            self.must_close = True
        self._chunks = Chunks(self._body_at, self.max_body) if chunked else None
        self._length = int(lengths[0])
        if self._length > self.max_body:
            self._length, self.must_close = 0, True  # it is refused unread
        elif found.get(b"expect") == [b"100-continue"] and len(self.received) == self._body_at:
            self.unsent += _CONTINUE
            self.flush()
        return True

    def connected(self) -> bool:
        """Say whether the client is still there."""
        try:
            return self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False

    def flush(self) -> bool:
        """Send what the client takes now; return False when the client is gone."""
        try:
            while self.unsent:
                del self.unsent[: self.socket.send(self.unsent)]
        except BlockingIOError:
            return True
        except OSError:
            return False
        return True

    def linger(self) -> None:
        """Say that no more is sent, and forget what still comes in: else the answer may be lost."""
        self.lingering = True
        self.received.clear()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Close the socket."""
        with suppress(OSError):
            self.socket.close()


def is_crowded(connection: Connection, others: Collection[Connection]) -> bool:
    """Say whether so much comes in at once that this large request is better refused."""
    held, most = len(connection.received), connection.max_body
    if held < 2**20 or held < most / _CROWD:
        return False
    return sum(len(one.received) for one in others) > _CROWD * max(most, 2**20)


class Outbox:
    """What gunicorn takes for the socket when it answers: it only ever gathers bytes."""

    def __init__(self, connection: Connection) -> None:
        self.connected = connection.connected
        self._unsent = connection.unsent

    def sendall(self, data: bytes) -> None:
        """Keep the bytes; `Connection.flush` sends them."""
        self._unsent += data

    def send(self, _: bytes) -> None:
        """Leave out gunicorn's own 100 Continue: the body is here already."""

    def shutdown(self, _: int) -> None:
        """Say that this cannot be shut down: closing is up to the worker."""
        raise OSError

    def close(self) -> None:
        """Leave the connection open, for the worker to close."""
