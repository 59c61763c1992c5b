"""Ask the notebook's own predict its recorded calls once more, at the end, and with what was saved.

If the extracted code answers otherwise than the notebook did, this tells which cause it is not, or is:
something that changed since the call, or a value that is another one when it is saved and loaded.
"""

import importlib
import os
from pathlib import Path

from ..recording.recorder import RECORDER
from ..saving.pickles import under_model_predict
from .deadline import Late, deadline
from .drawn_answers import as_asked, ask, service_modules

_SECONDS = 2.0
_MOST_CALLS = 3
# Larger artifacts would take too long to load a second time.
_MOST_BYTES = 2_000_000
_AT_START = dict(os.environ)


def asked_again(document, asking, calls, artifacts, namespace, folder):
    """What differs in the kernel itself, and what its cells set in the environment.

    Args:
        document: the contract.
        asking: how predict is asked: `parameter`, `bound` and `record_class`; see `as_asked`.
        calls: the recorded calls.
        artifacts: what was saved: `name`, `file`, `format` and `state`.
        namespace: the notebook's global names.
        folder: that of the service's package.

    Returns:
        A dict with `changed`, what a call is answered now in words, "" if as before, None if it is not
        known; `saved`, the names of artifacts whose loaded copy answers otherwise, None if not known;
        and `environment`, the variables that cells set, with None for those that they removed.
    """
    found = {"changed": None, "saved": None, "environment": _environment()}
    if RECORDER.function is None:
        return found
    with service_modules(folder, "proof.findings") as (contracts, inputs, findings):
        contract = contracts.Contract.from_dict(document)

        def changed():
            predict = as_asked(asking, namespace)
            for number, call in enumerate(calls[:_MOST_CALLS], 1):
                now = findings.outcome(
                    lambda records: ask(inputs, predict, contract, records), call["records"]
                )
                before = findings.recorded(call)
                row = findings.differing(before, now)
                if row is not None:
                    return f"call {number}: {findings.said(before, row)}, now {findings.said(now, row)}"
            return ""

        try:
            with deadline(_SECONDS):
                found["changed"] = changed()
                if found["changed"] == "" and sum(map(_size, artifacts)) <= _MOST_BYTES:
                    found["saved"] = _changed_by_saving(artifacts, namespace, changed)
        except Late:
            pass
    return found


def _environment():
    now = dict(os.environ)
    names = {*now, *_AT_START}
    return {name: now.get(name) for name in sorted(names) if now.get(name) != _AT_START.get(name)}


def _size(artifact):
    return Path(artifact["file"]).stat().st_size


def _changed_by_saving(artifacts, namespace, changed):
    """The names whose values, saved and loaded, are answered otherwise with; [] if none are."""
    loaded = {}
    try:
        for artifact in artifacts:
            form = importlib.import_module(f"...formats.{artifact['format']}", __package__)
            with under_model_predict(namespace):
                data = Path(artifact["file"]).read_bytes()
                loaded[artifact["name"]] = form.load(data, artifact["state"])
    except Exception:  # it needs what only the service has
        return None
    if not _with(namespace, loaded, changed):
        return []
    return [n for n, value in loaded.items() if _with(namespace, {n: value}, changed)] or [*loaded]


def _with(namespace, values, changed):
    """What changes while names have these values."""
    before = {name: namespace[name] for name in values}
    namespace.update(values)
    try:
        return changed()
    finally:
        namespace.update(before)
