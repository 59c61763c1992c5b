"""The ways to mark the cell that predicts: ours, and those that other tools have brought.

Each convention is a function from a notebook to the cells that it marks. `RANKS` says which go
before which; to add one, write its function and put it there.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from nb2service.notebook.magics import is_service_cell
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.roles import directives, first_comment
from nb2service.notebook.statements import Scope, Statement

TAG = "predict"
_WORD = re.compile(r"predict\b(?P<rest>.*)$")
# `# %% predict` is how jupytext and editors write a cell with a title.
_TITLE = re.compile(r"^#\s*%%\s*predict\b(?P<rest>.*)$")
_COMMENT = re.compile(r"^#\s*predict\s*(?P<rest>:?(?:[\w\s,]*->\s*\w+)?)\s*$")
# nbdev 2 writes `#| export`, nbdev 1 `# export`; a name of a module may follow.
_EXPORT = re.compile(r"^exports?i?(?:\s+[\w.]+)?$")
# The README of nuclio-jupyter says code-start, its code start-code; mlrun has the same under its name.
_START = re.compile(r"^\s*#\s*(?:nuclio|mlrun)\s*:\s*(?:start-code|code-start|start\b)")
_END = re.compile(r"^\s*#\s*(?:nuclio|mlrun)\s*:\s*(?:end-code|code-end|end\b)")
_GATEWAY = re.compile(r"#\s+(?P<route>(?:GET|PUT|POST)\s+/\S*)")
_LIKE_PREDICT = re.compile(r"predict|score|classify|infer")


@dataclass(frozen=True)
class Marked:
    """A cell that a convention marks.

    Attributes:
        cell: the cell.
        how: what marks it, in words.
        rest: what our own mark says besides, e.g. `: df -> probability`.
        line: the line of the mark in the cell.
        function: the function that it means, if it says so itself.

    """

    cell: Cell
    how: str
    rest: str = ""
    line: int = 1
    function: Statement | None = None


Convention = Callable[[Notebook, Scope], Iterator[Marked]]


def own_line(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """`#| predict`, among the first lines `#| …`; also `# %% predict`, and the magic `%%service`."""
    for cell in notebook.cells:
        for number, words in directives(cell.source):
            if found := _WORD.match(words):
                yield Marked(cell, "its first line #| predict", found["rest"].strip(), number)
        number, comment = first_comment(cell.source)
        if found := _TITLE.match(comment):
            yield Marked(cell, "its first line # %% predict", found["rest"].strip(), number)
        if is_service_cell(cell.source):
            yield Marked(cell, "its first line %%service")


def tag(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """The cell tag `predict`."""
    for cell in notebook.cells:
        if TAG in cell.tags:
            yield Marked(cell, "its tag predict")


def comment(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """`# predict`, which people also write without a thought of us: so it comes after the tag."""
    for cell in notebook.cells:
        number, text = first_comment(cell.source)
        if found := _COMMENT.match(text):
            yield Marked(cell, "its first line # predict", found["rest"].strip(), number)


def nbdev_export(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """The mark `#| export` of nbdev: the exported cell that defines a function like predict."""
    exported = []
    for cell in notebook.cells:
        said = {words for _, words in directives(cell.source)}
        said.add(first_comment(cell.source)[1].removeprefix("#").strip())
        if any(_EXPORT.match(words) for words in said):
            exported.append(cell)
    statements = [s for cell in exported for s in scope.of_cell(cell)]
    for statement in like_predict(statements):
        yield Marked(statement.cell, "its first line #| export")


def nuclio_section(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """The section `# nuclio: start-code` … `end-code` of nuclio and mlrun: a function in there."""
    inside, found = False, []
    for cell in notebook.cells:
        marks = [
            (number, bool(_START.match(line)))
            for number, line in enumerate(cell.source.splitlines(), 1)
            if _START.match(line) or _END.match(line)
        ]
        for statement in scope.of_cell(cell):
            before = [starts for number, starts in marks if number < statement.line]
            if before[-1] if before else inside:
                found.append(statement)
        if marks:
            inside = marks[-1][1]
    for statement in like_predict(found):
        yield Marked(statement.cell, "nuclio's start-code above it", function=statement)


def gateway_route(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """The Jupyter kernel gateway's `# POST /predict`, above a function."""
    for cell in notebook.cells:
        found = _GATEWAY.match(cell.source)
        if found and _LIKE_PREDICT.search(found["route"]) and like_predict(scope.of_cell(cell)):
            yield Marked(cell, f"its first line # {found['route']}")


def only_definition(notebook: Notebook, scope: Scope) -> Iterator[Marked]:
    """No mark at all, where the notebook has exactly one `def predict`."""
    found = [s for s in scope.statements if is_function(s) and TAG in s.binds]
    if len(found) == 1:
        yield Marked(found[0].cell, "the only def predict")


# Conventions of one rank must agree; ours and the tag stand in one, and the line is asked first.
RANKS: tuple[tuple[Convention, ...], ...] = (
    (own_line, tag),
    (comment,),
    (nbdev_export, nuclio_section, gateway_route),
    (only_definition,),
)


def is_function(statement: Statement) -> bool:
    """Whether the statement defines a function; one that is async counts."""
    return isinstance(statement.node, ast.FunctionDef | ast.AsyncFunctionDef)


def like_predict(statements: list[Statement]) -> list[Statement]:
    """The functions among them that are named predict, else those whose names say as much."""
    functions = {s.node.name: s for s in statements if is_function(s)}  # type: ignore[attr-defined]
    if TAG in functions:
        return [s for s in statements if is_function(s) and TAG in s.binds]
    return [s for name, s in functions.items() if _LIKE_PREDICT.search(name)]
