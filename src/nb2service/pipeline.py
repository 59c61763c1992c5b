"""The way from a notebook to the folder `model/`, step by step."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2service import places
from nb2service.capture import Item, capture
from nb2service.close import check_calls, check_names, likely_imports, rebound_later
from nb2service.errors import MissingNameError, Nb2serviceError
from nb2service.infer import infer
from nb2service.judge import Judge
from nb2service.kernels import Kernel, choose
from nb2service.lock import Lock, lock, model_requirements
from nb2service.mark import Mark, mark
from nb2service.modules import Loaded, come_along, files_named, imported, third_party
from nb2service.prove import Proof, Prover, Requirements
from nb2service.read import Cell, Notebook, read
from nb2service.require import LIKELY, minimal_proof
from nb2service.run import Session, session
from nb2service.state import bound_parameters, other_state, served_calls
from nb2service.statements import Scope, parse
from nb2service.write import (
    Extraction,
    contract_of,
    predict_source,
    write_checksums,
    write_contract,
    write_model,
)

# What calls.json keeps: enough to find a difference, little enough to read and to commit.
MAX_CALLS = 100
MAX_ROWS = 200

Watch = Callable[[int, int, Cell], None]


@dataclass(frozen=True)
class Look:
    """A notebook that was looked at, but not run.

    Attributes:
        notebook: the notebook.
        scope: its statements.
        mark: the marked function.
        callers: the numbers of the cells that may call it.
    """

    notebook: Notebook
    scope: Scope
    mark: Mark
    callers: list[int]

    @property
    def cells(self) -> list[Cell]:
        """The cells to run: none beyond the last call."""
        return [cell for cell in self.notebook.cells if cell.number <= self.callers[-1]]


@dataclass(frozen=True)
class Outcome:
    """A whole extraction, in a folder and in memory.

    Attributes:
        extraction: what was taken from the notebook.
        contract: the contract, as it stands in `model/contract.json`.
        requirements: what the model needs.
        proof: what the proof found.
        lock: the locked requirements of the service.
        kernel: the kernel that the notebook ran in.
        minor: the version of its Python, e.g. `3.11`.
        seconds: how long each step took; `notebook` is the time of its kernel and its cells, `rest`
            that of all the others, some of which overlap.
    """

    extraction: Extraction
    contract: Mapping[str, Any]
    requirements: Requirements
    proof: Proof
    lock: Lock
    kernel: Kernel
    minor: str
    seconds: Mapping[str, float]


@dataclass
class Clock:
    """How many seconds each step took, by its name."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def time(self, step: str) -> Iterator[None]:
        """Add the time that the block takes to a step."""
        started = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - started
            self.seconds[step] = self.seconds.get(step, 0.0) + spent


def look(path: Path) -> Look:
    """Read the notebook and find what is marked, without running anything.

    Raises:
        Nb2serviceError: it cannot be served as it stands.
    """
    notebook = read(path)
    scope = parse(notebook)
    marked = mark(notebook, scope)
    check_names(scope, marked)
    return Look(notebook, scope, marked, check_calls(scope, marked))


def extract(path: Path, kernel: str, folder: Path, watch: Watch) -> Outcome:
    """Run the notebook and write `model/` into `folder`, proven.

    Args:
        path: the notebook.
        kernel: the name of a kernel or the path of an interpreter; `""` for the notebook's own.
        folder: an empty or missing folder; it gets `model/`.
        watch: called before each cell with its place among the cells to run, their count and itself.

    Raises:
        Nb2serviceError: something that the user can mend; `folder` is of no use then.
    """
    clock = Clock()
    started = time.perf_counter()
    with clock.time("look"):
        looked = look(path)
        chosen = choose(looked.notebook, kernel)
    artifacts = folder / "saved"
    artifacts.mkdir(parents=True)
    taken, python, prover = asyncio.run(take(looked, chosen, artifacts, watch, clock))
    with prover:
        outcome = _finish(looked, chosen, taken, python, prover, folder, clock)
    clock.seconds["notebook"] = clock.seconds["start"] + clock.seconds["run"]
    clock.seconds["rest"] = time.perf_counter() - started - clock.seconds["notebook"]
    return outcome


async def take(
    looked: Look, kernel: Kernel, artifacts: Path, watch: Watch, clock: Clock
) -> tuple[Extraction, str, Prover]:
    """Run the cells and take from the kernel all that is needed of it."""
    notebook, scope, marked = looked.notebook, looked.scope, looked.mark
    with clock.time("start"):
        running = session(notebook, kernel)
        live = await running.__aenter__()
    likely = {m for s in likely_imports(scope, marked) for m in imported(s.source)}
    prover = Prover(live.info.executable, kernel, likely, LIKELY)
    judge = Judge(scope, marked, looked.callers, live.info.executable)
    try:
        items: dict[str, Item] = {}
        report: dict[str, Any] = {}
        bound: dict[str, str] = {}
        same: list[int] = []
        seen = 0
        for index, cell in enumerate(looked.cells, 1):
            watch(index, len(looked.cells), cell)
            if cell is marked.cell:
                await live.ask(
                    "watch", function=marked.function, max_calls=MAX_CALLS, max_rows=MAX_ROWS
                )
            with clock.time("run"):
                failures = await live.run(cell)
            judge.hear(failures)
            if cell is marked.cell:
                await live.ask("rest")
            if cell.number in looked.callers:
                with clock.time("capture"):
                    report = await live.ask("calls")
                    if report["seen"] > seen and report["calls"]:
                        bound = bound_parameters(
                            scope, marked, report["parameters"], report["calls"]
                        )
                        same = await live.ask("with_state", bound=bound)
                        also = {*bound.values(), *_record_classes(report["calls"])}
                        try:
                            items = await _capture_afresh(looked, live, cell, artifacts, also)
                        except MissingNameError as error:
                            raise judge.of_missing(error, cell.number) from None
                        judge.check(items, cell.number)
                    seen = report["seen"]
        if not report.get("calls"):
            raise judge.of_no_call()
        with clock.time("infer"):
            inference = infer(
                notebook.place(marked.cell),
                marked.function,
                [p for p in report["parameters"] if p["name"] not in bound],
                served_calls(report["calls"], same, bound),
                seen,
            )
            model_version = await _model_version(looked, live)
        extraction = Extraction(
            notebook,
            marked,
            items,
            inference,
            model_version,
            live.info.python,
            (
                *other_state(len(report["calls"]), len(same), bound),
                *rebound_later(scope, items, looked.callers[-1]),
                *judge.notes(),
                *filter(None, [kernel.note]),
            ),
            bound,
        )
        extraction = await _with_modules(scope, extraction, live, artifacts)
        return extraction, live.info.minor, prover
    except BaseException:
        prover.close()
        raise
    finally:
        with clock.time("stop"):
            await running.__aexit__(None, None, None)


def _record_classes(calls: Sequence[Mapping[str, Any]]) -> set[str]:
    """The notebook's classes that predict was given instances of."""
    encoded = [argument for call in calls for argument in call["arguments"].values()]
    return {a["type"].rpartition(".")[2] for a in encoded if a["form"] == "object"}


async def _capture_afresh(
    looked: Look, live: Session, cell: Cell, artifacts: Path, also: Iterable[str]
) -> dict[str, Item]:
    """Capture the values as they are after this cell, in place of what an earlier call left."""
    shutil.rmtree(artifacts)
    artifacts.mkdir()
    return await capture(looked.scope, looked.mark, live, cell.number, artifacts, also)


async def _with_modules(
    scope: Scope, extraction: Extraction, live: Session, artifacts: Path
) -> Extraction:
    """Add the user's own modules that the code and the artifacts import."""
    reply = await live.ask("loaded_modules")
    local = {name: Path(file) for name, file in reply["local"].items()}
    folder = extraction.notebook.path.parent
    loaded = Loaded(local, frozenset(reply["others"]), folder)
    items = extraction.items.values()
    code = [(i.by if i.becomes == "import" else i.name, i.source) for i in items if not i.artifact]
    code.append((extraction.mark.function, extraction.mark.definition.source))
    code.append(("predict.py", predict_source(scope, extraction)))
    files = [(i.name, artifacts / i.artifact.file) for i in items if i.artifact]
    modules = come_along(loaded, code, files)
    notes = tuple(
        f"`{module}` names the file {name}, which does not come along: if it reads that when it "
        "predicts, read it in a cell marked `setup` instead."
        for name, module in files_named(modules, folder).items()
    )
    return replace(
        extraction,
        modules=modules,
        imports=frozenset(third_party(modules, loaded)),
        notes=extraction.notes + notes,
    )


def _finish(
    looked: Look,
    kernel: Kernel,
    taken: Extraction,
    minor: str,
    prover: Prover,
    folder: Path,
    clock: Clock,
) -> Outcome:
    """Write the folder `model/`, prove it and lock what it requires."""
    contract = contract_of(taken)
    model = folder / "model"
    with clock.time("write"):
        write_model(looked.scope, taken, model, folder / "saved")
        write_contract(model, contract)
    shutil.rmtree(folder / "saved")
    job = _job(taken, folder)
    with ThreadPoolExecutor(1) as pool:

        def start_lock(requirements: Requirements) -> Future[Lock]:
            return pool.submit(_lock, model, requirements, taken.python, minor, clock)

        with clock.time("prove"):
            requirements, proof, locking = minimal_proof(prover, job, start_lock)
        _refuse_unknown(looked.notebook, requirements)
        _refuse_failures(looked.notebook, looked.mark, proof)
        locked = locking.result()
    contract["predict"]["rowwise"] = not proof.skews
    for example, alone in zip(contract["examples"], proof.examples, strict=False):
        example["answer"] = alone
    contract["imports"] = list(requirements.imports)
    contract["provenance"]["packages"] = dict(requirements.pins)
    write_contract(model, contract)
    write_checksums(model)
    return Outcome(taken, contract, requirements, proof, locked, kernel, minor, clock.seconds)


def _lock(model: Path, requirements: Requirements, python: str, minor: str, clock: Clock) -> Lock:
    with clock.time("lock"):
        text = model_requirements(requirements.pins, python)
        (model / "requirements.txt").write_text(text, encoding="utf-8")
        return lock(places.template(), model, requirements.closure, minor)


def _job(taken: Extraction, folder: Path) -> dict[str, Any]:
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
        "own": sorted({module.name.partition(".")[0] for module in taken.modules}),
        "requires": sorted(requires),
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


def _refuse_failures(notebook: Notebook, marked: Mark, proof: Proof) -> None:
    if proof.failures:
        shown = "\n    ".join(proof.failures[:5])
        raise Nb2serviceError(
            notebook.place(marked.cell),
            f"the extracted code answers otherwise than the notebook did in "
            f"{proof.calls - proof.alike} of {proof.calls} recorded calls\n    {shown}",
            "Something that it uses changes between calls: a random number without a seed, the "
            "time, a counter, a value that a later statement of the same cell changed.",
        )


async def _model_version(looked: Look, live: Session) -> str:
    """The notebook's MODEL_VERSION, else its name and the start of its code's SHA-256."""
    notebook = looked.notebook
    if looked.scope.binds("MODEL_VERSION"):
        reply = await live.ask("version_text", name="MODEL_VERSION")
        if reply is not None:
            return str(reply)
    return f"{notebook.path.stem}-{notebook.sha256[:8]}"
