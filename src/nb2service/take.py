"""Take: run the notebook up to the last call of predict, and take from its kernel what is needed."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2service.closure.capture import capture
from nb2service.closure.clock import clocks, refuse_clock, told
from nb2service.closure.close import likely_imports, rebound_later
from nb2service.closure.defaults import with_defaults
from nb2service.closure.items import Item
from nb2service.closure.modules import Loaded, come_along, files_named, imported, third_party
from nb2service.closure.settings import left_behind
from nb2service.closure.state import bound_parameters, other_state, served_calls
from nb2service.contract.infer import infer
from nb2service.errors import MissingNameError
from nb2service.extraction import Extraction
from nb2service.judge import Judge
from nb2service.look import Look
from nb2service.marking.goes_on import goes_on
from nb2service.model_version import version_of
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope
from nb2service.proving.class_columns import with_class_columns
from nb2service.proving.drawn import asked_again, with_drawn
from nb2service.proving.prove import Prover
from nb2service.proving.require import LIKELY
from nb2service.running.kernels import Kernel
from nb2service.running.run import Session, session
from nb2service.slicing.as_statements import as_statements
from nb2service.slicing.plan import plan
from nb2service.slicing.search import Choice, adopt, choose
from nb2service.slicing.trace.probes import specs
from nb2service.unrun.outputs import Outputs, compare
from nb2service.writing.source import predict_source

# What calls.json keeps: enough to find a difference, little enough to read and to commit.
MAX_CALLS = 100
MAX_ROWS = 200

Watch = Callable[[int, int, Cell], None]


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


@dataclass(frozen=True)
class _Taken:
    """What was taken after the latest cell that called predict.

    Attributes:
        items: what comes along.
        report: what the recorder saw; see `kernel/recording/recorder.py`.
        bound: parameters that are trained state -> the names that they are bound to.
        same: the places of the calls that were given that state.
        outputs: what the cells that call predict showed.
        looked: the notebook, with the function of the path where the marked cell is bare.
        choice: the path of a bare cell.
    """

    items: Mapping[str, Item]
    report: Mapping[str, Any]
    bound: Mapping[str, str]
    same: Sequence[int]
    outputs: Mapping[int, Outputs]
    looked: Look
    choice: Choice | None = None


async def take(
    looked: Look, kernel: Kernel, artifacts: Path, watch: Watch, clock: Clock
) -> tuple[Extraction, str, Prover]:
    """Run the cells and take from the kernel all that is needed of it.

    Args:
        looked: the notebook.
        kernel: the kernel to run it in.
        artifacts: an empty folder; it gets the values that become artifacts.
        watch: called before each cell; see `pipeline.extract`.
        clock: gets the time of each step.

    Returns:
        The extraction, the version of the kernel's Python (`3.11`), and a process of that Python,
        waiting to prove the extraction. The caller closes it.

    Raises:
        Nb2serviceError: the notebook fails where it matters, or something cannot come along.
    """
    async with AsyncExitStack() as stack:
        with clock.time("start"):
            live = await stack.enter_async_context(session(looked.notebook, kernel))
        likely = {
            module
            for statement in likely_imports(looked.scope, looked.mark)
            for module in imported(statement.source)
        }
        prover = Prover(live.info.executable, kernel, likely, LIKELY)
        try:
            judge = Judge(looked.scope, looked.mark, looked.callers, live.info.executable)
            run = _run if looked.mark.answer is None else _run_bare
            taken = await run(looked, live, judge, artifacts, watch, clock)
            with clock.time("infer"):
                extraction = await _extraction(taken, live, judge)
                extraction = await _with_modules(looked.scope, extraction, live, artifacts)
            with clock.time("draw"):
                extraction = await with_class_columns(extraction, live)
                source = predict_source(looked.scope, extraction)
                extraction = await with_drawn(extraction, live, source)
                extraction = await asked_again(extraction, live, artifacts)
        except BaseException:
            prover.close()
            raise
        return extraction, live.info.minor, prover


async def _run(
    looked: Look, live: Session, judge: Judge, artifacts: Path, watch: Watch, clock: Clock
) -> _Taken:
    """Run the cells; after each that called predict, take what it used as it is then."""
    marked = looked.mark
    taken, seen = None, 0
    outputs: dict[int, Outputs] = {}
    for index, cell in enumerate(looked.cells, 1):
        watch(index, len(looked.cells), cell)
        if cell is marked.cell:
            await live.ask(
                "watch", function=marked.function, max_calls=MAX_CALLS, max_rows=MAX_ROWS
            )
        with clock.time("run"):
            judge.hear(await live.run(cell))
        if cell is marked.cell:
            await live.ask("rest")
        if cell.number not in looked.callers:
            continue
        outputs[cell.number] = live.outputs
        with clock.time("capture"):
            report = await live.ask("calls")
            if report["seen"] > seen and report["calls"]:
                taken = await _take_now(looked, live, cell, artifacts, report, judge)
            seen = report["seen"]
    if taken is None:
        raise judge.of_no_call()
    return replace(taken, outputs=outputs)


async def _run_bare(
    looked: Look, live: Session, judge: Judge, artifacts: Path, watch: Watch, clock: Clock
) -> _Taken:
    """Run the cells, watch what the answer of the marked one comes from, and take its path."""
    marked, answer = looked.mark, looked.mark.answer
    assert answer is not None
    probes = plan(looked.scope, answer, looked.mark.cell)
    for index, cell in enumerate(looked.cells, 1):
        watch(index, len(looked.cells), cell)
        await live.ask("track", specs=specs(probes, cell.number))
        with clock.time("run"):
            failures = await live.run(cell)
        judge.hear(failures)
        last = marked.definition.line
        if cell is marked.cell and any(f.line is None or f.line <= last for f in failures):
            raise judge.of_no_call()
    with clock.time("path"):
        choice = await choose(looked.scope, marked.cell, answer, marked.start, probes, live)
        scope, mark = as_statements(looked.scope, marked, choice.function)
        report = await adopt(live, choice.asked, MAX_ROWS)
    with clock.time("capture"):
        now = replace(looked, scope=scope, mark=mark)
        taken = await _take_now(now, live, marked.cell, artifacts, report, judge, {})
    return replace(taken, choice=choice)


async def _take_now(
    looked: Look,
    live: Session,
    cell: Cell,
    artifacts: Path,
    report: Mapping[str, Any],
    judge: Judge,
    bound: Mapping[str, str] | None = None,
) -> _Taken:
    """Take the values as they are after this cell, in place of what an earlier call left."""
    same: Sequence[int] = range(len(report["calls"]))
    if bound is None:
        bound = bound_parameters(looked.scope, looked.mark, report["parameters"], report["calls"])
        same = await live.ask("with_state", bound=bound)
    shutil.rmtree(artifacts)
    artifacts.mkdir()
    also = {*bound.values(), *_record_classes(report["calls"])}
    try:
        items = await capture(
            looked.scope, looked.mark, live, cell.number, artifacts, also, judge.failed
        )
        mark, defaults = await with_defaults(
            looked.scope, looked.mark, live, cell.number, artifacts
        )
    except MissingNameError as error:
        raise judge.of_missing(error, cell.number) from None
    judge.check([name for name in items if name.isidentifier()], cell.number)
    return _Taken(items | defaults, report, bound, same, {}, replace(looked, mark=mark))


def _record_classes(calls: Sequence[Mapping[str, Any]]) -> set[str]:
    """The notebook's classes that predict was given instances of."""
    encoded = [argument for call in calls for argument in call["arguments"].values()]
    return {a["type"].rpartition(".")[2] for a in encoded if a["form"] == "object"}


async def _extraction(taken: _Taken, live: Session, judge: Judge) -> Extraction:
    looked, report = taken.looked, taken.report
    notebook, marked = looked.notebook, looked.mark
    inference = infer(
        notebook.place(marked.cell),
        marked.function,
        [p for p in report["parameters"] if p["name"] not in taken.bound],
        served_calls(report["calls"], taken.same, taken.bound),
        report["seen"],
    )
    asked = clocks(looked.scope, marked, taken.items)
    refuse_clock(notebook.place(marked.cell), marked.function, asked)
    moment = await live.ask("moment") if asked else {}
    notes = (
        *told(marked.function, asked, moment),
        *other_state(len(report["calls"]), len(taken.same), taken.bound),
        *rebound_later(looked.scope, taken.items, looked.callers[-1]),
        *judge.notes(),
        *goes_on(looked.scope, looked.mark),
        *left_behind(looked.scope, taken.items, marked, looked.callers[-1]),
        *compare(looked, taken.outputs),
    )
    return Extraction(
        notebook,
        marked,
        taken.items,
        inference,
        await _model_version(looked, live),
        live.info.python,
        notes,
        taken.bound,
        files=looked.reduced.files if looked.reduced else {},
        choice=taken.choice,
        clocks=asked,
        moment=moment,
    )


async def _model_version(looked: Look, live: Session) -> str:
    """Return the notebook's MODEL_VERSION; `""` if it has none."""
    if looked.scope.binds("MODEL_VERSION"):
        reply = await live.ask("version_text", name="MODEL_VERSION")
        if reply is not None:
            return str(reply)
    return ""


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
    whole = replace(
        extraction,
        modules=modules,
        imports=frozenset(third_party(modules, loaded)),
        notes=extraction.notes + notes,
    )
    return replace(whole, model_version=whole.model_version or version_of(whole))
