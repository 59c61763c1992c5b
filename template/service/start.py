"""What gunicorn serves: the app, or one line in the log that says why there is none."""

import logging
import mmap

from flask import Flask

from service.app import create_app
from service.start_checks import StartError

log = logging.getLogger("service")

# gunicorn's exit code of a worker that cannot boot: the master then stops with the same code.
_BOOT_FAILED = 3
# One byte that gunicorn's master shares with its workers. All of them load the same model; when
# that fails, the first to know says so and stops the master. The others leave without a word:
# gunicorn stumbles over a second failure while it stops for the first.
_told = mmap.mmap(-1, 1)


def app() -> Flask:
    """Return the app, or end the process when it cannot start."""
    try:
        return create_app()
    except StartError as error:
        if _told[0]:
            raise SystemExit(0) from error
        _told[0] = 1
        log.critical("cannot start: %s", error)
        log.debug("the whole story:", exc_info=error)
        raise SystemExit(_BOOT_FAILED) from error


def may_tell_again() -> None:
    """Let the next failure be told, too: gunicorn's master starts workers anew."""
    _told[0] = 0
