"""The way from a notebook to the folder `model/`, step by step."""

import asyncio
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.closure.items import Item
from nb2service.closure.modules import imported, tried
from nb2service.contract.accept import accept
from nb2service.errors import Nb2serviceError
from nb2service.extraction import Extraction
from nb2service.look import Look, look
from nb2service.notebook.read import Notebook, content
from nb2service.proving.causes import seen_causes, where_in
from nb2service.proving.failures import refuse_failures
from nb2service.proving.hash_seed import refuse_hash_seed
from nb2service.proving.local_files import refuse_local_files
from nb2service.proving.prove import Proof, Prover, Requirements
from nb2service.proving.require import minimal_proof
from nb2service.proving.unread import leave_out
from nb2service.proving.words import of_unreached, sentences, unreached
from nb2service.relevance import Known, relevant_cells, write_cells
from nb2service.rendering.page import Page, render, write_page
from nb2service.report import proof_block, report_of
from nb2service.running.kernels import Kernel, choose
from nb2service.slicing.compile.checks import helper_lines
from nb2service.take import Clock, Watch, take
from nb2service.unrun.reduce import reduced
from nb2service.writing.lines import write_lines
from nb2service.writing.lock import Lock, lock, model_requirements
from nb2service.writing.write import (
    contract_of,
    write_allowed,
    write_calls,
    write_checksums,
    write_contract,
    write_dropins,
    write_model,
    write_report,
)

# Locks what the model in a folder needs: its closure, for a version of Python.
Locker = Callable[[Path, Mapping[str, str], str], Lock]


@dataclass(frozen=True)
class Outcome:
    """A whole extraction, in a folder and in memory.

    Attributes:
        extraction: what was taken from the notebook.
        contract: the contract, as it stands in `model/contract.json`.
        requirements: what the model needs.
        proof: what the proof found.
        report: all of this as JSON-able data, as it stands in `model/report.json`.
        lock: the locked requirements of the service.
        kernel: the kernel that the notebook ran in.
        minor: the version of its Python, e.g. `3.11`.
        seconds: how long each step took; `notebook` is the time of its kernel and its cells, `rest`
            that of all the others, some of which overlap.
        page: the notebook as a page; None if there is to be none, or nbconvert is not installed.
    """

    extraction: Extraction
    contract: Mapping[str, Any]
    requirements: Requirements
    proof: Proof
    report: Mapping[str, Any]
    lock: Lock
    kernel: Kernel
    minor: str
    seconds: Mapping[str, float]
    page: Page | None = None


def extract(
    path: Path,
    kernel: str,
    folder: Path,
    watch: Watch,
    *,
    run_notebook: bool = True,
    accelerate: bool = True,
    notebook_page: bool = True,
    locker: Locker | None = None,
) -> Outcome:
    """Run the notebook and write `model/` into `folder`, proven.

    Args:
        path: the notebook.
        kernel: the name of a kernel or the path of an interpreter; `""` for the notebook's own.
        folder: an empty or missing folder; it gets `model/`.
        watch: called before each cell with its place among the cells to run, their count and itself.
        run_notebook: whether all of it runs, or only what predict needs, from the files that it saved.
        accelerate: whether drop-ins stand before methods of artifacts where they were found equal.
        notebook_page: whether the notebook is rendered as a page, where nbconvert is installed.
        locker: locks the requirements; None locks those of the template.

    Raises:
        Nb2serviceError: something that the user can mend; `folder` is of no use then.
    """
    clock = Clock()
    started = time.perf_counter()
    with clock.time("look"):
        whole = look(path)
        looked, cells = whole if run_notebook else reduced(whole), relevant_cells(whole)
        chosen = choose(looked.notebook, kernel)
    artifacts = folder / "saved"
    artifacts.mkdir(parents=True)
    stored, marked = content(path), looked.mark.cell.number
    with ThreadPoolExecutor(1) as pool:  # while the notebook runs
        rendering = pool.submit(render, path.name, stored, marked) if notebook_page else None
        taken, python, prover = asyncio.run(take(looked, chosen, artifacts, watch, clock))
        page = rendering.result() if rendering else None
    with prover:
        job = _job(taken, folder, accelerate)
        locking = locker or _lock_template
        outcome = _finish(
            looked, chosen, taken, python, prover, folder, job, clock, cells, locking, page
        )
    clock.seconds["notebook"] = clock.seconds["start"] + clock.seconds["run"]
    clock.seconds["rest"] = time.perf_counter() - started - clock.seconds["notebook"]
    return outcome


def _finish(
    looked: Look,
    kernel: Kernel,
    taken: Extraction,
    minor: str,
    prover: Prover,
    folder: Path,
    job: Mapping[str, Any],
    clock: Clock,
    cells: Sequence[Known],
    locker: Locker,
    page: Page | None,
) -> Outcome:
    """Write the folder `model/`, prove it and lock what it requires."""
    contract = contract_of(taken)
    model = folder / "model"
    with clock.time("write"):
        write_model(looked.scope, taken, model, folder / "saved")
        write_lines(model, looked.notebook)
        write_contract(model, contract)
        write_cells(model, cells)
        write_page(model, page)
    shutil.rmtree(folder / "saved")
    with ThreadPoolExecutor(1) as pool:

        def start_lock(requirements: Requirements) -> Future[Lock]:
            return pool.submit(_lock, model, requirements, taken.python, minor, clock, locker)

        with clock.time("prove"):
            requirements, proof, locking = minimal_proof(prover, job, start_lock)
        _refuse_unknown(looked.notebook, requirements)
        seen = seen_causes(model)
        refuse_local_files(looked.notebook, looked.mark, proof)
        refuse_failures(taken, proof, seen)
        with clock.time("prove"):
            refuse_hash_seed(looked.notebook, looked.mark, prover, requirements, job, model)
        locked = locking.result()
    alone = [
        (example["record"], answer)
        for example, answer in zip(contract["examples"], proof.examples, strict=False)
    ]
    if proof.unread:
        taken = leave_out(taken, proof.unread)
        write_calls(taken, model)
        contract = contract_of(taken)
    where = where_in(model)
    checks = helper_lines((model / "predict.py").read_text(encoding="utf-8"))
    proof = replace(proof, unreached=tuple(p for p in proof.unreached if p["line"] not in checks))
    findings = sentences(looked.mark.function, proof, seen)
    taken = replace(taken, notes=(*taken.notes, *of_unreached(proof, where)))
    block = proof_block(proof, findings, unreached(proof, where))
    contract["predict"]["rowwise"] = proof.rowwise
    contract["predict"] |= {"stateful": True} if proof.stateful else {}
    contract["predict"] |= {"each_alone": True} if proof.mixed else {}
    known = taken.inference.known
    probes = [probe for probe in proof.accepted() if probe["feature"] not in proof.unread]
    contract["$defs"]["record"] = accept(contract["$defs"]["record"], known, probes)
    if alone:
        contract["examples"] = _asked_alone(contract["examples"], alone)
    contract["imports"] = list(requirements.imports)
    for file, entries in proof.faster.items():
        contract["artifacts"][file]["dropins"] = entries
    write_dropins(model, proof.faster)
    contract["proof"] = block
    if looked.reduced:
        contract["provenance"]["notebook_run"] = False
    contract["provenance"]["packages"] = dict(requirements.pins)
    report = report_of(taken, requirements, proof, locked, block)
    write_contract(model, contract)
    write_allowed(model, requirements.globals)
    write_report(model, report)
    write_checksums(model)
    return Outcome(
        taken, contract, requirements, proof, report, locked, kernel, minor, clock.seconds, page
    )


def _asked_alone(
    examples: Sequence[Mapping[str, Any]], alone: Sequence[tuple[Mapping[str, Any], Any]]
) -> list[dict[str, Any]]:
    """The examples that were asked alone, with these answers; they may have lost unread features."""
    found = []
    for example in examples:
        record = example["record"]
        answers = [a for asked, a in alone if all(asked.get(k) == v for k, v in record.items())]
        found += [{"record": record, "answer": answer} for answer in answers[:1]]
    return found


def _lock(
    model: Path,
    requirements: Requirements,
    python: str,
    minor: str,
    clock: Clock,
    locker: Locker,
) -> Lock:
    with clock.time("lock"):
        text = model_requirements(requirements.pins, python)
        (model / "requirements.txt").write_text(text, encoding="utf-8")
        return locker(model, requirements.closure, minor)


def _lock_template(model: Path, closure: Mapping[str, str], minor: str) -> Lock:
    return lock(places.template(), model, closure, minor)


def _job(taken: Extraction, folder: Path, accelerate: bool) -> dict[str, Any]:
    requires = {r for item in taken.artifacts if item.artifact for r in item.artifact.requires}
    modules = {m for item in taken.items.values() for m in _imported_modules(item)}
    types = [i.artifact.type for i in taken.artifacts if i.artifact]
    modules.update(t for t in types if "." in t)
    if taken.inference.input == "frame":
        modules.add("pandas")
    container = taken.inference.container or ""
    if container.startswith(("numpy", "pandas", "scipy", "xgboost")):
        modules.add(container)
    return {
        "project": str(folder),
        "service": str(places.template()),
        "function": taken.served,
        "imports": sorted(modules | _imports_within(taken) | taken.imports),
        "tried": sorted(set().union(*(tried(item.source) for item in taken.items.values()))),
        "folder": str(taken.notebook.path.parent),
        "own": sorted({module.name.partition(".")[0] for module in taken.modules}),
        "requires": sorted(requires),
        "accelerate": [i.artifact.file for i in taken.artifacts if i.artifact and accelerate],
        "known": {name: list(values) for name, values in taken.inference.known.items()},
        "unlike": list(taken.unlike),
        "environment": dict(taken.again.get("environment", {})),
    }


def _imported_modules(item: Item) -> set[str]:
    return set(item.modules) | imported(item.source)


def _imports_within(taken: Extraction) -> set[str]:
    return imported(taken.mark.definition.source)


def _refuse_unknown(notebook: Notebook, requirements: Requirements) -> None:
    if requirements.unknown:
        names = ", ".join(requirements.unknown)
        raise Nb2serviceError(
            notebook.name,
            f"the service would import {names}, which no installed package provides",
            "Install it with pip in the notebook's Python, or put it beside the notebook, so that it "
            "comes along.",
        )
