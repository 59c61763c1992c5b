"""The toy's service that tells which functions of `service/` ran between two requests for it."""

import json
import sys
import threading
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import service
from service.start import app as service_app

ROOT = Path(service.__file__).parent
entered: set[CodeType] = set()
watching = False


def _note(frame: FrameType, event: str, _: Any) -> None:
    if watching and event == "call":
        entered.add(frame.f_code)


def app() -> Any:
    """Return the app around the toy's model; GET /watch begins, GET /watched tells."""
    flask = service_app()
    inner = flask.wsgi_app

    def watched(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        global watching
        if not environ["PATH_INFO"].startswith("/watch"):
            answered: Iterable[bytes] = inner(environ, start)
            return answered
        watching = False
        told = json.dumps(_told()).encode()
        start("200 OK", [("Content-Type", "application/json")])
        watching = environ["PATH_INFO"] == "/watch"
        return [told]

    flask.wsgi_app = watched  # type: ignore[method-assign]
    threading.setprofile(_note)  # of the threads to come, which answer
    sys.setprofile(_note)
    return flask


def _told() -> list[list[Any]]:
    """Return file, name and first line of each function that ran."""
    found = [(Path(code.co_filename), code.co_qualname, code.co_firstlineno) for code in entered]
    return sorted(
        [file.relative_to(ROOT).as_posix(), name, line]
        for file, name, line in found
        if file.is_relative_to(ROOT)
    )
