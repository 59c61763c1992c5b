"""Find the answer of a bare cell: what comes from its predict call, as far as the cell shapes it."""

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace

from nb2service.errors import Nb2serviceError
from nb2service.marking import refusals
from nb2service.marking.answer import (
    ANSWERS_TOO,
    PREDICTS,
    Answer,
    as_text,
    is_call_of,
    is_predict_call,
    is_print,
)
from nb2service.marking.gathered import gathered, listed
from nb2service.marking.later import last_version
from nb2service.marking.made_of import made_of_all
from nb2service.marking.outermost import outermost
from nb2service.notebook.changes import outside_functions, root_name
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope, Statement

__all__ = [
    "PREDICTS",
    "Answer",
    "answers_in",
    "as_text",
    "choose_answer",
    "is_predict_call",
    "is_print",
]


def answers_in(scope: Scope, cell: Cell) -> list[Answer]:
    """The answers that a cell gives: one for each predict call outside of its functions."""
    return [
        _answer(scope, statement, call, parents)
        for statement, call, parents in _calls_in(scope, cell, PREDICTS)
    ]


def _calls_in(
    scope: Scope, cell: Cell, methods: Set[str]
) -> Iterator[tuple[Statement, ast.Call, Mapping[ast.AST, ast.AST]]]:
    """The calls of the methods outside of functions, each with the parents within its statement."""
    for statement in scope.of_cell(cell):
        if statement.is_definition:
            continue
        parents = _parents(statement.node)
        for part in _in_order(statement.node):
            if isinstance(part, ast.Call) and is_call_of(part, methods):
                yield statement, part, parents


def _other_answers(scope: Scope, cell: Cell) -> list[Answer]:
    """What a cell without a predict call answers: neighbours, embeddings; each name of a pair."""
    found: list[Answer] = []
    for statement, call, parents in _calls_in(scope, cell, ANSWERS_TOO):
        one = _answer(scope, statement, call, parents)
        names: list[ast.expr] = []
        match parents.get(one.node) if one.node is not None else None:
            case ast.Assign(targets=[ast.Tuple(elts=elts)]):
                names = [e for e in elts if isinstance(e, ast.Name) and e.id.strip("_")]
        found += [
            replace(one, node=None, name=n.id, bound=n.id) for n in names if isinstance(n, ast.Name)
        ] or [one]
    return found


def _is_one(node: ast.expr, call: ast.Call) -> bool:
    """Whether the answer is one value, so that a text of it says something."""
    return (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant)) or (
        bool(call.args) and isinstance(call.args[0], ast.List | ast.Constant)
    )


def choose_answer(scope: Scope, cell: Cell, wanted: str | None) -> Answer:
    """The one answer that is served.

    Args:
        scope: the notebook's statements.
        cell: the marked cell.
        wanted: what stands right of the mark's arrow: a name of the notebook, an expression of the
            cell, or a mere label; None without an arrow.

    Raises:
        Nb2serviceError: there is none, or more than one.
    """
    found = answers_in(scope, cell)
    if wanted is not None:
        named = _named(scope, cell, found, wanted)
        if named is not None:
            return named
    others = [] if found else _other_answers(scope, cell)
    found = found or others
    if not found:
        raise refusals.none(scope, cell, _calls(scope))
    chosen = others or _preferred(_told_apart(found))
    turns = chosen[0].in_turns
    if (len(chosen) > 1 or turns) and (whole := _whole(scope, cell, chosen)) is not None:
        return whole
    if len(chosen) > 1:
        raise refusals.several(scope, cell, chosen)
    answer = chosen[0]
    loop = isinstance(answer.statement.node, ast.For | ast.While | ast.AsyncFor)
    gathers = answer.name in gathered(answer.statement.node)
    if loop and not gathers and any(map(is_predict_call, ast.walk(answer.statement.node))):
        raise refusals.in_a_loop(scope, answer)
    if answer.in_turns and loop:
        raise refusals.gathered_in_a_loop(scope, answer)
    if (name := _named_in_a_condition(answer.statement.node)) is not None:
        raise refusals.in_a_condition(scope, answer, name)
    if answer.in_turns:
        raise refusals.in_a_comprehension(scope, answer)
    return answer


def _named_in_a_condition(node: ast.stmt) -> str | None:
    """The name of `if (y := model.predict(X)).min() < 0:`."""
    if isinstance(node, ast.If | ast.While):
        for part in ast.walk(node.test):
            if isinstance(part, ast.NamedExpr) and any(map(is_predict_call, ast.walk(part.value))):
                return part.target.id
    return None


def _answer(
    scope: Scope, statement: Statement, call: ast.Call, parents: Mapping[ast.AST, ast.AST]
) -> Answer:
    node = outermost(call, parents, scope)
    holder = parents.get(node)
    if isinstance(holder, ast.Call) and is_print(holder) and _is_one(node, call):
        node = holder
    model, asked = ast.unparse(call.func), _asked(scope, call)
    turns = _in_turns(call, parents, node)
    bound, name = _given_to(node, holder, parents)
    if name is None and isinstance(statement.node, ast.For) and (into := listed(holder)):
        bound, name, turns = into, into, True
    asking = "" if _in_turns(call, parents, call) else ast.unparse(call)
    if name is None:
        return Answer(statement, node, None, asked, model, bound, turns, asking)
    last = last_version(scope, statement, name)
    return Answer(last, None, name, asked, model, name, turns, asking)


def _asked(scope: Scope, call: ast.Call) -> str:
    """The name of what is handed to a predict call."""
    if not call.args:
        return ""
    names = [n.id for n in ast.walk(call.args[0]) if isinstance(n, ast.Name)]
    bound = [(name, scope.bindings(name)) for name in [root_name(call.args[0]), *names]]
    return next((n for n, found in bound if found and not found[-1].is_import), "")


def _given_to(
    node: ast.expr, holder: ast.AST | None, parents: Mapping[ast.AST, ast.AST]
) -> tuple[str, str | None]:
    """What a statement gives the answer to, and its name, if it is one."""
    target: ast.expr | None = None
    match holder:
        case ast.Dict(keys=keys, values=values):
            call = parents[holder]
            match (call, parents.get(call), keys[values.index(node)]):
                case (
                    ast.Call(func=f),
                    ast.Assign(targets=[ast.Name() as t]),
                    ast.Constant() as key,
                ):
                    is_table = ast.unparse(f).endswith("DataFrame")
                    return (
                        ast.unparse(ast.Subscript(t, key, ast.Load())) if is_table else ""
                    ), None
        case ast.Assign(targets=[*targets], value=value) if value is node:
            names = [t for t in targets if isinstance(t, ast.Name)]
            target = [*names, *targets][0]
        case ast.AugAssign(target=found, value=value) | ast.AnnAssign(target=found, value=value):
            target = found if value is node else None
    if isinstance(target, ast.Name):
        return target.id, target.id
    match target:
        # Of rows that are set, the column is what the notebook makes.
        case ast.Subscript(
            value=ast.Attribute(value=table, attr="loc"), slice=ast.Tuple(elts=[_, c])
        ):
            return ast.unparse(ast.Subscript(table, c, ast.Load())), None
        case ast.Subscript(value=ast.Subscript() as column):
            return ast.unparse(column), None
        case ast.Subscript() | ast.Attribute():
            return ast.unparse(target), None
    return "", None


def _told_apart(found: Sequence[Answer]) -> list[Answer]:
    """The answers, those that several models give together as one."""
    seen = {(id(a.statement), a.name or id(a.node)): a for a in reversed(found)}
    return list(seen.values())[::-1]


def _whole(scope: Scope, cell: Cell, found: Sequence[Answer]) -> Answer | None:
    """What the cell makes of all the answers: `y_pred = 0.6 * first + 0.4 * second`."""
    named = [(answer.statement, answer.name) for answer in found if answer.name]
    name = made_of_all(scope, named) if len(named) == len(found) else None
    if name is None or (len(found) == 1 and name == found[0].name):
        return None
    whole = _named(scope, cell, (), name)
    return whole and replace(whole, call=found[-1].call)


def _named(scope: Scope, cell: Cell, found: Sequence[Answer], wanted: str) -> Answer | None:
    """The answer that the right side of an arrow means; None if it is a mere label."""
    same = [a for a in found if a.text == wanted or _same(a.node, wanted)]
    if same:
        return same[-1]
    if wanted.isidentifier():
        binding = scope.binding(wanted, cell.number)
        if binding is not None and not binding.is_import and not binding.is_definition:
            return Answer(last_version(scope, binding, wanted), None, wanted, bound=wanted)
        return None
    parts = [(s, part) for s in scope.of_cell(cell) for part in _in_order(s.node)]
    for statement, part in parts:
        if isinstance(part, ast.expr) and not statement.is_definition and _same(part, wanted):
            return Answer(statement, part, None)
    raise Nb2serviceError(
        scope.notebook.place(cell),
        f"the mark's arrow asks for `{wanted}`, which stands nowhere in the cell",
        "Right of the arrow stands a name that the notebook binds, or an expression of this cell"
        + (f": {found[0].line}" if found else "."),
    )


def _same(node: ast.expr | None, wanted: str) -> bool:
    try:
        tree = ast.parse(wanted, mode="eval").body
    except SyntaxError:
        return False
    return node is not None and ast.dump(node) == ast.dump(tree)


def _preferred(found: Sequence[Answer]) -> list[Answer]:
    """Of the same model asked about several tables, the one that is not the training data."""
    by_model: dict[str, list[Answer]] = {}
    for answer in found:
        by_model.setdefault(answer.model, []).append(answer)
    return [max(answers, key=_likelihood) for answers in by_model.values()]


def _likelihood(answer: Answer) -> int:
    asked = answer.asked.lower()
    return (
        ("train" not in asked)
        + 2 * ("test" in asked)
        + ("val" in asked)
        + (answer.name is not None and "train" not in answer.name.lower())
    )


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes outside of functions, as they stand in the text."""
    parts = [p for p in outside_functions(node) if hasattr(p, "lineno")]
    return iter(sorted(parts, key=lambda p: (p.lineno, p.col_offset)))  # type: ignore[attr-defined]


def _parents(node: ast.AST) -> dict[ast.AST, ast.AST]:
    return {child: part for part in ast.walk(node) for child in ast.iter_child_nodes(part)}


def _in_turns(call: ast.Call, parents: Mapping[ast.AST, ast.AST], whole: ast.expr) -> bool:
    """Whether a comprehension around a call asks it turn by turn, and nothing makes one of its turns."""
    given: set[str] = set()
    inside = {id(part) for part in ast.walk(whole) if part is not whole}
    around = parents.get(call)
    while around is not None and id(around) in inside:
        around = parents.get(around)  # what is made of a comprehension is one answer
    while around is not None:
        for part in getattr(around, "generators", []):
            given |= {n.id for n in ast.walk(part.target) if isinstance(n, ast.Name)}
        around = parents.get(around)
    return bool(given & {n.id for n in ast.walk(call) if isinstance(n, ast.Name)})


def _calls(scope: Scope) -> list[tuple[int, str]]:
    """The first predict call of each cell that has one, as text."""
    found = [(cell.number, answers_in(scope, cell)[:1]) for cell in scope.notebook.cells]
    return [(number, answers[0].text) for number, answers in found if answers]
