"""Serve: look at the settings and the address, then become gunicorn; `python -m service.serve`.

gunicorn reads WEB_CONCURRENCY before any configuration, with a traceback where it is no number, and
tries a taken port for five seconds. Here both are one line at once.
"""

import errno
import os
import socket
import sys
from pathlib import Path

from service.settings import Settings, SettingsError

_ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Become gunicorn, or end with a line that says why not."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        sys.exit(f"cannot start: {error}")
    if why := why_not(settings.address, settings.port):
        sys.exit(f"cannot start: {why}")
    os.environ.pop("WEB_CONCURRENCY", None)  # the settings have it; of gunicorn's own there is none
    if settings.web_concurrency:
        os.environ["WEB_CONCURRENCY"] = str(settings.web_concurrency)
    command = [sys.executable, "-m", "gunicorn", *sys.argv[1:]]
    os.chdir(_ROOT)
    os.execv(sys.executable, command)  # noqa: S606


def why_not(address: str, port: int) -> str:
    """Return why nothing can listen at the address and port; "" if something can."""
    host = address.strip("[]")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except socket.gaierror:
        return f"ADDRESS={address}: no such address"
    except OSError as error:
        if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            return f"ADDRESS={address}: this machine has no such address"
        if error.errno == errno.EADDRINUSE:
            return f"PORT={port}: the port is in use; give another one"
        return f"ADDRESS={address}, PORT={port}: {error.strerror}"
    return ""


if __name__ == "__main__":
    main()
