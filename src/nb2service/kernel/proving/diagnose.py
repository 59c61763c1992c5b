"""Why a call is answered otherwise than in the notebook: each cause is tried, none is guessed."""

import contextlib
import os
import time
from pathlib import Path


def diagnose(load, contract, calls, job, ask):
    """Try the causes on the first call that is answered otherwise.

    Args:
        load: returns predict from code that is loaded anew.
        contract: its contract.
        calls: the recorded calls and the drawn ones.
        job: has `environment`, the variables that cells set, and `folder`, the notebook's.
        ask: called with a function, a contract and records; returns the answers.

    Returns:
        A dict with `cause`: `chance`, `environment` (with `names`), `folder`, `json` (with `text`), or
        "" if it is none of these; and `tried`, the causes that were.
    """
    from service.proof.findings import differing, outcome, recorded

    def asked(call):
        predict = load()
        return outcome(lambda records: ask(predict, contract, records), call["records"])

    call = next((c for c in calls if differing(recorded(c), asked(c)) is not None), None)
    if call is None:
        return {"cause": "", "tried": []}

    def alike():
        return differing(recorded(call), asked(call)) is None

    if differing(asked(call), asked(call)) is not None:
        return {"cause": "chance", "tried": ["chance"]}
    tried = ["chance"]
    if job["environment"]:
        tried.append("environment")
        with _environment(job["environment"]):
            holds = alike()
        if holds:
            names = [n for n in job["environment"] if _holds_with(n, job["environment"][n], alike)]
            return {"cause": "environment", "names": names or [*job["environment"]], "tried": tried}
    tried.append("folder")
    with _folder(job["folder"]):
        if alike():
            return {"cause": "folder", "tried": tried}
    return {"cause": "", "tried": tried}


def _holds_with(name, value, alike):
    with _environment({name: value}):
        return alike()


@contextlib.contextmanager
def _environment(variables):
    """Set variables, and remove those whose value is None, for a `with`."""
    before = {name: os.environ.get(name) for name in variables}
    _set(variables)
    try:
        yield
    finally:
        _set(before)


def _set(variables):
    for name, value in variables.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if hasattr(time, "tzset"):
        time.tzset()


@contextlib.contextmanager
def _folder(folder):
    before = Path.cwd()
    with contextlib.suppress(OSError):
        os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
