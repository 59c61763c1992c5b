"""What gunicorn's master does otherwise here: it reloads carefully, and gives up in the end."""

import time
from collections import deque
from typing import Any

from gunicorn.arbiter import Arbiter
from gunicorn.errors import HaltServer

from service import start
from service.serving import worker as workers

# So many workers that end unexpectedly within so many seconds, for each that there should be, are
# a loop that a restart does not end.
_DEATHS, _WITHIN = 5, 60.0
_CRASH_LOOP = 1
_BOOT_PATIENCE = 600.0


class Supervisor(Arbiter):
    """The master. `take_over` makes one of the Arbiter that the command `gunicorn` made."""

    deaths: deque[float]

    @staticmethod
    def take_over(server: Any) -> None:
        """Be the class of the running master; a hook of gunicorn's calls this when it starts."""
        server.__class__ = Supervisor
        server.deaths = deque()

    def count_exit(self, worker: Any) -> None:
        """Note how a worker ended. Raises HaltServer when too many end unexpectedly."""
        expected, _ = worker.marks[1], worker.marks.close()
        if expected or workers.stopping[0]:
            return
        now = time.monotonic()
        self.deaths.append(now)
        while now - self.deaths[0] > _WITHIN:
            self.deaths.popleft()
        if len(self.deaths) > _DEATHS * max(1, self.cfg.workers):
            told = f"{len(self.deaths)} workers ended unexpectedly within {_WITHIN:.0f} seconds"
            self.log.critical("giving up: %s; the lines above say how", told)
            raise HaltServer("a crash loop", _CRASH_LOOP)

    def stop(self, graceful: bool = True) -> None:
        """Stop all workers, which know by the mark that nobody takes over from them."""
        workers.stopping[0] = 1
        super().stop(graceful)

    def reload(self) -> None:
        """Start new workers, and stop the old ones only when the new ones are ready."""
        start.may_tell_again()
        old = dict(self.WORKERS)
        try:
            self.app.reload()
        except SystemExit as error:
            self.log.critical("not reloaded, the old workers go on: %s", error)
            return
        self.setup(self.app)
        for _ in range(self.num_workers):
            self.spawn_worker()
        if self._all_ready(old):
            leaving = old
        else:
            self.log.critical("not reloaded, the old workers go on")
            leaving = {pid: one for pid, one in self.WORKERS.items() if pid not in old}
        for pid in leaving:
            if pid in self.WORKERS:
                self.kill_worker(pid, 15)
        self._until_gone(leaving)

    def _all_ready(self, old: dict[int, Any]) -> bool:
        """Wait for the new workers; say whether all of them are there and ready."""
        until = time.monotonic() + _BOOT_PATIENCE
        while time.monotonic() < until:
            try:
                self.reap_workers()
            except HaltServer:
                return False
            new = [one for pid, one in self.WORKERS.items() if pid not in old]
            if len(new) < self.num_workers:
                return False
            if all(one.marks[0] for one in new):
                return True
            time.sleep(0.05)
        return False

    def _until_gone(self, leaving: dict[int, Any]) -> None:
        until = time.monotonic() + self.cfg.graceful_timeout
        while any(pid in self.WORKERS for pid in leaving) and time.monotonic() < until:
            self.reap_workers()
            time.sleep(0.05)
