"""Prove the extracted code in a fresh process of the kernel's Python.

Started before the notebook runs, so that importing pandas and friends costs no waiting. It reads
lines of JSON from standard input (what to import early and what may be seen; the job; a wish to know
what predict accepts besides; another to know which drop-ins hold) and writes others (the requirements;
the findings; the probes; the drop-ins). It uses the standard library, those modules of the service that
need no Flask, and the extracted `model`.
"""

import ast
import contextlib
import importlib
import json
import os
import sys
import traceback
from functools import partial
from pathlib import Path

from .among_others import among_others
from .coverage import Coverage
from .diagnose import diagnose
from .faster import faster
from .installed import Hidden, Installed, canonical, own_modules, third_party, watch_unpickling
from .memory import Measurement
from .opened import watch_files
from .probe import probe
from .reads import unproven
from .unlike_records import unlike_nulls
from .unread_features import unread


def prove(job, installed, hidden, before, emit):
    """Load the extraction, say what it requires, and compare its answers with the recorded ones."""
    sys.path[:0] = [job["project"], job["service"]]
    own_modules(job["own"], hidden)
    named = watch_unpickling()
    # What the code and the formats name is required whatever happens; artifacts may name more.
    required = {canonical(name) for name in job["requires"]}
    known = installed.of_modules(third_party(job["imports"])) | required
    hidden.show(installed, installed.closure(known))
    measurement = Measurement(job)
    extracted = importlib.import_module("model.predict")
    # What is imported in a `try` and is not here, the notebook did without as well.
    without = {m for m in third_party(job["tried"]) if not installed.of_modules([m])}
    roots = third_party({*job["imports"], *(module for module, _ in named)}) - without
    required |= installed.of_modules(roots)
    closure = installed.closure(required)
    emit(
        {
            "pins": {name: closure[name] for name in sorted(required) if name in closure},
            "closure": closure,
            "unknown": sorted(r for r in roots if not installed.of_modules([r])),
            "imports": sorted(roots),
            "globals": sorted(f"{module}.{name}" for module, name in named),
        }
    )
    from service.contract import read_contract
    from service.proof.asking import recorded_calls
    from service.proof.checks import check
    from service.proof.findings import PARITY, SKEW, STATE
    from service.proof.reload import reload_predict
    from service.records.inputs import answer_records

    model = Path(job["project"], "model")
    contract = read_contract(model / "contract.json")
    calls = recorded_calls(model)
    own = [call for call in calls if not call.get("drawn")]
    function = job["function"]
    predict = getattr(extracted, function)

    def ask_for(function, wanted, records):
        return answer_records(function, wanted, json.loads(json.dumps(records)))

    def load():
        return reload_predict(function, model)

    opened = watch_files(job["folder"], job["project"], job["service"])
    coverage = _coverage(extracted, model)

    def checked(predict):
        found, nulls = check(predict, contract, calls, load, model), []
        if not found.of((*PARITY, *STATE)):
            nulls = unlike_nulls(found, contract, job["unlike"], partial(ask_for, predict))
        return found, nulls

    with coverage.watching() if coverage else contextlib.nullcontext():
        found, nulls = checked(predict)
    if found.of(PARITY) and coverage:  # whatever the marks may have to do with it
        coverage, (found, nulls) = None, checked(load())
    holds = not found.of((*PARITY, *STATE))
    missed = coverage.missed() if coverage else []
    findings = {
        "counts": found.counts(),
        "findings": [[finding.check, finding.text] for finding in found.findings],
        "examples": found.examples,
        "unread": [],
        "unreached": [_told(place) for place in missed],
        "mixed": [],
        "nulls": nulls,
        "why": diagnose(load, contract, calls, job, ask_for) if found.of(PARITY) else {},
    }
    if holds:
        drawn = [call for call in calls if call.get("drawn")]
        if not found.of(SKEW):
            unlike = [*drawn, *(c for c in job["unlike"] if not set(c["schema"]) & set(nulls))]
            findings["mixed"] = among_others(contract, own, unlike, partial(ask_for, predict))
        answered = [*own, *(call for call in drawn if "answers" in call)]
        unread_ones = unread(predict, contract, answered, ask_for)
        if unread_ones and (coverage is None or not coverage.whole or job["own"]):
            unread_ones = []
        if unread_ones:
            text = (model / "predict.py").read_text(encoding="utf-8")
            kept = unproven(text, unread_ones, missed)
            findings["unread"] = [name for name in unread_ones if name not in kept]
    loaded = third_party(sys.modules) - before
    others = installed.of_modules(loaded) - closure.keys()
    findings["unrequired"] = sorted(m for m in loaded if installed.of_modules([m]) & others)
    findings["asked"] = sorted(hidden.asked)
    findings["opened"] = sorted(opened)
    findings["measured"] = measurement.result()
    emit(findings)
    wanted = sys.stdin.readline()
    if wanted:
        emit(probe(predict, contract, own, **json.loads(wanted)))
    wanted = sys.stdin.readline()
    if wanted:
        fresh = reload_predict(function, model)
        emit(
            faster(
                lambda records: ask_for(fresh, contract, records), calls=calls, **json.loads(wanted)
            )
        )


def _coverage(module, model):
    """The marks of the extracted code; None where it cannot be marked."""
    text = (model / "predict.py").read_text(encoding="utf-8")
    with contextlib.suppress(SyntaxError, RecursionError):
        return Coverage(module, text)
    return None


def _told(place):
    """A place that never ran: its line, and its first words; none where a condition was never false."""
    shown = ast.unparse(place.nodes[0]).splitlines()[0] if place.nodes else ""
    return {"line": place.line, "text": shown}


def main():
    """Serve one job."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the notebook's code prints must not mix with the answers

    def emit(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    before = third_party(sys.modules)  # what the interpreter itself loads, from .pth files
    first = json.loads(sys.stdin.readline() or "{}")
    if not first:
        return
    installed = Installed()
    visible = installed.of_modules(third_party(first["modules"])) | set(first["visible"])
    hidden = Hidden(installed, installed.closure(visible))
    sys.meta_path.insert(0, hidden)
    for module in first["modules"]:
        with contextlib.suppress(Exception):  # whatever is wrong will be seen in the proof itself
            importlib.import_module(module)
    line = sys.stdin.readline()
    if not line:
        return
    try:
        prove(json.loads(line), installed, hidden, before, emit)
    except BaseException as error:
        emit(
            {
                "error": f"{type(error).__name__}: {error}",
                "traceback": traceback.format_exc(),
                "asked": sorted(hidden.asked),
            }
        )
