"""Answer the generator's requests, inside the kernel."""

import datetime
import json
import platform
import sys
import traceback
from pathlib import Path

from .proving import class_columns as _class_columns
from .proving.asked_again import asked_again
from .proving.drawn_answers import answer_drawn
from .proving.table_rows import table_rows
from .recording.recorder import RECORDER
from .saving.defaults import defaults_of
from .saving.describe import columns_of, describe
from .saving.loaded_modules import loaded_modules
from .tracking.tracker import TRACKER
from .validation.bound_value import bound_value
from .validation.validate import adopt, trial


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


def moment():
    """The time here, as the notebook's code sees it, and in UTC; both without an offset."""
    now = datetime.datetime.now(datetime.UTC)
    local = now.astimezone().replace(tzinfo=None)
    utc = now.replace(tzinfo=None)
    return {"local": local.isoformat(timespec="seconds"), "utc": utc.isoformat(timespec="seconds")}


def watch(function, max_calls, max_rows):
    """Record the calls of `function`, which the next cell defines."""
    RECORDER.watch(function, max_calls, max_rows)


def rest():
    """Let go of the definition: a later cell may define another function of that name."""
    RECORDER.rest()


def calls():
    """What the recorder saw; see `recorder.Recorder.report`."""
    return RECORDER.report()


def with_state(bound):
    """The places of the recorded calls that were given the trained state as it is now."""
    return RECORDER.with_state(bound, namespace())


def values(names, restated, folder, aliases=(), by_value=(), unseen=()):
    """Describe the values of `names`, and save those that become artifacts into `folder`.

    Args:
        names: global names.
        restated: for each, what may be stated again; see `values.describe`.
        folder: where artifacts are saved.
        aliases: the other name or attribute that some of them are bound to.
        by_value: those whose statement must not run again, even if they are functions.
        unseen: those that no cell binds.
    """
    aliases, described = dict(aliases), {}
    for name in names:
        described[name] = describe(
            name,
            namespace(),
            restated.get(name),
            Path(folder),
            alias=aliases.get(name),
            by_value=name in by_value,
            unseen=name in unseen,
        )
    return described


def defaults(function, names, folder):
    """Describe the defaults of a function; see `defaults.defaults_of`."""
    return defaults_of(function, names, namespace(), Path(folder))


def version_text(name):
    """The value of `name` as text, if it is a string or a number; else None."""
    value = namespace().get(name)
    return str(value) if isinstance(value, str | int | float) else None


def track(specs):
    """Watch statements of the next cell; see `track.Tracker.cell`."""
    TRACKER.cell(specs)


def events():
    """What was watched so far; see `track.Tracker.report`."""
    return TRACKER.report()


def columns(names, folder):
    """Save the tables `names` into `folder` without their rows: only their columns are needed."""
    return {name: columns_of(name, namespace(), Path(folder)) for name in names}


def drawn(folder, **asked):
    """Let the notebook's predict answer drawn records; see `drawn_answers.answer_drawn`."""
    return answer_drawn(**asked, namespace=namespace(), folder=folder)


def again(folder, **asked):
    """Ask the recorded calls once more; see `asked_again.asked_again`."""
    with RECORDER.away():
        return asked_again(**asked, namespace=namespace(), folder=folder)


def class_columns(folder, **asked):
    """Which class each column of the answers is; see `proving/class_columns.py`."""
    with RECORDER.away():
        return _class_columns.class_columns(**asked, namespace=namespace(), folder=folder)


REQUESTS = {
    f.__name__: f
    for f in (
        *(
            columns,
            defaults,
            drawn,
            moment,
            hello,
            watch,
            rest,
            calls,
            with_state,
            values,
            version_text,
        ),
        *(
            class_columns,
            loaded_modules,
            again,
            table_rows,
            track,
            events,
            bound_value,
            trial,
            adopt,
        ),
    )
}


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
