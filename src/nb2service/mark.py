"""Mark: find the one cell that predicts, and the function in it."""

import ast
import re
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.read import Cell, Notebook
from nb2service.statements import Scope, Statement

TAG = "predict"
_LINE = re.compile(r"^\s*#\s*\|\s*predict\b\s*(?P<rest>.*)$")
_ARROW = re.compile(r"^:?\s*(?P<input>[^\s>]*)\s*->\s*(?P<answer>\w+)\s*$")
_PREDICTS = frozenset({"predict", "predict_proba"})


@dataclass(frozen=True)
class Mark:
    """The marked cell and the function that it defines.

    Attributes:
        cell: the marked cell.
        how: what marks it, in words.
        function: the name of the function that is served.
        definition: the statement that defines it.
        answer_name: the name that the mark gives to the answer, or None.

    """

    cell: Cell
    how: str
    function: str
    definition: Statement
    answer_name: str | None


def mark(notebook: Notebook, scope: Scope) -> Mark:
    """Find the marked cell and the function in it.

    The line `#| predict` goes before the tag `predict`.

    Raises:
        Nb2serviceError: no cell is marked, several are, the mark cannot be read, or the marked cell
            does not define exactly one function to serve.

    """
    by_line = [(cell, rest) for cell in notebook.cells if (rest := _mark_line(cell)) is not None]
    by_tag = [(cell, "") for cell in notebook.cells if TAG in cell.tags]
    cells = by_line or by_tag
    if not cells:
        raise Nb2serviceError(notebook.name, "no cell is marked", _where_to_mark(notebook, scope))
    if len(cells) > 1:
        numbers = ", ".join(str(cell.number) for cell, _ in cells)
        raise Nb2serviceError(
            notebook.name,
            f"{len(cells)} cells are marked: {numbers}",
            "A service answers one question: leave the mark on one of them.",
        )
    cell, rest = cells[0]
    definition = _function(notebook, scope, cell)
    assert isinstance(definition.node, ast.FunctionDef)
    return Mark(
        cell=cell,
        how="its first line #| predict" if by_line else "its tag predict",
        function=definition.node.name,
        definition=definition,
        answer_name=_answer_name(notebook, cell, rest),
    )


def _mark_line(cell: Cell) -> str | None:
    """What follows `#| predict` on the first line that is neither blank nor a magic."""
    for line in cell.source.splitlines():
        if not line.strip() or line.lstrip().startswith(("%", "!")):
            continue
        found = _LINE.match(line)
        return found["rest"].strip() if found else None
    return None


def _answer_name(notebook: Notebook, cell: Cell, rest: str) -> str | None:
    if not rest:
        return None
    arrow = _ARROW.match(rest)
    if not arrow:
        raise Nb2serviceError(
            notebook.place(cell, 1),
            f"cannot read the mark `#| predict {rest}`",
            "Write `#| predict`, or `#| predict: df -> churn_probability` to name the answer.",
        )
    return arrow["answer"]


def _function(notebook: Notebook, scope: Scope, cell: Cell) -> Statement:
    statements = [s for s in scope.statements if s.cell is cell]
    functions = {s.node.name: s for s in statements if isinstance(s.node, ast.FunctionDef)}
    if len(functions) == 1:
        return next(iter(functions.values()))
    if "predict" in functions:
        return functions["predict"]
    if not functions:
        raise Nb2serviceError(
            notebook.place(cell),
            "the marked cell defines no function",
            "Put what it does into one and call it once below:\n"
            f"    #| predict\n    def predict(payload: dict):\n        return {_sketch(statements)}",
        )
    raise Nb2serviceError(
        notebook.place(cell),
        f"the marked cell defines {len(functions)} functions: {', '.join(functions)}",
        "Call the one to serve `predict`, or move the others to another cell.",
    )


def _sketch(statements: list[Statement]) -> str:
    for statement in statements:
        for node in ast.walk(statement.node):
            if _is_predict_call(node):
                return ast.unparse(node)[:60]
    return "..."


def _where_to_mark(notebook: Notebook, scope: Scope) -> str:
    candidates: dict[int, str] = {}
    for statement in scope.statements:
        node = statement.node
        if isinstance(node, ast.FunctionDef) and re.search("predict|score|classify", node.name):
            candidates.setdefault(statement.cell.number, f"def {node.name}(…)")
        elif any(_is_predict_call(child) for child in ast.walk(node)):
            first = statement.source.splitlines()[0]
            candidates.setdefault(statement.cell.number, first[:60])
    if not candidates:
        return "Put `#| predict` on the first line of the cell that predicts; no cell here calls predict."
    listed = "".join(f"\n    cell {number}: {text}" for number, text in candidates.items())
    return f"Put `#| predict` on the first line of the cell that predicts. Cells that do:{listed}"


def _is_predict_call(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(attr=name)) | ast.Call(func=ast.Name(id=name)):
            return name in _PREDICTS
    return False
