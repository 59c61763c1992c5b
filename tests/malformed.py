"""A siege: malformed requests of every kind, among good ones whose answers must stay their own.

Bytes that are no HTTP, JSON that is none, records that are none, each from several connections at
once. What must never come: a 500 that is not predict's own fault, the end of a worker, an answer to
what another one asked.
"""

import json
import math
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

CONNECTIONS = 8
PATIENCE = 120.0  # seconds for one answer, on machines under load
HEAD = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
# Where another one is meant: all that the service may say, and 500, which is looked up in its log.
ANSWERED = {200, 400, 404, 405, 408, 413, 414, 415, 417, 422, 431, 500, 501, 503}
# fmt: off
VALUES: list[Any] = [
    None, True, False, 0, -1, 1, 2**31, -(2**63), 2**63, 2**64, 10**30,
    0.5, -0.0, 1e-320, 1e38, 1e308, "", " ", "a" * 5000, "\u0000", "\U0001f600", "NaN", "1",
    "2024-02-30", "2024-01-31T12:00:00+02:00", "1677-09-21T00:12:43", "9999-12-31",
    [], [[]], [1], [None] * 9, {}, {"a": {}}, [[1, 2], [3]],
]
JSONS = [
    "", " ", "nul", "{", "[", "[{}", "{]", '{"a":}', '{"a":1,}', "[1,]", "NaN", "[Infinity]",
    "1e999", "-", "01", '"\\ud800"', '{"\\udfff":1}', "[" * 5000, '{"a":' * 5000, "9" * 5000,
    "\ufeff{}", "{} {}", "'a'", "\x00", "null",
]
HEADS = [
    b"GET", b"POST  ", b"\x00", b"\r\n", b"\n", b"\r", b" ", b":", b"\t",
    b"HTTP/0.9", b"HTTP/9.9", b"HTTP/1.0", b"Host: y\r\n", b"Connection: close\r\n",
    b"Content-Length: 5\r\n", b"Content-Length: -1\r\n", b"Content-Length: 1e3\r\n",
    b"Content-Length: +7\r\n", b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n", b"Transfer-Encoding: identity\r\n",
    b"Content-Encoding: gzip\r\n", b"Content-Type: text/csv\r\n", b"Upgrade: h2c\r\n",
    b"Expect: 100-continue\r\n", b"Expect: tea\r\n", b"X-Request-ID: a b\r\n",
    b"X: \xff\xfe\r\n", b" folded\r\n", b"a" * 9000, b"%00%zz/../..", b"?a=b", b"\r\n\r\n",
]
# fmt: on


def alike(found: Any, expected: Any) -> bool:
    """Whether two answers are, but for the last digits that a batch may change."""
    if isinstance(found, dict) and isinstance(expected, dict):
        return found.keys() == expected.keys() and all(alike(found[k], expected[k]) for k in found)
    if isinstance(found, list) and isinstance(expected, list):
        return len(found) == len(expected) and all(map(alike, found, expected))
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-5, abs_tol=1e-6)
    return bool(found == expected)


@dataclass
class Siege:
    """A running service, records that it answers, and what it said to others.

    Attributes:
        most: numbers beyond this are not asked: how long predict works may depend on them.
    """

    port: int
    records: list[dict[str, Any]]
    most: float = math.inf
    statuses: Counter[int] = field(default_factory=Counter)
    good: int = 0  # good requests that were answered as before
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        with Line(self.port) as line:
            asked = [(record, line.ask(record)) for record in self.records]
        self._known = [(record, answer.body) for record, answer in asked if answer.status == 200]
        assert self._known

    def run(self, count: int, seed: int = 0) -> None:
        """Send so many malformed requests, a tenth of them each made by hypothesis."""
        each = (count - count // 10) // CONNECTIONS
        threads = [
            threading.Thread(
                target=self._kept, args=(self._send, each, random.Random(f"{seed} {n}"))
            )
            for n in range(CONNECTIONS)
        ]
        threads.append(threading.Thread(target=self._kept, args=(self._guess, count // 10)))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _kept(self, act: Callable[..., None], *arguments: Any) -> None:
        try:
            act(*arguments)
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}"[:500])

    def _send(self, count: int, chance: random.Random) -> None:
        with Line(self.port) as line:
            for at in range(count):
                if chance.random() < 0.4:
                    self._send_bytes(chance)
                else:
                    self._tell(line.send(self._json(chance)))
                if at % 5 == 0:
                    self._ask_well(line, chance)

    def _guess(self, count: int) -> None:
        """Send what hypothesis takes for JSON, in place of records and of their values."""
        values = st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        )
        records = st.fixed_dictionaries({}, optional=dict.fromkeys(self.records[0], values))
        document = values | records | st.lists(records, max_size=4)

        with Line(self.port) as line:
            checks = list(HealthCheck)

            @settings(
                max_examples=count,
                database=None,
                deadline=None,
                derandomize=True,
                suppress_health_check=checks,
            )
            @given(document)
            def send(body: Any) -> None:
                if self._may_be_asked(body):
                    self._tell(line.send(json.dumps(body).encode("utf-8", "surrogatepass")))

            send()

    def _tell(self, answer: "Answer") -> None:
        self.statuses[answer.status] += 1
        if answer.status not in ANSWERED:
            self.faults.append(f"status {answer.status}: {answer.body}"[:500])

    def _ask_well(self, line: "Line", chance: random.Random) -> None:
        """Ask what was answered before, on a connection that has seen much."""
        record, expected = chance.choice(self._known)
        answer = line.ask(record)
        if answer.status == 503:  # too many at once
            return
        if answer.status != 200 or not alike(answer.body, expected):
            self.faults.append(f"{record}: {answer.body} instead of {expected}"[:500])
        self.good += 1

    def _json(self, chance: random.Random) -> bytes:
        """A body with something wrong in it, or something odd."""
        while True:
            record: Any = dict(chance.choice(self.records))
            for _ in range(chance.randint(1, 3)):
                name = chance.choice(list(self.records[0]))
                match chance.randrange(5):
                    case 0:
                        record.pop(name, None)
                    case 1:
                        record[f"{name}{chance.choice(['', '_', ' ', 'é'])}"] = 1
                    case _:
                        record[name] = chance.choice(VALUES)
            document = chance.choice([record, [record], [record] * 3, [record, 7], [[record]], 7])
            if self._may_be_asked(document):
                break
        body = json.dumps(document, ensure_ascii=chance.random() < 0.5)
        match chance.randrange(6):
            case 0:
                body = body[: chance.randrange(len(body))]
            case 1:
                body = chance.choice(JSONS)
            case 2:
                at = chance.randrange(len(body))
                odd = bytes([chance.randrange(256)])
                return (
                    body[:at].encode("utf-8", "replace")
                    + odd
                    + body[at:].encode("utf-8", "replace")
                )
        return body.encode("utf-8", "surrogatepass")

    def _may_be_asked(self, value: Any) -> bool:
        if isinstance(value, dict):
            return all(map(self._may_be_asked, value.values()))
        if isinstance(value, list):
            return all(map(self._may_be_asked, value))
        return not isinstance(value, int | float) or not abs(value) > self.most

    def _send_bytes(self, chance: random.Random) -> None:
        """Send a head that is none, around a good record; whatever is answered, it is to that."""
        record, expected = chance.choice(self._known)
        sent = _broken(json.dumps(record).encode(), chance)
        with Line(self.port) as line:
            answers = list(line.all_to(sent))
            self.statuses[0] += not answers  # closed without a word: no whole request came
            for answer in answers:
                self._tell(answer)
                predicted = isinstance(answer.body, dict) and "model_version" in answer.body
                probed = predicted and "status" in answer.body
                if (
                    answer.status == 200
                    and predicted
                    and not probed
                    and not alike(answer.body, expected)
                ):
                    self.faults.append(f"{sent[:300]!r}: {answer.body} instead of {expected}")


def _broken(body: bytes, chance: random.Random) -> bytes:
    """A request whose head, or whose chunks, were changed at some places."""
    if chance.random() < 0.2:
        size = chance.choice(
            [b"%x" % len(body), b"ZZ", b"-5", b"0x5", b"FFFFFFFFFFFFFFFFF", b"", b"5;a=b"]
        )
        end = chance.choice(
            [b"\r\n0\r\n\r\n", b"", b"\r\n", b"\r\n0\r\n", b"\r\n0\r\nA: b\r\n\r\n"]
        )
        head = HEAD.encode() + b"Transfer-Encoding: chunked\r\n\r\n"
        return head + size + b"\r\n" + body + end
    head = HEAD.encode() + b"Content-Length: %d\r\n\r\n" % len(body)
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(head))
        match chance.randrange(4):
            case 0:
                head = head[:at] + chance.choice(HEADS) + head[at:]
            case 1:
                head = head[:at] + bytes([chance.randrange(256)]) + head[at + 1 :]
            case 2:
                head = head[:at] + head[at + chance.randint(1, 9) :] or b"?"
            case 3:
                head = head[: at or 1]
    return head + body


@dataclass
class Answer:
    """What came back."""

    status: int
    body: Any
    closes: bool


class Line:
    """A connection, made anew where the service has closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None
        self._sent = 0
        self._mark = f"{threading.get_ident()}-{id(self)}"

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket = None

    def ask(self, record: Any) -> Answer:
        """Send a document."""
        return self.send(json.dumps(record).encode())

    def send(self, body: bytes) -> Answer:
        """Send a body in a proper request, and return what comes to this request and no other."""
        self._sent += 1
        mark = f"{self._mark}-{self._sent}"
        head = f"{HEAD}X-Request-ID: {mark}\r\nContent-Length: {len(body)}\r\n\r\n"
        for again in (True, False):
            fresh = self._socket is None
            self._open().sendall(head.encode() + body)
            received = self._open().recv(65536)
            if received or fresh or not again:
                break
            self.__exit__()  # it was closed for being idle
        while (found := _split(received)) is None:
            more = self._open().recv(65536)
            assert more, f"closed within an answer: {received[:200]!r}"
            received += more
        answer, rest, told = found
        assert not rest, f"more than one answer: {rest[:200]!r}"
        assert told == mark, f"the answer to {told}, not to {mark}"
        if answer.closes:
            self.__exit__()
        return answer

    def all_to(self, sent: bytes) -> Iterator[Answer]:
        """Send bytes and no more; give all that comes back until the service closes."""
        line, received = self._open(), b""
        with suppress(ConnectionError):
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            while more := line.recv(65536):
                received += more
        while received.startswith(b"HTTP/1.1 100"):
            received = received.partition(b"\r\n\r\n")[2]
        while received and (found := _split(received)):
            answer, received, _ = found
            yield answer

    def _open(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=PATIENCE)
        return self._socket


def _split(received: bytes) -> tuple[Answer, bytes, str] | None:
    """The first answer, what follows it, and the id that it names; None if it is not all there."""
    head, ended, rest = received.partition(b"\r\n\r\n")
    length = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
    size = int(length[1]) if length else 0
    if not ended or len(rest) < size:
        return None
    mark = re.search(rb"(?i)\r\nx-request-id: ([^\r]*)", head)
    body: Any = rest[:size]
    with suppress(ValueError):
        body = json.loads(body)
    closes = b"connection: close" in head.lower()
    return Answer(int(head.split()[1]), body, closes), rest[size:], mark[1].decode() if mark else ""


def all_workers(server: Any, count: int) -> list[int]:
    """The ids of the workers, as soon as all of them are there."""
    deadline = time.monotonic() + PATIENCE
    while len(found := sorted(server.children())) < count:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return found


def own_faults(lines: list[str]) -> tuple[list[str], int]:
    """The errors in the log that are the service's own, and how many were predict's."""
    own, of_predict = [], 0
    for line in lines:
        with suppress(ValueError):
            event = json.loads(line)
            if event.get("level") in ("ERROR", "CRITICAL"):
                if re.search(r"^request \S+ failed: \w+ in (?!the service)", event["message"]):
                    of_predict += 1
                else:
                    own.append(line[:2000])
    return own, of_predict
