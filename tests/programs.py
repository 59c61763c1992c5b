"""Notebooks as programs, extracted without a kernel: hundreds of them in a few seconds.

Everything is real but the kernel: parsing, marking, capturing and writing are the library's, and the
questions about values are answered by the kernel side's own functions. In the kernel's place stands
a module like `__main__`, in this process, in which the cells run by `exec`. What a real kernel does
besides (IPython's magics, recording of calls, another version of Python) is tested with real ones,
by the golden notebooks.
"""

import asyncio
import codeop
import decimal
import hashlib
import importlib.util
import json
import linecache
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

from nb2service import places
from nb2service.closure.capture import capture
from nb2service.closure.close import check_calls, check_names
from nb2service.closure.items import Item
from nb2service.extraction import Extraction
from nb2service.marking.mark import mark
from nb2service.notebook.magics import to_python
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.statements import parse
from nb2service.writing.source import predict_source
from support import kernel_side


class Extracted(NamedTuple):
    """What came of a program."""

    answers: Any  # what the last cell of the notebook bound to `answers`
    extraction: Extraction
    source: str  # predict.py
    folder: Path  # what stands for model/

    @property
    def items(self) -> Mapping[str, Item]:
        """What came along."""
        return self.extraction.items

    def ask(self, expression: str, **environment: str) -> Any:
        """The value of an expression, such as `[predict(1)]`, in a fresh predict.py."""
        with _as_model(self.folder), _process(environment):
            extracted = _module("model.predict", self.folder / "predict.py")
            return eval(expression, vars(extracted))


class ProgramError(Exception):
    """The program itself fails."""


class _InProcess:
    """Stands for a session with a kernel."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests
        self.main = ModuleType("__main__")
        self._compile = codeop.Compile()  # remembers `from __future__ import`, as IPython does
        requests.namespace = lambda: vars(self.main)

    def run(self, cell: Cell) -> None:
        name = f"<cell {cell.number}>"
        linecache.cache[name] = (len(cell.python), None, cell.python.splitlines(True), name)
        with _standing_in({"__main__": self.main}):
            try:
                exec(self._compile(cell.python + "\n", name, "exec"), vars(self.main))
            except Exception as error:
                raise ProgramError(name) from error

    async def ask(self, request: str, **arguments: Any) -> Any:
        with _standing_in({"__main__": self.main}):
            reply = self._requests.REQUESTS[request](**json.loads(json.dumps(arguments)))
        return json.loads(json.dumps(reply))


def cells_of(*sources: str) -> tuple[Cell, ...]:
    """Cells of these texts; `# tag: x` as first line is the tag x."""
    cells = []
    for number, source in enumerate(sources, 1):
        first, _, rest = source.partition("\n")
        is_tag = first.startswith("# tag: ")
        tags = frozenset([first.removeprefix("# tag: ")] if is_tag else [])
        text = rest if is_tag else source
        cells.append(Cell(number, text, to_python(text), tags))
    return tuple(cells)


def extract(folder: Path, *sources: str) -> Extracted:
    """Run a program of cells and extract its marked function.

    The cells below the last call do not run, as in a real extraction.
    """
    notebook = Notebook(folder / "nb.ipynb", cells_of(*sources), "", "0" * 64)
    scope = parse(notebook)
    marked = mark(notebook, scope)
    check_names(scope, marked)
    last = check_calls(scope, marked)[-1]
    model = folder / "model"
    model.mkdir(exist_ok=True)
    before = Path.cwd()
    os.chdir(folder)
    try:
        with _standing_in(_kernel_side()), _process({}):
            session = _InProcess(sys.modules["_nb2service.kernel.requests"])
            for cell in notebook.cells[:last]:
                session.run(cell)
            items = asyncio.run(capture(scope, marked, session, last, model))  # type: ignore[arg-type]
    finally:
        os.chdir(before)
    inference: Any = SimpleNamespace(
        **dict.fromkeys(("record", "answer", "answers_are", "parameter", "container", "whole")),
        input="record",
        calls=(),
    )
    extraction = Extraction(notebook, marked, items, inference, "v1", "3.11.0")
    source = predict_source(scope, extraction)
    (model / "predict.py").write_text(source, encoding="utf-8")
    artifacts = {
        item.artifact.file: {
            "format": item.artifact.format,
            "type": item.artifact.type,
            "sha256": hashlib.sha256((model / item.artifact.file).read_bytes()).hexdigest(),
            "state": dict(item.artifact.state),
        }
        for item in items.values()
        if item.artifact
    }
    (model / "artifacts").mkdir(exist_ok=True)
    for name in artifacts:
        (model / name).replace(model / "artifacts" / name)
    (model / "contract.json").write_text(json.dumps({"artifacts": artifacts}), encoding="utf-8")
    return Extracted(vars(session.main).get("answers"), extraction, source, model)


@cache
def _kernel_side() -> dict[str, ModuleType]:
    """The modules of the kernel side, loaded once."""
    with kernel_side():
        return {n: m for n, m in sys.modules.items() if n.partition(".")[0] == "_nb2service"}


@contextmanager
def _as_model(folder: Path) -> Iterator[None]:
    """The package `model` as a service has it, with the template's own loading.py."""
    model, formats = ModuleType("model"), ModuleType("model.formats")
    model.__path__ = [str(folder), str(places.template() / "model")]
    formats.__path__ = [str(places.FORMATS)]
    allowed = ModuleType("model.allowed")
    vars(allowed)["GLOBALS"] = None  # what artifacts may look up, only the proof finds out
    names = {"model": model, "model.formats": formats, "model.allowed": allowed}
    with _standing_in(names):
        loading = _module("model.loading", places.template() / "model" / "loading.py")
        loading.FOLDER = folder
        yield


def _module(name: str, path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


@contextmanager
def _standing_in(modules: dict[str, ModuleType]) -> Iterator[None]:
    before = {name: sys.modules.get(name) for name in modules}
    sys.modules.update(modules)
    try:
        yield
    finally:
        own = {name.partition(".")[0] for name in modules} - {"__main__"}
        for name in [n for n in sys.modules if n.partition(".")[0] in own]:
            del sys.modules[name]
        sys.modules.update({n: m for n, m in before.items() if m is not None})


@contextmanager
def _process(variables: Mapping[str, str]) -> Iterator[None]:
    """A process of its own, as far as settings go: the environment, the decimal context."""
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        with decimal.localcontext(decimal.DefaultContext):
            yield
    finally:
        os.environ.clear()
        os.environ.update(before)
