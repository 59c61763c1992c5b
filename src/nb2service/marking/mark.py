"""Mark: find the one cell that predicts, and the function in it."""

import ast
import re
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.marking.answers import PREDICTS, Answer, answers_in, choose_answer
from nb2service.marking.arrow import Arrow, Version, read_arrow
from nb2service.marking.conventions import RANKS, TAG, Marked, is_function, like_predict
from nb2service.marking.through import ThroughFunction, through
from nb2service.notebook.read import Cell, Notebook
from nb2service.notebook.statements import Scope, Statement


@dataclass(frozen=True)
class Mark:
    """The marked cell and what is served of it: a function, or the path of a bare cell.

    Attributes:
        cell: the marked cell.
        how: what marks it, in words.
        function: the name of the function that is served.
        definition: the statement that defines it; of a bare cell, the one that gives the answer.
        answer_name: the name that the mark gives to the answer, or None.
        inputs: the names left of the mark's arrow.
        answer: the answer of a bare cell; None where the cell defines a function.
        start: the input that the mark of a bare cell asks for, if it does.
        through: the call in the marked cell, where that predicts through a function of another one.
    """

    cell: Cell
    how: str
    function: str
    definition: Statement
    answer_name: str | None
    inputs: tuple[str, ...] = ()
    answer: Answer | None = None
    start: Version | None = None
    through: ThroughFunction | None = None

    @property
    def caller(self) -> Cell | None:
        """The cell whose calls are the examples, where the mark says which."""
        return self.through.statement.cell if self.through else None


def mark(notebook: Notebook, scope: Scope) -> Mark:
    """Find the marked cell and what it serves; see `conventions.RANKS` for what marks a cell.

    Raises:
        Nb2serviceError: no cell is marked, several are, the mark cannot be read, or the marked cell
            neither defines one function to serve nor gives one answer.
    """
    marked = _marked(notebook, scope)
    if marked.function is None and _is_bare(scope, marked.cell):
        return _through(notebook, scope, marked) or _bare(notebook, scope, marked)
    definition = marked.function or _function(notebook, scope, marked.cell)
    if isinstance(definition.node, ast.AsyncFunctionDef):
        raise Nb2serviceError(
            notebook.place(marked.cell, definition.line),
            f"{definition.node.name} is an async function",
            "A service asks it and waits: define it with def, and run what is async inside of it with "
            "asyncio.run(…).",
        )
    assert isinstance(definition.node, ast.FunctionDef)
    arrow = _arrow(notebook, marked)
    if arrow.answer is not None and not arrow.answer.isidentifier():
        raise _unreadable(notebook, marked)
    return Mark(
        cell=marked.cell,
        how=marked.how,
        function=definition.node.name,
        definition=definition,
        answer_name=arrow.answer,
        inputs=tuple(version.name for version in arrow.inputs),
    )


def _is_bare(scope: Scope, cell: Cell) -> bool:
    """Whether the cell predicts itself, rather than defining a function that does."""
    statements = scope.of_cell(cell)
    if like_predict(statements):
        return False
    return not any(is_function(s) for s in statements) or bool(answers_in(scope, cell))


def _through(notebook: Notebook, scope: Scope, marked: Marked) -> Mark | None:
    """The function of another cell that a marked cell predicts through; None if it does not."""
    if answers_in(scope, marked.cell):
        return None
    arrow = _arrow(notebook, marked)
    found = through(scope, marked.cell, arrow.answer)
    if found is None:
        return None
    return Mark(
        cell=found.definition.cell,
        how=f"cell {marked.cell.number}, which calls it and has {marked.how.replace('its', 'the', 1)}",
        function=found.function,
        definition=found.definition,
        answer_name=arrow.answer if arrow.answer and arrow.answer.isidentifier() else found.name,
        inputs=tuple(version.name for version in arrow.inputs),
        through=found,
    )


def _bare(notebook: Notebook, scope: Scope, marked: Marked) -> Mark:
    arrow = _arrow(notebook, marked)
    if len(arrow.inputs) > 1:
        raise _unreadable(notebook, marked)
    for version in arrow.inputs:
        _check_input(notebook, scope, marked, version)
    answer = choose_answer(scope, marked.cell, arrow.answer)
    name = arrow.answer if arrow.answer and arrow.answer.isidentifier() else None
    return Mark(
        cell=marked.cell,
        how=marked.how,
        function="predict",
        definition=answer.statement,
        answer_name=name,
        answer=answer,
        start=arrow.inputs[0] if arrow.inputs else None,
    )


def _check_input(notebook: Notebook, scope: Scope, marked: Marked, version: Version) -> None:
    """Refuse an arrow that begins at what can be no table, before the notebook runs for it."""
    binding = scope.binding(version.name, marked.cell.number)
    why = ""
    if binding is None and not scope.has_unseen_names:
        why = "which no cell up to the mark binds"
    elif binding is not None and (binding.is_import or binding.is_definition):
        why = "which is no table"
    elif version.cell is not None and not _mentions(scope, version):
        why = f"and cell {version.cell} does not mention {version.name}"
    if why:
        raise Nb2serviceError(
            notebook.place(marked.cell, marked.line),
            f"the mark's arrow begins at `{version.text}`, {why}",
            "Begin it at a table that a cell makes, or leave the choice: #| predict",
        )


def _mentions(scope: Scope, version: Version) -> bool:
    statements = [s for s in scope.statements if s.cell.number == version.cell]
    return any(version.name in s.binds | s.eager | s.lazy for s in statements)


def _marked(notebook: Notebook, scope: Scope) -> Marked:
    _refuse_ignored(notebook)
    for rank in RANKS:
        found: dict[int, Marked] = {}
        for convention in rank:
            for marked in convention(notebook, scope):
                found.setdefault(marked.cell.number, marked)
        if len(found) > 1:
            raise _several(notebook, [found[number] for number in sorted(found)])
        if found:
            return next(iter(found.values()))
    if notebook.marked_texts:
        raise _text_is_marked(notebook)
    raise Nb2serviceError(notebook.name, "no cell is marked", _where_to_mark(notebook, scope))


def _text_is_marked(notebook: Notebook) -> Nb2serviceError:
    above = notebook.marked_texts[0]
    where = f"the text below cell {above}" if above else "the text at the top"
    return Nb2serviceError(
        notebook.name,
        f"{where} is marked, which is no code",
        "Put the mark on the cell that predicts, or make that text a code cell.",
    )


def _several(notebook: Notebook, found: list[Marked]) -> Nb2serviceError:
    numbers = ", ".join(str(marked.cell.number) for marked in found)
    fact = f"{len(found)} cells are marked: {numbers}"
    if len({marked.how for marked in found}) > 1:
        fact += f" ({', '.join(f'cell {m.cell.number} by {m.how}' for m in found)})"
    remedy = "A service answers one question: leave the mark on one of them."
    if not any(m.how.endswith(("#| predict", "%% predict")) or "tag" in m.how for m in found):
        remedy = (
            "A service answers one question: put `#| predict` on the first line of one of them."
        )
    return Nb2serviceError(notebook.name, fact, remedy)


def _refuse_ignored(notebook: Notebook) -> None:
    """A cell that is marked both ways is a slip, and one that nobody would find."""
    for cell in notebook.ignored:
        if TAG in cell.tags or re.search(r"^\s*#\s?\|\s*predict\b", cell.source, re.MULTILINE):
            raise Nb2serviceError(
                notebook.place(cell),
                "the cell is marked both `predict` and `ignore`",
                "Take one of the two marks away.",
            )


def _arrow(notebook: Notebook, marked: Marked) -> Arrow:
    arrow = read_arrow(marked.rest)
    if arrow is None:
        raise _unreadable(notebook, marked)
    return arrow


def _unreadable(notebook: Notebook, marked: Marked) -> Nb2serviceError:
    return Nb2serviceError(
        notebook.place(marked.cell, marked.line),
        f"cannot read the mark `#| predict {marked.rest}`",
        "Write `#| predict`, or `#| predict: df -> churn_probability` to name the answer.",
    )


def _function(notebook: Notebook, scope: Scope, cell: Cell) -> Statement:
    statements = scope.of_cell(cell)
    # The last definition of a name is the one that lives.
    functions = {s.node.name: s for s in statements if is_function(s)}  # type: ignore[attr-defined]
    likely = {s.node.name: s for s in like_predict(statements)}  # type: ignore[attr-defined]
    if len(functions) == 1 or len(likely) == 1:
        (definition,) = (functions if len(functions) == 1 else likely).values()
        return definition
    raise Nb2serviceError(
        notebook.place(cell),
        f"the marked cell defines {len(functions)} functions: {', '.join(functions)}",
        "Call the one to serve `predict`, or move the others to another cell.",
    )


def _where_to_mark(notebook: Notebook, scope: Scope) -> str:
    candidates: dict[int, str] = {}
    for statement in scope.statements:
        node = statement.node
        if isinstance(node, ast.FunctionDef) and re.search("predict|score|classify", node.name):
            candidates.setdefault(statement.cell.number, f"def {node.name}(…)")
        elif any(_is_predict_call(child) for child in ast.walk(node)):
            first = statement.first_line
            candidates.setdefault(statement.cell.number, first[:60])
    if not candidates:
        return "Put `#| predict` on the first line of the cell that predicts; no cell here calls predict."
    listed = "".join(f"\n    cell {number}: {text}" for number, text in candidates.items())
    return f"Put `#| predict` on the first line of the cell that predicts. Cells that do:{listed}"


def _is_predict_call(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name in PREDICTS
    return False
