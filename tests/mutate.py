"""Break a service in each of its ways and see who notices: `python mutate.py SERVICE EXAMPLE`.

Prints a line of JSON for each mutant. It runs in a Python that has the service's libraries. These are
imported once; each mutant is then a fork of that process, in a copy of the service. Whoever broke it
was careless: the checksums are made to fit, as after "just a small change".
"""

import contextlib
import hashlib
import importlib
import json
import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from mutants import MUTANTS, Mutant

DRAWN = 300  # records on which an equivalent mutant must answer as the service does
CAUGHT, ALIVE = 10, 0
PROCESSES = ("gunicorn", "metrics", "serve", "worker")  # tests of how it starts and ends


def main(service: Path, folder: str) -> None:
    """Try all mutants of one example."""
    with tempfile.TemporaryDirectory() as place:
        warm(service, Path(place))
        for number, mutant in enumerate(MUTANTS[folder]):
            copy = Path(place) / str(number)
            shutil.copytree(service, copy, ignore=shutil.ignore_patterns("__pycache__"))
            found = examine(mutant, copy, service)
            print(json.dumps({"kind": mutant.kind, "name": mutant.name, **found}), flush=True)


def examine(mutant: Mutant, copy: Path, service: Path) -> dict[str, Any]:
    """Break the copy and say what noticed: its start, its tests, or nothing."""
    log = copy.with_suffix(".log")
    if (status := forked(lambda: spoil(mutant, copy), copy, log)) != ALIVE:
        raise SystemExit(f"{mutant.name}: cannot be made\n{log.read_text()}")
    make_checksums_fit(copy / "model")
    if forked(start, copy, log) != ALIVE:
        return {"noticed": "start", "why": last_line(log)}
    status = forked(run_tests, copy, log)
    if status != ALIVE:
        failed = [
            line for line in log.read_text().splitlines() if line.startswith(("FAILED", "ERROR"))
        ]
        return {"noticed": "tests", "why": failed[0] if failed else last_line(log)}
    return {"noticed": "", "why": compared(service, copy)}


def warm(service: Path, place: Path) -> None:
    """Import what the running service has imported; loading its model here would forbid forking."""
    listed = place / "modules.json"

    def note() -> None:
        start()
        listed.write_text(json.dumps(sorted(sys.modules)))

    log = place / "log"
    if forked(note, service, log) != ALIVE:
        raise SystemExit(f"the service itself does not start\n{log.read_text()}")
    for name in json.loads(listed.read_text()):
        if name.partition(".")[0] not in ("model", "service", "__main__", "__mp_main__"):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
    importlib.import_module("pytest")


def forked(work: Callable[[], object], folder: Path, log: Path) -> int:
    """Do the work in a fork of this process that stands in the folder; return how it ended."""
    child = os.fork()
    if child == 0:
        status = CAUGHT
        try:
            with log.open("w") as output:
                os.dup2(output.fileno(), 1)
                os.dup2(output.fileno(), 2)
            os.chdir(folder)
            sys.path.insert(0, str(folder))
            work()
            status = ALIVE
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", flush=True)
        finally:
            sys.stdout.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def spoil(mutant: Mutant, copy: Path) -> None:
    if callable(mutant.edit):
        mutant.edit(copy / "model")
        return
    loading = importlib.import_module("model.loading")
    contract = json.loads((copy / "model" / "contract.json").read_text(encoding="utf-8"))
    entry = contract["artifacts"][mutant.artifact]
    names = {"value": loading.load(mutant.artifact)}
    exec(mutant.edit, names)
    form = importlib.import_module(f"model.formats.{entry['format']}")
    form.save(names["value"], copy / "model" / "artifacts" / mutant.artifact)


def make_checksums_fit(model: Path) -> None:
    contract = json.loads((model / "contract.json").read_text(encoding="utf-8"))
    for name, entry in contract["artifacts"].items():
        data = (model / "artifacts" / name).read_bytes()
        entry.update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    text = json.dumps(contract, ensure_ascii=False, indent=2) + "\n"
    (model / "contract.json").write_text(text, encoding="utf-8")
    sums = model / "SHA256SUMS"
    names = [line.split("  ", 1)[1] for line in sums.read_text().splitlines()]
    lines = [f"{hashlib.sha256((model / n).read_bytes()).hexdigest()}  {n}\n" for n in names]
    sums.write_text("".join(lines))


def start() -> Any:
    """Start the service in this process."""
    app = importlib.import_module("service").create_app()
    return app.test_client()


def run_tests() -> None:
    """Run the service's own tests; how gunicorn starts and ends is not what a mutant changes."""
    processes = [f"--ignore=tests/test_{name}.py" for name in PROCESSES]
    options = ["-q", "-x", "-p", "no:cacheprovider", *processes]
    status = importlib.import_module("pytest").main(options)
    if status:
        raise SystemExit(f"pytest: {status}")


def compared(service: Path, copy: Path) -> str:
    """Where the mutant answers drawn records otherwise than the service, in words; else nothing."""
    records = list(drawn(json.loads((service / "model" / "calls.json").read_text())))
    try:
        both = [answers(folder, records, copy.with_suffix(".log")) for folder in (service, copy)]
    except ChildProcessError as error:
        return str(error)
    for record, one, other in zip(records, *both, strict=True):
        if one != other:
            return f"{record}: {one}, the mutant {other}"
    return ""


def answers(folder: Path, records: list[dict[str, Any]], log: Path) -> list[Any]:
    """Status and body of the service's answer to each record."""
    kept = log.with_suffix(".answers")

    def ask() -> None:
        client = start()
        given = [client.post("/predict", json=record) for record in records]
        kept.write_text(json.dumps([[answer.status_code, answer.json] for answer in given]))

    if forked(ask, folder, log) != ALIVE:
        raise ChildProcessError(last_line(log))
    found: list[Any] = json.loads(kept.read_text())
    return found


def drawn(calls: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Records whose values come from different recorded ones; numbers are moved a little."""
    known = [record for call in calls for record in call["records"]]
    draw = random.Random(1)
    for _ in range(DRAWN):
        record = dict(draw.choice(known))
        for name in record:
            value = draw.choice(known).get(name, record[name])
            if isinstance(value, float) and draw.random() < 0.7:
                value *= draw.uniform(0.5, 1.5)
            record[name] = value
        yield record


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
