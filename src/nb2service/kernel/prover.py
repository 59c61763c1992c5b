"""Prove the extracted code in a fresh process of the kernel's Python.

Started before the notebook runs, so that importing pandas and friends costs no waiting. It reads two
lines of JSON from standard input (what to import early and what may be seen; the job) and writes two
(the requirements; the findings). It uses the standard library, those modules of the service that need
no Flask, and the extracted `model`.
"""

import contextlib
import importlib
import inspect
import json
import os
import re
import sys
import traceback
from importlib import metadata
from pathlib import Path

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_OWN = {"model", "service", "__main__", "sitecustomize", "usercustomize"}
# Rows that are also asked for alone; more would not tell more.
_MOST_ROWS = 100


class _Hidden:
    """Hides what is installed here but will not be in the service; notes who was asked for."""

    def __init__(self, installed, visible):
        self.hidden = set(installed.by_module)
        self.asked = set()
        self.show(installed, visible)

    def show(self, installed, visible):
        """Hide no longer what these distributions provide."""
        self.hidden -= {m for m, names in installed.by_module.items() if names & visible.keys()}

    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in self.hidden and top not in sys.stdlib_module_names:
            self.asked.add(top)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def canonical(name):
    """A distribution's name as the packaging specifications normalise it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _modules_of(distribution):
    """The top-level modules that a distribution provides.

    `metadata.packages_distributions` of Python 3.10 sees only those that say so in top_level.txt.
    """
    declared = (distribution.read_text("top_level.txt") or "").split()
    if declared:
        return set(declared)
    found = set()
    for file in distribution.files or []:
        name = file.parts[0] if len(file.parts) > 1 else inspect.getmodulename(file.name)
        if name and name.isidentifier() and file.suffix in (".py", ".so", ".pyd"):
            found.add(name)
    return found


class Installed:
    """What is installed in this Python, by distribution and by importable module."""

    def __init__(self):
        self.by_module = {}
        for distribution in metadata.distributions():
            name = distribution.metadata["Name"]
            for module in _modules_of(distribution) if name else ():
                self.by_module.setdefault(module, set()).add(canonical(name))

    def of_modules(self, modules):
        """The distributions that provide these top-level modules, canonical names."""
        found = set()
        for module in modules:
            found.update(self.by_module.get(module, ()))
        return found

    def closure(self, names):
        """These distributions and all installed ones that they depend on: canonical name -> version."""
        found, pending = {}, list(names)
        while pending:
            name = pending.pop()
            if name in found:
                continue
            try:
                distribution = metadata.distribution(name)
            except metadata.PackageNotFoundError:
                continue
            found[name] = distribution.version
            pending += [
                canonical(_NAME.match(requirement).group(1))
                for requirement in distribution.requires or []
                if "extra ==" not in requirement
            ]
        return found


def third_party(modules):
    """Top-level names that are neither the standard library's nor the service's own."""
    tops = {module.partition(".")[0] for module in modules}
    return {t for t in tops if t not in sys.stdlib_module_names and t not in _OWN}


def own_modules(names, hidden):
    """Make way for the modules that came along, which may be installed here in editable form, too."""
    _OWN.update(names)
    hidden.hidden -= set(names)
    for name in [n for n in sys.modules if n.partition(".")[0] in names]:
        del sys.modules[name]


def watch_unpickling():
    """Note the modules that artifacts name, in whatever format: every pickle says what it looks up."""
    named = set()

    def note(event, arguments):
        if event == "pickle.find_class":
            named.add(arguments[0])

    sys.addaudithook(note)
    return named


def prove(job, installed, hidden, before, emit):
    """Load the extraction, say what it requires, and compare its answers with the recorded ones."""
    sys.path[:0] = [job["project"], job["service"]]
    own_modules(job["own"], hidden)
    named = watch_unpickling()
    # What the code and the formats name is required whatever happens; artifacts may name more.
    required = {canonical(name) for name in job["requires"]}
    known = installed.of_modules(third_party(job["imports"])) | required
    hidden.show(installed, installed.closure(known))
    extracted = importlib.import_module("model.predict")
    roots = third_party({*job["imports"], *named})
    required |= installed.of_modules(roots)
    closure = installed.closure(required)
    emit(
        {
            "pins": {name: closure[name] for name in sorted(required) if name in closure},
            "closure": closure,
            "unknown": sorted(r for r in roots if not installed.of_modules([r])),
            "imports": sorted(roots),
        }
    )
    from service.contract import read_contract
    from service.inputs import answer_records

    model = Path(job["project"], "model")
    contract = read_contract(model / "contract.json")
    calls = json.loads((model / "calls.json").read_text(encoding="utf-8"))
    predict = getattr(extracted, job["function"])
    findings = {"examples": [], **check(predict, contract, calls)}
    if findings["skews"]:
        # What a client gets who sends an example, which is one record.
        records = [example["record"] for example in contract.examples]
        asked = [answer_records(predict, contract, [record])[0] for record in records]
        findings["examples"] = asked
    loaded = third_party(sys.modules) - before
    others = installed.of_modules(loaded) - closure.keys()
    findings["unrequired"] = sorted(m for m in loaded if installed.of_modules([m]) & others)
    findings["asked"] = sorted(hidden.asked)
    emit(findings)


def check(predict, contract, calls):
    """Repeat the recorded calls; ask for each row alone, and for each call a second time.

    Every value goes through JSON text on its way in and out, as it will over HTTP.
    """
    from service.compare import same_answer
    from service.inputs import answer_records

    def ask(records):
        sent = json.loads(json.dumps(records))
        return json.loads(json.dumps(answer_records(predict, contract, sent), allow_nan=False))

    failures, skews, unstable, alike, rows = [], [], [], 0, 0
    for number, call in enumerate(calls, 1):
        records, expected = call["records"], call["answers"]
        try:
            got = ask(records)
        except Exception as error:
            failures.append(f"call {number} fails: {_where(error)}")
            continue
        differing = [
            i for i, (a, b) in enumerate(zip(expected, got, strict=True)) if not same_answer(b, a)
        ]
        if differing:
            i = differing[0]
            failures.append(
                f"call {number}{_row(call, i)}: the notebook answered {_short(expected[i])}, "
                f"the service {_short(got[i])}"
            )
            continue
        alike += 1
        if not all(map(same_answer, got, ask([dict(reversed(r.items())) for r in records]))):
            unstable.append(f"call {number} is answered otherwise when it is repeated")
        if call["many"]:
            for i, record in enumerate(records[:_MOST_ROWS]):
                rows += 1
                skew = _alone(ask, same_answer, record, got[i])
                if skew:
                    skews.append(f"call {number}{_row(call, i)}: {skew}")
    return {
        "calls": len(calls),
        "alike": alike,
        "rows": rows,
        "failures": failures,
        "skews": skews,
        "unstable": unstable,
    }


def _alone(ask, same_answer, record, in_table):
    """Say how a row's answer differs when it is asked for alone; nothing if it does not."""
    try:
        alone = ask([record])[0]
    except Exception as error:
        return f"alone it fails ({_where(error)}), in the table {_short(in_table)}"
    return (
        ""
        if same_answer(alone, in_table)
        else f"alone {_short(alone)}, in the table {_short(in_table)}"
    )


def _row(call, i):
    return f", row {i + 1}" if call["many"] else ""


def _short(value):
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def _where(error):
    return f"{type(error).__name__}: {error}".replace("\n", " ")[:200]


def main():
    """Serve one job."""
    sys.dont_write_bytecode = True
    # This file's folder holds no libraries, but a module `requests`.
    here = Path(__file__).resolve().parent
    sys.path[:] = [folder for folder in sys.path if Path(folder).resolve() != here]
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
    hidden = _Hidden(installed, installed.closure(visible))
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


if __name__ == "__main__":
    main()
