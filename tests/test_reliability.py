"""The service under load, while it is killed, reloaded, stopped, and asked for too much.

What is asked is `template/tests/tried.py`: a service whose predict does what the request says.
"""

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from load import Load, probe_apart, slow_clients
from served import Server, workers

SLEEP = {"do": "sleep", "seconds": 0.01}
Serving = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    @contextmanager
    def serve(**environ: str) -> Iterator[Any]:
        app = "tests.tried:app()"
        with Server(tmp_path / "log", app=app, **environ) as server:
            yield server.until_ready()

    return serve


async def _later(seconds: float, act: Callable[[], Any]) -> None:
    await asyncio.sleep(seconds)
    act()


def test_a_killed_worker_costs_the_requests_inside_it(serving: Serving) -> None:
    with serving(WEB_CONCURRENCY="2") as server:
        load = Load(server.port, SLEEP)
        killed: list[float] = []

        def kill() -> None:
            os.kill(workers(server)[0], signal.SIGKILL)
            killed.append(time.monotonic())

        async def until_two() -> float:
            while not killed or len(workers(server)) < 3:
                await asyncio.sleep(0.01)
            return time.monotonic() - killed[0]

        async def run() -> float:
            _, _, back = await asyncio.gather(load.ask(16, 6), _later(2, kill), until_two())
            return back

        back = asyncio.run(run())
        assert set(load.statuses) == {200}
        assert len(load.failures) <= 16, load.failures  # one for each connection at most
        assert load.refused == 0
        assert load.statuses[200] > 100
        assert back < 3
        assert server.stop() == 0


def test_a_reload_under_load_fails_nothing(serving: Serving) -> None:
    with serving(WEB_CONCURRENCY="2") as server:
        load = Load(server.port, SLEEP)

        async def run() -> None:
            def hang_up() -> None:
                os.kill(server.process.pid, signal.SIGHUP)

            await asyncio.gather(load.ask(16, 6), _later(1, hang_up), _later(3, hang_up))

        asyncio.run(run())
        assert set(load.statuses) == {200}
        assert load.failures == []
        assert load.refused == 0
        assert len(workers(server)) == 6
        assert server.stop() == 0


def test_a_stop_under_load_answers_all_that_was_accepted(serving: Serving) -> None:
    with serving(WEB_CONCURRENCY="2", DRAIN_DELAY="1") as server:
        load = Load(server.port, SLEEP)

        async def run() -> None:
            def stop() -> None:
                server.process.send_signal(signal.SIGTERM)

            await asyncio.gather(load.ask(16, 4), _later(1, stop))

        asyncio.run(run())
        assert set(load.statuses) == {200}
        assert load.failures == []
        assert load.refused > 0  # in the end nobody listens
        assert server.wait() == 0


def test_four_times_the_limit_and_slow_clients_besides(serving: Serving) -> None:
    limit = 8
    with serving(WEB_CONCURRENCY="1", MAX_WAITING=str(limit - 1), READ_TIMEOUT="3") as server:
        port = server.port
        alone, crowded, after = (Load(port, SLEEP) for _ in range(3))

        async def run() -> list[float]:
            await alone.ask(limit // 2, 3)
            _, _, took = await asyncio.gather(
                crowded.ask(4 * limit, 6, pause=0.02),
                slow_clients(port, 200, 6),
                probe_apart(port, 6),
            )
            await after.ask(limit // 2, 3)
            return took

        took = asyncio.run(run())
        assert set(alone.statuses) == set(after.statuses) == {200}
        assert set(crowded.statuses) == {200, 503}
        assert crowded.failures == []
        assert crowded.retry_after == crowded.statuses[503]
        # Throughput holds, and comes back at once. Machines under load vary; a standstill shows.
        assert crowded.statuses[200] / 6 > 0.5 * alone.statuses[200] / 3
        assert after.statuses[200] > 0.5 * alone.statuses[200]
        print(
            f"answered {alone.statuses[200] / 3:.0f}/s alone, {crowded.statuses[200] / 6:.0f}/s "
            f"and {crowded.statuses[503] / 6:.0f}/s refused in the crowd, "
            f"{after.statuses[200] / 3:.0f}/s after it; a probe took "
            f"{statistics.median(took) * 1e3:.0f} ms, at most {max(took) * 1e3:.0f}"
        )
        assert statistics.median(took) < 0.5
        assert server.stop() == 0
