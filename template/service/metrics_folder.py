"""The folder in which workers share their metrics: ours alone, empty at the start."""

import logging
import os
import stat
import tempfile
from pathlib import Path

from service.settings import Settings

log = logging.getLogger("service")

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported


def choose_folder(settings: Settings) -> None:
    """Name the folder in the environment; a name that is there already stays."""
    if not settings.metrics:
        os.environ.pop(VARIABLE, None)
        return
    own = Path(tempfile.gettempdir(), f"service-metrics-{os.getpid()}")
    os.environ.setdefault(VARIABLE, settings.metrics_dir or str(own))


def prepare_folder() -> None:
    """Make the folder, empty; where that cannot be, do without metrics and say so."""
    if VARIABLE not in os.environ:
        return
    folder = Path(os.environ[VARIABLE])
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(None, "it belongs to somebody else")
        for file in folder.glob("*.db"):
            file.unlink()
        (folder / "writable.db").touch()
        (folder / "writable.db").unlink()
    except OSError as error:
        del os.environ[VARIABLE]
        log.warning("no metrics: %s (METRICS_DIR): %s", folder, error.strerror)
