"""What the tests share: where things lie, and notebooks made of cells."""

import asyncio
import atexit
import builtins
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import nbformat
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nb2service import places
from nb2service.closure.items import Artifact, Item
from nb2service.contract.infer import Call, Inference
from nb2service.extraction import Extraction
from nb2service.look import look
from nb2service.notebook.read import read
from nb2service.notebook.statements import Scope, parse
from nb2service.pipeline import Outcome
from nb2service.proving.prove import Proof, Requirements
from nb2service.proving.words import sentences
from nb2service.report import proof_block, report_of
from nb2service.running import run
from nb2service.running.failures import Failure
from nb2service.running.kernels import Kernel
from nb2service.running.remedies import remedy
from nb2service.running.tracebacks import without_wrapper
from nb2service.running.trouble import Trouble
from nb2service.slicing.plan import plan
from nb2service.slicing.search import Choice, choose
from nb2service.slicing.trace.probes import specs
from nb2service.writing.lock import Lock

CHECKOUT = Path(__file__).resolve().parents[1]
EXAMPLE = CHECKOUT / "example_notebooks" / "churn_xgboost" / "churn.ipynb"

MakeNotebook = Callable[..., Path]


class Generation(NamedTuple):
    """What a generation left: the service's folder, and what the user read."""

    folder: Path
    stdout: str
    stderr: str


MakeExample = Callable[[str], Generation]


def write_notebook(path: Path, *cells: str, kernel: str = "python3", **metadata: object) -> Path:
    """Write a notebook of code cells; a cell that starts with `# tag: x` gets the tag x instead."""
    nodes = []
    for number, source in enumerate(cells, 1):
        first, _, rest = source.partition("\n")
        node = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        if first.startswith("# tag: "):
            node = nbformat.v4.new_code_cell(rest, id=f"cell-{number}")
            node.metadata["tags"] = [first.removeprefix("# tag: ")]
        nodes.append(node)
    spec = {"name": kernel, "display_name": kernel, "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=nodes, metadata={"kernelspec": spec, **metadata})
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def tool(name: str) -> str:
    """The path of a program of the environment that the tests run in."""
    return str(Path(sys.executable).parent / name)


def environment(folder: Path, *packages: str) -> Path:
    """A fresh environment with these packages, at the versions of the repository's own lock."""
    uv, python = tool("uv"), folder / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", tool("python"), folder], check=True)
    constraints = ["--constraint", CHECKOUT / "requirements-dev.txt"]
    command = [uv, "pip", "install", "--quiet", "--python", python, *constraints, *packages]
    subprocess.run(command, check=True)
    return python


def locked_environment(folder: Path, lock: Path) -> Path:
    """A fresh environment of a lock of its own, for what does not go with our own libraries."""
    uv, python = tool("uv"), folder / "bin" / "python"
    subprocess.run([uv, "venv", "--quiet", "--python", tool("python"), folder], check=True)
    command = [uv, "pip", "install", "--quiet", "--python", python, "--requirement", lock]
    subprocess.run(command, check=True)
    return python


def cookiecutter(
    notebook: Path | str | None,
    output: Path,
    *answers: str,
    template: Path | str = CHECKOUT,
    program: str = "",
) -> subprocess.CompletedProcess[str]:
    """Run the real cookiecutter, without questions, from the folder that `output` names."""
    output.mkdir(parents=True, exist_ok=True)
    given = [] if notebook is None else [f"notebook={notebook}"]
    return subprocess.run(
        [program or tool("cookiecutter"), str(template), "--no-input", *given, *answers],
        cwd=output,
        env={**os.environ, "PWD": str(output), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )


# What was measured, in steps; two measurements may lie on two sides of one.
_MEASURED = {
    ".md": re.compile(rb"(<!-- memory -->\n).*?(?=<!-- /memory -->)", re.DOTALL),
    ".yaml": re.compile(rb"(?m)^( *\w+: )\S+(?=  # measured: ).*$"),
}


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it; without what was measured."""
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {name: unmeasured(name, content) for name, content in found.items()}


def unmeasured(name: str, content: bytes) -> bytes:
    """A file's content without what was measured."""
    pattern = _MEASURED.get(Path(name).suffix)
    return pattern.sub(rb"\1", content) if pattern else content


def own_files(under: str = ".") -> list[str]:
    """The repository's own files below a folder of it, committed or not yet, by their paths."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", under]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, check=True, text=True)
    return [name for name in done.stdout.split("\0") if name]


def copy_of_checkout(target: Path) -> Path:
    """The repository's own files, as a clone would have them."""
    for name in own_files():
        source, copy = CHECKOUT / name, target / name
        if not source.exists() and not source.is_symlink():
            continue  # deleted, not committed yet
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, copy, follow_symlinks=False)
    return target


@contextmanager
def kernel_side() -> Iterator[Any]:
    """The package `_nb2service`, loaded as a kernel loads it, and gone when the block ends."""
    ours = [name for name in sys.modules if name.partition(".")[0] == "_nb2service"]
    outer = {name: sys.modules.pop(name) for name in ours}
    exec(run._BOOT.format(folder=str(places.PACKAGE)), {})
    package = sys.modules["_nb2service.kernel"]
    try:
        yield package
    finally:
        vars(builtins).pop(package.recording.recorder.HOOK, None)
        for name in [n for n in sys.modules if n.partition(".")[0] == "_nb2service"]:
            del sys.modules[name]
        sys.modules.update(outer)


@contextmanager
def ipython(folder: Path) -> Iterator[InteractiveShell]:
    """A real IPython shell in this process: what a kernel runs cells with, without the kernel."""
    hook, before = sys.excepthook, dict(vars(builtins))
    main = ModuleType("notebook_under_test")
    config = Config({"HistoryManager": {"enabled": False}})
    shell = InteractiveShell(
        config=config, ipython_dir=str(folder), user_module=main, user_ns=vars(main)
    )
    try:
        yield shell
    finally:
        shell.atexit_operations()
        atexit.unregister(shell.atexit_operations)
        sys.excepthook = hook
        sys.modules.pop(main.__name__, None)
        for name in vars(builtins).keys() - before.keys():
            delattr(builtins, name)


def run_cells(shell: InteractiveShell, recorder: Any, *cells: str) -> dict[str, Any]:
    """Run cells, of which the first defines `predict`; return what the recorder saw of its calls."""
    with shell.builtin_trap:
        recorder.watch("predict", max_calls=5, max_rows=4)
    for number, cell in enumerate(cells):
        shell.run_cell(cell, silent=True).raise_error()
        if number == 0:
            with shell.builtin_trap:
                recorder.rest()
    return dict(recorder.report())


class HereSession:
    """Asks the kernel side in this process; stands for `running.run.Session`."""

    def __init__(self, package: Any) -> None:
        self.package = package

    async def ask(self, request: str, **arguments: Any) -> Any:
        """Ask as the generator does, through JSON."""
        asked = json.loads(json.dumps(arguments))
        return json.loads(json.dumps(self.package.requests.REQUESTS[request](**asked)))


@contextmanager
def chosen_path(path: Path) -> Iterator[tuple[Choice, Any, dict[str, Any]]]:
    """Run the cells of the notebook in a shell of this process, and choose its path.

    Yields:
        The choice, the kernel side, and the notebook's names.
    """
    looked = look(path)
    marked = looked.mark
    assert marked.answer is not None
    watched = plan(looked.scope, marked.answer, marked.cell)
    with kernel_side() as package, ipython(path.parent) as shell, shell.builtin_trap:
        for cell in looked.cells:
            package.requests.track(specs(watched, cell.number))
            shell.run_cell(without_wrapper(cell.source), silent=True).raise_error()
        session: Any = HereSession(package)
        asked = choose(looked.scope, marked.cell, marked.answer, marked.start, watched, session)
        yield asyncio.run(asked), package, shell.user_ns


def choose_path(path: Path) -> Choice:
    """The path of the notebook; see `chosen_path`."""
    with chosen_path(path) as (choice, _, _):
        return choice


def write_extraction(
    project: Path, code: str, calls: list[dict[str, Any]], **predict: Any
) -> dict[str, Any]:
    """Write a `model/` of a few lines, as far as the prover reads it; return the prover's job."""
    model = project / "model"
    model.mkdir()
    (model / "__init__.py").touch()
    (model / "predict.py").write_text(code, encoding="utf-8")
    (model / "calls.json").write_text(json.dumps(calls), encoding="utf-8")
    records = [record for call in calls for record in call["records"]]
    answers = [answer for call in calls for answer in call["answers"]]
    kind = {"x-dtype": "float64"} if predict.get("input") == "frame" else {}
    names = list(dict.fromkeys(name for record in records for name in record))
    record = {"properties": dict.fromkeys(names, kind), "required": names}
    asked = {"input": "record", "answer": "value", "rowwise": True, "whole": False, **predict}
    contract = {
        "title": "tiny",
        "model_version": "v1",
        "$defs": {"record": {"type": "object", **record}, "answer": {}},
        "predict": {"function": "predict", "answer_name": "prediction", **asked},
        "examples": [
            {"record": record, "answer": answer}
            for record, answer in zip(records, answers, strict=True)
        ][:1],
    }
    (model / "contract.json").write_text(json.dumps(contract), encoding="utf-8")
    return {
        "project": str(project),
        "service": str(places.template()),
        "function": "predict",
        "imports": [],
        "requires": [],
        "own": [],
        "tried": [],
        "folder": str(project / "elsewhere"),
        "unlike": [],
        "environment": {},
    }


def an_inference(**changes: Any) -> Inference:
    """What a notebook tells that calls `predict({"a": 1})` and gets a dict."""
    answer = {"score": 0.5}
    known: dict[str, Any] = {
        "input": "record",
        "record": {"type": "object", "properties": {"a": {"type": "number"}}, "required": ["a"]},
        "answer": {"type": "object"},
        "answers_are": "dict",
        "whole": False,
        "calls": (Call([{"a": 1}], [answer], many=False),),
        "seen": 1,
        "known": {},
    }
    nothing = dict.fromkeys(f.name for f in fields(Inference) if f.name not in known)
    return Inference(**{**nothing, **known, **changes})


def an_extraction(path: Path, *items: Item, **changes: Any) -> tuple[Scope, Extraction]:
    """What was taken from the notebook `path`, and its statements."""
    looked = look(path)
    known: dict[str, Any] = {
        "inference": an_inference(),
        "model_version": "v1",
        "python": "3.11.7",
        **changes,
    }
    named = {item.name: item for item in items}
    return looked.scope, Extraction(looked.notebook, looked.mark, named, **known)


def an_artifact(**changes: Any) -> Artifact:
    """A pickled scaler."""
    known = {
        "file": "scaler.joblib",
        "format": "joblib_pickle",
        "type": "sklearn.preprocessing._data.StandardScaler",
        "bytes": 1234,
        "sha256": "0" * 64,
        "state": {},
        "requires": ("joblib",),
        "rows": None,
    }
    return Artifact(**{**known, **changes})


def an_outcome(extraction: Extraction, **changes: Any) -> Outcome:
    """A whole extraction that went well."""
    known: dict[str, Any] = {
        "contract": {},
        "requirements": Requirements({"joblib": "1.4.2"}, {"joblib": "1.4.2"}, ("joblib",), ()),
        "proof": Proof({"recorded": {"asked": 1, "alike": 1}}),
        "lock": Lock("", "", hashed=True, note=""),
        "kernel": Kernel("python3", ("python",), {}, "the notebook names it"),
        "minor": "3.11",
        "seconds": {"notebook": 1.0, "rest": 2.0},
        **changes,
    }
    told = [known[name] for name in ("requirements", "proof", "lock")]
    findings = sentences(extraction.mark.function, known["proof"], ())
    report = report_of(extraction, *told, proof_block(known["proof"], findings))
    return Outcome(extraction, report=report, **known)


def remedy_for(
    path: Path,
    error: str,
    text: str,
    number: int = 1,
    python: Path = Path("/env/bin/python"),
) -> str:
    """What to do about a cell of the notebook that fails with this error."""
    notebook = read(path)
    failure = Failure(notebook.cells[number - 1], 1, error, text)
    return remedy(Trouble(failure, notebook, parse(notebook), python))


@contextmanager
def service_modules() -> Iterator[Any]:
    """The service's own modules, from the template, as far as they need no Flask."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    sys.path.insert(0, str(places.template()))
    try:
        import service.compare
        import service.contract
        import service.records.inputs

        yield service
    finally:
        sys.path.remove(str(places.template()))
        sys.dont_write_bytecode = before
        for name in [n for n in sys.modules if n.partition(".")[0] == "service"]:
            del sys.modules[name]
