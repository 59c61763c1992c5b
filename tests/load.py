"""A load for services: connections that ask again and again, and what became of each request."""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Load:
    """What was seen so far: how often each status, what failed, and how long it took."""

    port: int
    body: Any
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    refused: int = 0  # connections that nobody listened for
    seconds: list[float] = field(default_factory=list)
    retry_after: int = 0

    async def ask(self, connections: int, seconds: float, pause: float = 0.0) -> None:
        """Let so many connections ask for so long, each as soon as it is answered."""
        until = time.monotonic() + seconds
        await asyncio.gather(*(self._one(until, pause) for _ in range(connections)))

    async def _one(self, until: float, pause: float) -> None:
        content = json.dumps(self.body).encode()
        head = "POST /predict HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        request = f"{head}Content-Length: {len(content)}\r\n\r\n".encode() + content
        stream = None
        while time.monotonic() < until:
            began = time.monotonic()
            if stream is None:
                try:
                    stream = await asyncio.open_connection("127.0.0.1", self.port)
                except ConnectionError:
                    self.refused += 1
                    await asyncio.sleep(0.05)
                    continue
            try:
                closes = await self._exchange(*stream, request)
            except (OSError, asyncio.IncompleteReadError, ValueError) as error:
                self.failures.append(repr(error))
                closes = True
            self.seconds.append(time.monotonic() - began)
            if closes:
                stream[1].close()
                stream = None
            if pause:
                await asyncio.sleep(pause)
        if stream is not None:
            stream[1].close()

    async def _exchange(self, reader: Any, writer: Any, request: bytes) -> bool:
        writer.write(request)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        answer = json.loads(await reader.readexactly(length))
        status = int(head.split()[1])
        self.statuses[status] += 1
        self.retry_after += "retry-after: " in head
        assert (status == 200) == ("error" not in answer), answer
        return "connection: close" in head


async def probe(port: int, seconds: float) -> list[float]:
    """Ask whether the service is alive, ten times a second, each time anew; return how long."""
    took = []
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        took.append(time.monotonic() - began)
        writer.close()
        assert answer.split()[1] == b"200", answer
        await asyncio.sleep(0.1)
    return took


async def probe_apart(port: int, seconds: float) -> list[float]:
    """The same from a process of its own, which does not wait for the load that this one makes."""
    command = [sys.executable, __file__, str(port), str(seconds)]
    asking = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await asking.communicate()
    assert asking.returncode == 0
    took: list[float] = json.loads(said)
    return took


async def slow_clients(port: int, count: int, seconds: float) -> None:
    """Hold connections that send half a head, half a body, or nothing; anew when they are cut."""
    half = b"POST /predict HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"
    until = time.monotonic() + seconds

    async def hold(sent: bytes) -> None:
        while time.monotonic() < until:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(sent)
            try:
                async with asyncio.timeout(max(0.0, until - time.monotonic())):
                    await reader.read()
            except (TimeoutError, OSError):
                pass
            writer.close()

    await asyncio.gather(*(hold((b"", half[:20], half)[at % 3]) for at in range(count)))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(probe(int(sys.argv[1]), float(sys.argv[2])))))
