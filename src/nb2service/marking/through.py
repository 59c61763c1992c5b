"""A marked cell that predicts through a function of the notebook: that function is served."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.marking.answer import is_predict_call
from nb2service.marking.later import last_version
from nb2service.marking.outermost import outermost
from nb2service.notebook.dataflow.knowledge import FITS
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope, Statement

# Methods after which a model is another one: a function with one of them trains.
_TRAINS = FITS | {"cross_val_score"}


@dataclass(frozen=True)
class ThroughFunction:
    """A call by which a marked cell predicts.

    Attributes:
        definition: the function that is called.
        call: the call.
        statement: the statement of the marked cell that it stands in.
        name: the name that its answer is bound to, None if it has none.
    """

    definition: Statement
    call: ast.Call
    statement: Statement
    name: str | None = None

    @property
    def function(self) -> str:
        """The name of the function."""
        assert isinstance(self.definition.node, ast.FunctionDef)
        return self.definition.node.name

    @property
    def line(self) -> str:
        """The mark that chooses it, as a line to paste."""
        return f"#| predict: -> {self.name or ast.unparse(self.call)}"


def through(scope: Scope, cell: Cell, wanted: str | None) -> ThroughFunction | None:
    """The call by which a cell predicts that has no predict call itself; None if there is none.

    Args:
        scope: the notebook's statements.
        cell: the marked cell.
        wanted: what stands right of the mark's arrow; None without an arrow.

    Raises:
        Nb2serviceError: it predicts through several functions, or goes on with what one answers.
    """
    found = list(_calls(scope, cell))
    named = [one for one in found if wanted is not None and wanted in (one.name, _text(one))]
    asked = [one for one in named or found if one.call.args or one.call.keywords]
    if found and not asked:
        raise _given_nothing(scope, found[-1])
    if len({id(one.definition) for one in asked}) > 1:
        raise _several(scope, cell, asked)
    for one in asked:
        _refuse_made_of(scope, one)
    return asked[-1] if asked else None


def _text(one: ThroughFunction) -> str:
    return ast.unparse(one.call)


def _calls(scope: Scope, cell: Cell) -> Iterator[ThroughFunction]:
    """The calls of functions that predict, and do not train."""
    for statement in scope.of_cell(cell):
        if statement.is_definition:
            continue
        for part in ast.walk(statement.node):
            if not (isinstance(part, ast.Call) and isinstance(part.func, ast.Name)):
                continue
            definition = _function(scope, part.func.id, cell)
            if definition is None:
                continue
            parts = list(_parts(scope, definition, cell, set()))
            if any(map(is_predict_call, parts)) and not any(map(_trains, parts)):
                yield ThroughFunction(definition, part, statement, _bound(statement, part))


def _function(scope: Scope, name: str, cell: Cell) -> Statement | None:
    """The function of the notebook that a name means after a cell."""
    binding = scope.binding(name, cell.number)
    return binding if binding and isinstance(binding.node, ast.FunctionDef) else None


def _parts(scope: Scope, function: Statement, cell: Cell, seen: set[str]) -> Iterator[ast.AST]:
    """The nodes of a function, and of those functions of the notebook that it uses."""
    for part in ast.walk(function.node):
        yield part
        if isinstance(part, ast.Name) and part.id not in seen:
            seen.add(part.id)
            inner = _function(scope, part.id, cell)
            if inner is not None:
                yield from _parts(scope, inner, cell, seen)


def _trains(part: ast.AST) -> bool:
    return isinstance(part, ast.Attribute) and part.attr in _TRAINS


def _bound(statement: Statement, call: ast.Call) -> str | None:
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if value is call:
            return name
    return None


def _refuse_made_of(scope: Scope, one: ThroughFunction) -> None:
    """Refuse where the cell makes another answer of what the function answers.

    A text that shows it is none: who serves a function wants what it returns.
    """
    parents: Mapping[ast.AST, ast.AST] = {
        child: part for part in ast.walk(one.statement.node) for child in ast.iter_child_nodes(part)
    }
    made = outermost(one.call, parents, scope)
    statement = one.statement
    if made is one.call and one.name:
        statement = last_version(scope, statement, one.name)
    if made is one.call and statement is one.statement:
        return
    if isinstance(made, ast.JoinedStr):
        return
    text = ast.unparse(made) if made is not one.call else statement.first_line
    place = scope.notebook.place(statement.cell, statement.line)
    raise Nb2serviceError(
        place,
        f"`{text[:80]}` makes another answer of what {one.function} answers",
        f"Let {one.function} return that, or, to serve what it returns now, put the mark into cell "
        f"{one.definition.cell.number}, which defines it.",
    )


def _given_nothing(scope: Scope, one: ThroughFunction) -> Nb2serviceError:
    return Nb2serviceError(
        scope.notebook.place(one.statement.cell, one.statement.line),
        f"{one.function} predicts, but is given nothing, so that nobody knows what a request is",
        f"Let {one.function} take what it predicts from as a parameter, and call it with that.",
    )


def _several(scope: Scope, cell: Cell, found: list[ThroughFunction]) -> Nb2serviceError:
    names = list(dict.fromkeys(one.function for one in found))
    lines = "".join(f"\n    {line}" for line in dict.fromkeys(one.line for one in found))
    return Nb2serviceError(
        scope.notebook.place(cell),
        f"the marked cell predicts through {len(names)} functions: {', '.join(names)}",
        f"A service answers one question: put one of these lines in place of the mark.{lines}",
    )
