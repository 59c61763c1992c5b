"""The worker under clients that are slow, odd or too many, and under a predict that misbehaves."""

import http.client
import json
import os
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress

import gunicorn
import pytest

from tests.server import ROOT, Server

APP = "tests.tried:app()"
SOON = 2.0  # seconds; a thread that a slow client holds is gone for longer
JSON = {"Content-Type": "application/json"}


@contextmanager
def _serving(tmp_path, **environ):
    with Server(tmp_path / "log", app=APP, **environ) as server:
        yield server.until_ready()


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    with _serving(tmp_path_factory.mktemp("tried"), READ_TIMEOUT="2", MAX_WAITING="4") as server:
        yield server


@pytest.fixture
def pool():
    with ThreadPoolExecutor(40) as threads:
        yield threads


def _do(server, what, seconds=0.0):
    return server.post({"do": what, "seconds": seconds})


def _until_answered(server):
    """Ask until there is an answer, and return which worker gave it."""
    deadline = time.monotonic() + 60
    while True:
        with suppress(ConnectionError, http.client.HTTPException):  # its worker is leaving
            status, body = _do(server, "sleep")
            if status == 200:
                return body["worker"]
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _probe(server):
    """Ask whether the service is alive, and return the seconds that it took."""
    began = time.monotonic()
    assert server.get("/healthz")[0] == 200
    return time.monotonic() - began


def _raw(server, *parts, pause=0.0):
    """Send bytes as they are, and return all that comes back."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        for part in parts:
            client.sendall(part)
            time.sleep(pause)
        return b"".join(iter(lambda: client.recv(65536), b""))


def _parsed(answer):
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body), head


def test_gunicorn_is_the_version_that_the_worker_was_written_for():
    pinned = (ROOT / "requirements" / "service.in").read_text(encoding="utf-8")
    assert f"gunicorn=={gunicorn.__version__}\n" in pinned


def test_fewer_threads_than_may_wait_are_refused(tmp_path):
    with Server(tmp_path / "log", app=APP, GUNICORN_CMD_ARGS="--threads 8") as server:
        assert server.wait() == 1
        told = "cannot start: 8 threads are fewer than PREDICT_CONCURRENCY + MAX_WAITING + 2 = 67"
        assert [line for line in server.lines() if line.startswith(told)], server.lines()
        assert not any("Traceback" in line for line in server.lines())


BODY = json.dumps({"do": "sleep", "seconds": 0}).encode()
HEAD = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
LENGTH = HEAD + b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
HALVES = b"%x;a=b\r\n%s\r\n%x\r\n%s\r\n" % (9, BODY[:9], len(BODY) - 9, BODY[9:])


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param([LENGTH + b"Connection: close\r\n\r\n" + BODY], id="at once"),
        pytest.param(
            [bytes([byte]) for byte in LENGTH + b"Connection: close\r\n\r\n" + BODY], id="bytes"
        ),
        pytest.param(
            [LENGTH + b"Expect: 100-continue\r\nConnection: close\r\n\r\n", BODY], id="expect"
        ),
        pytest.param([CHUNKED + HALVES + b"0\r\n\r\n"], id="chunks"),
        pytest.param([CHUNKED, HALVES[:20], HALVES[20:], b"0\r\nA: b\r\n", b"\r\n"], id="trailers"),
        pytest.param([LENGTH + b"Connection: close\r\n\r\n" + BODY + b"more"], id="more than that"),
    ],
)
def test_a_request_may_come_in_any_pieces(served, parts):
    answer = _raw(served, *parts, pause=0.002)
    if b"100 Continue" in answer:
        assert answer.count(b"100 Continue") == 1
        answer = answer.partition(b"\r\n\r\n")[2]
    status, body, _ = _parsed(answer)
    assert (status, body["model_version"]) == (200, "tried-1")


def test_requests_that_come_together_are_answered_in_order(served):
    probe = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    last = b"GET /nope HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    answer = _raw(served, probe * 3000 + LENGTH + b"\r\n" + BODY + last)
    assert answer.count(b'{"status":"ok"}') == 3000
    assert answer.index(b"model_version") > answer.rindex(b'{"status":"ok"}')
    assert answer.index(b"no such path") > answer.index(b"model_version")


GET = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        pytest.param(b"GET /" + b"a" * 5000 + b" HTTP/1.1\r\n\r\n", 414, id="long line"),
        pytest.param(GET + b"A: " + b"a" * 9000 + b"\r\n\r\n", 431, id="long header"),
        pytest.param(GET + b"A: b\r\n" * 200 + b"\r\n", 431, id="many headers"),
        pytest.param(GET + b"A: " + b"a" * 100_000, 431, id="endless header"),
        pytest.param(b"what is this\r\n\r\n", 400, id="no HTTP"),
        pytest.param(GET + b"no colon\r\n\r\n", 400, id="no header"),
        pytest.param(GET + b"A: b\r\n c\r\n\r\n", 400, id="folded"),
        pytest.param(GET + b"Expect: tea\r\n\r\n", 417, id="expects tea"),
        pytest.param(LENGTH + b"Content-Length: 3\r\n\r\n" + BODY, 400, id="two lengths"),
        pytest.param(LENGTH + b"Transfer-Encoding: chunked\r\n\r\n", 400, id="length and chunks"),
        pytest.param(HEAD + b"Content-Length: -5\r\n\r\n", 400, id="negative length"),
        pytest.param(HEAD + b"Transfer-Encoding: gzip\r\n\r\n", 400, id="another coding"),
        pytest.param(CHUNKED + b"ZZ\r\n{}\r\n0\r\n\r\n", 400, id="no chunk size"),
        pytest.param(CHUNKED + b"-5\r\n{}\r\n0\r\n\r\n", 400, id="negative chunk size"),
    ],
)
def test_what_is_no_proper_http_is_refused_in_json(served, sent, status):
    found, body, head = _parsed(_raw(served, sent))
    assert found == status
    assert body["error"]
    assert b"X-Request-ID: " in head
    assert b"Content-Type: application/json" in head


def test_a_body_that_is_too_large_is_refused_so_that_the_client_can_read_it(tmp_path):
    with _serving(tmp_path, MAX_BODY_BYTES="1000") as server:
        large = b"x" * 3_000_000
        sized = HEAD + b"Content-Length: %d\r\n\r\n" % len(large)
        for sent in (sized + large, CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(large), large)):
            status, body, _ = _parsed(_raw(server, sent))
            assert (status, "MAX_BODY_BYTES" in body["error"]) == (413, True)


def test_slow_clients_hold_nobody(served, pool):
    with ExitStack() as open_ones:
        for sent in [b""] * 60 + [b"GET /healthz HTT"] * 60 + [LENGTH + b"\r\n" + BODY[:5]] * 60:
            client = socket.create_connection(("127.0.0.1", served.port), timeout=60)
            client.sendall(sent)
            open_ones.enter_context(client)
        assert max(_probe(served) for _ in range(10)) < SOON
        assert _do(served, "sleep")[0] == 200
        # The last ones are half a body; each is told that it was too slow.
        status, body, _ = _parsed(client.recv(65536))
        assert (status, body["error"]) == (408, "the request did not come to its end in time")
        assert max(_probe(served) for _ in range(10)) < SOON


def test_clients_that_do_not_read_hold_nobody(served, pool):
    many = json.dumps([{"do": "x" * 40}] * 1000).encode()
    asked = HEAD + b"Content-Length: %d\r\n\r\n" % len(many) + many
    with ExitStack() as open_ones:
        for _ in range(12):
            client = socket.create_connection(("127.0.0.1", served.port), timeout=60)
            open_ones.enter_context(client)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            for _ in range(4):
                client.send(asked)
        assert max(_probe(served) for _ in range(10)) < SOON
        _until_answered(served)


def _until_idle(server, pool):
    """Wait until nobody stands before the gate: what an earlier test asked may still wait there."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        asked = [pool.submit(_do, server, "sleep", 0.1) for _ in range(5)]
        answered = [one.result()[0] for one in asked]
        if answered == [200] * 5:
            return
    raise AssertionError("the gate is never empty")


def test_overload_is_refused_at_once_and_probes_are_answered(served, pool):
    _until_idle(served, pool)
    began = time.monotonic()

    def ask():
        status, body = _do(served, "sleep", 0.3)
        return status, body, time.monotonic() - began

    asked = [pool.submit(ask) for _ in range(20)]
    probes = [_probe(served) for _ in range(10)]
    found = [one.result() for one in asked]
    assert [status for status, _, _ in found].count(200) == 5  # one runs, four wait
    refused = [(body, took) for status, body, took in found if status == 503]
    assert len(refused) == 15
    assert all("too many requests at once" in body["error"] for body, _ in refused)
    assert min(took for _, took in refused) < 0.3  # they did not wait for any
    assert max(probes) < SOON
    assert _do(served, "sleep")[0] == 200


def test_a_client_that_hung_up_costs_no_predict(tmp_path, pool):
    with _serving(tmp_path, NOTES=str(tmp_path / "notes")) as server:
        busy = pool.submit(_do, server, "sleep", 1.0)
        time.sleep(0.2)
        note = json.dumps({"do": "note"}).encode()
        with socket.create_connection(("127.0.0.1", server.port)) as client:
            client.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(note) + note)
            time.sleep(0.2)
        assert busy.result()[0] == 200
        assert _do(server, "sleep")[0] == 200
    assert not (tmp_path / "notes").exists()


def _half_closed(server, what, seconds=0.0):
    """Send a request, say that no more is sent, and return the answer."""
    body = json.dumps({"do": what, "seconds": seconds}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as client:
        client.sendall(HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body)
        client.shutdown(socket.SHUT_WR)
        return _parsed(b"".join(iter(lambda: client.recv(65536), b"")))


def test_a_client_that_only_ends_its_sending_is_answered_where_nobody_is_before_it(served):
    for _ in range(20):
        status, body, _ = _half_closed(served, "sleep", 0.01)
        assert (status, list(body)) == (200, ["worker", "model_version"])


def test_a_client_that_ended_its_sending_while_it_waits_counts_as_gone(served, pool):
    busy = pool.submit(_do, served, "sleep", 2.0)
    time.sleep(0.3)
    status, body, _ = _half_closed(served, "sleep")
    assert (status, body) == (503, {"error": "the client hung up"})
    assert busy.result()[0] == 200


@pytest.mark.parametrize("what", ["leave", "eat"])
def test_a_predict_that_wants_to_leave_is_a_failure_of_its_request(served, what):
    before = _do(served, "sleep")[1]["worker"]
    status, body = _do(served, what)
    assert (status, set(body)) == (500, {"error", "request_id"})
    assert _do(served, "sleep")[1]["worker"] == before
    log = "\n".join(served.lines())
    assert body["request_id"] in log
    assert '"exception": {"type": ' in log


def test_two_workers_predict_at_once(tmp_path, pool):
    with _serving(tmp_path, WEB_CONCURRENCY="2") as server:
        apart = 0
        for _ in range(12):
            both = [pool.submit(_do, server, "sleep", 0.1) for _ in range(2)]
            apart += len({one.result()[1]["worker"] for one in both}) == 2
        assert apart >= 7, apart  # of twelve; by chance six


def test_a_stuck_predict_is_answered_and_its_worker_replaced(tmp_path):
    with _serving(tmp_path, WEB_CONCURRENCY="1", PREDICT_TIMEOUT="1") as server:
        before = _do(server, "sleep")[1]["worker"]
        status, body = _do(server, "hang")
        assert (status, "PREDICT_TIMEOUT" in body["error"]) == (503, True)
        assert _until_answered(server) != before
        assert sum("is replaced" in line for line in server.lines()) == 1
        assert server.stop() == 0


def test_a_stuck_predict_costs_the_other_workers_nothing(tmp_path, pool):
    with _serving(tmp_path, WEB_CONCURRENCY="2", PREDICT_TIMEOUT="2") as server:
        stuck = pool.submit(_do, server, "hang")
        time.sleep(0.2)
        answered = [_do(server, "sleep", 0.01)[0] for _ in range(20)]
        assert answered.count(200) >= 10  # those that met the other worker
        assert _probe(server) < SOON
        assert stuck.result()[0] == 503


def test_workers_that_die_again_and_again_end_the_service(tmp_path):
    with _serving(tmp_path) as server:
        for _ in range(6):
            with pytest.raises((ConnectionError, http.client.HTTPException)):
                _do(server, "kill")
            time.sleep(0.1)
        assert server.wait() == 1
        assert sum("giving up: 6 workers ended" in line for line in server.lines()) == 1


def test_a_start_that_dies_again_and_again_ends_the_service(tmp_path):
    (tmp_path / "fail").touch()
    with Server(tmp_path / "log", app=APP, FAIL=str(tmp_path / "fail")) as server:
        assert server.wait() == 1
        assert sum("giving up" in line for line in server.lines()) == 1


def test_sigterm_lets_requests_end_and_accepts_new_ones_for_a_while(tmp_path, pool):
    with _serving(tmp_path, DRAIN_DELAY="1") as server:
        kept = server.connect()
        kept.request("GET", "/readyz")
        assert kept.getresponse().read()
        running = pool.submit(_do, server, "sleep", 2.0)
        time.sleep(0.2)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        status, body = server.get("/readyz")
        assert (status, body["error"]) == (503, "the service is stopping")
        late = pool.submit(_do, server, "sleep", 0.1)
        kept.request("GET", "/healthz")
        response = kept.getresponse()
        assert (response.status, response.headers["Connection"]) == (200, "close")
        assert running.result()[0] == 200
        assert late.result()[0] == 200
        assert server.wait() == 0
        kept.close()


def test_sigterm_does_not_wait_for_clients_that_send_nothing(tmp_path):
    with _serving(tmp_path) as server, ExitStack() as open_ones:
        for sent in (b"", b"GET /", LENGTH + b"\r\n" + BODY[:5]):
            client = socket.create_connection(("127.0.0.1", server.port))
            client.sendall(sent)
            open_ones.enter_context(client)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 15  # GRACEFUL_TIMEOUT is 25


def test_a_reload_under_way_fails_no_request_and_a_bad_one_keeps_the_workers(tmp_path, pool):
    with _serving(tmp_path, FAIL=str(tmp_path / "fail")) as server:
        before = _do(server, "sleep")[1]["worker"]
        asked = [pool.submit(_do, server, "sleep", 0.1) for _ in range(20)]
        os.kill(server.process.pid, signal.SIGHUP)
        assert [one.result()[0] for one in asked] == [200] * 20
        deadline = time.monotonic() + 60
        while (after := _do(server, "sleep")[1]["worker"]) == before:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        (tmp_path / "fail").touch()
        os.kill(server.process.pid, signal.SIGHUP)
        while not any("not reloaded" in line for line in server.lines()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert _do(server, "sleep")[1]["worker"] == after
        assert server.stop() == 0
