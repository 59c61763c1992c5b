"""Answer the generator's requests, inside the kernel."""

import json
import platform
import sys
import traceback
from pathlib import Path

from _nb2service.recorder import RECORDER
from _nb2service.values import describe


def namespace():
    """The notebook's global names."""
    return sys.modules["__main__"].__dict__


def hello():
    """Say which Python this is."""
    return {
        "executable": sys.executable,
        "python": platform.python_version(),
        "folder": str(Path.cwd()),
    }


def watch(function, max_calls, max_rows):
    """Record the calls of `function`, which the next cell defines."""
    RECORDER.watch(function, max_calls, max_rows)


def rest():
    """Let go of the definition: a later cell may define another function of that name."""
    RECORDER.rest()


def count():
    """How many calls were seen so far."""
    return RECORDER.seen


def calls():
    """What the recorder saw; see `recorder.Recorder.report`."""
    return RECORDER.report()


def values(names, restated, folder):
    """Describe the values of `names`, and save those that become artifacts into `folder`."""
    return {name: describe(name, namespace(), restated.get(name), Path(folder)) for name in names}


def version_text(name):
    """The value of `name` as text, if it is a string or a number; else None."""
    value = namespace().get(name)
    return str(value) if isinstance(value, str | int | float) else None


REQUESTS = {f.__name__: f for f in (hello, watch, rest, count, calls, values, version_text)}


def answer(request, path):
    """Answer one request, a JSON text, into the file `path`."""
    asked = json.loads(request)
    try:
        reply = {"ok": REQUESTS[asked.pop("request")](**asked)}
    except Exception as error:
        reply = {
            "error": f"{type(error).__name__}: {error}",
            "traceback": traceback.format_exc(),
        }
    Path(path).write_text(json.dumps(reply), encoding="utf-8")
