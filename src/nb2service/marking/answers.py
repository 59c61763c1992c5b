"""Find the answer of a bare cell: what comes from its predict call, as far as the cell shapes it."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from nb2service.errors import Nb2serviceError
from nb2service.notebook.changes import outside_functions, root_name
from nb2service.notebook.read import Cell
from nb2service.notebook.statements import Scope, Statement

# Methods of estimators whose result is an answer.
PREDICTS = frozenset(
    {"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples"}
    | {"forecast", "predict_classes"}
)
# What may be done with an answer so that it is still the answer, not a metric, a plot or a table.
_SHAPES = frozenset(
    {
        "astype",
        "round",
        "ravel",
        "flatten",
        "squeeze",
        "tolist",
        "reshape",
        "item",
        "argmax",
        "clip",
    }
    | {"inverse_transform", "exp", "expm1", "log", "log1p", "where", "rint", "array", "asarray"}
    | {"format", "maximum", "minimum", "abs", "map", "take", "int", "float", "str", "bool", "list"}
    | {"max", "to_numpy", "sqrt", "power", "Series"}
)
_SHAPING_NODES = (
    ast.Subscript,
    ast.Attribute,
    ast.BinOp,
    ast.UnaryOp,
    ast.Compare,
    ast.IfExp,
    ast.JoinedStr,
    ast.FormattedValue,
    ast.ListComp,
    ast.comprehension,
)


@dataclass(frozen=True)
class Answer:
    """What a bare cell answers.

    Attributes:
        statement: the statement of the notebook that makes it.
        node: the expression, a node of the statement's tree; None if it is known by its name alone.
        name: the name that it is bound to, None if it has none.
        asked: the name that is handed to the predict call, `""` if none is.
        model: the name of what predicts, with the method: `model.predict`.
    """

    statement: Statement
    node: ast.expr | None
    name: str | None
    asked: str = ""
    model: str = ""

    @property
    def text(self) -> str:
        """What stands for it right of an arrow."""
        if self.name:
            return self.name
        assert self.node is not None
        return ast.unparse(self.node)

    @property
    def line(self) -> str:
        """The mark that chooses it, as a line to paste."""
        return f"#| predict: {self.asked or 'X'} -> {self.text}"


def answers_in(scope: Scope, cell: Cell) -> list[Answer]:
    """The answers that a cell gives: one for each predict call outside of its functions."""
    found = []
    for statement in scope.of_cell(cell):
        if statement.is_definition:
            continue
        parents = _parents(statement.node)
        found += [
            _answer(scope, statement, part, parents)
            for part in _in_order(statement.node)
            if isinstance(part, ast.Call) and is_predict_call(part)
        ]
    return found


def is_predict_call(node: ast.AST) -> bool:
    """Whether the node is a call such as `model.predict(X)`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in PREDICTS
        and not (isinstance(node.func.value, ast.Name) and node.func.value.id in ("self", "cls"))
    )


def is_print(node: ast.expr) -> bool:
    """Whether it prints several things, which make one text."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
        and len(node.args) > 1
        and all(k.arg in ("end", "flush") for k in node.keywords)
        and not any(isinstance(a, ast.Starred) for a in node.args)
    )


def as_text(node: ast.expr) -> ast.JoinedStr:
    """The text that a print gives."""
    assert isinstance(node, ast.Call)
    parts: list[ast.expr] = []
    for argument in node.args:
        parts += [ast.Constant(" ")] if parts else []
        literal = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        parts.append(argument if literal else ast.FormattedValue(argument, -1))
    return ast.JoinedStr(_merged(parts))


def _merged(parts: Sequence[ast.expr]) -> list[ast.expr]:
    """The parts with neighbouring texts as one."""
    found: list[ast.expr] = []
    for part in parts:
        before = found[-1] if found else None
        if isinstance(part, ast.Constant) and isinstance(before, ast.Constant):
            found[-1] = ast.Constant(str(before.value) + str(part.value))
        else:
            found.append(part)
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
    if not found:
        raise _none(scope, cell)
    chosen = _preferred(found)
    if len({answer.model for answer in chosen}) > 1 or len(chosen) > 1:
        raise _several(scope, cell, chosen)
    answer = chosen[0]
    if isinstance(answer.statement.node, ast.For | ast.While | ast.AsyncFor):
        raise _in_a_loop(scope, answer)
    if answer.node is not None and _names_of_comprehensions(answer):
        raise _in_a_comprehension(scope, answer)
    return answer


def _answer(
    scope: Scope, statement: Statement, call: ast.Call, parents: Mapping[ast.AST, ast.AST]
) -> Answer:
    node: ast.expr = call
    while (parent := parents.get(node)) is not None and _shapes(parent, node):
        node = _climbed(parent, parents)
    holder = parents.get(node)
    if isinstance(holder, ast.Call) and is_print(holder) and _is_one(node, call):
        node = holder
    model = ast.unparse(call.func)
    asked = root_name(call.args[0]) if call.args else ""
    if not asked and call.args:
        names = [n.id for n in ast.walk(call.args[0]) if isinstance(n, ast.Name)]
        asked = names[-1] if names else ""
    if isinstance(holder, ast.Assign) and holder.value is node and len(holder.targets) == 1:
        target = holder.targets[0]
        if isinstance(target, ast.Name):
            last = _last_version(scope, statement, target.id)
            return Answer(last, None, target.id, asked, model)
    return Answer(statement, node, None, asked, model)


def _climbed(parent: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.expr:
    """The expression that a shaping node is, or is a part of."""
    while not isinstance(parent, ast.expr) or isinstance(parent, ast.FormattedValue):
        parent = parents[parent]
    return parent


def _shapes(parent: ast.AST, child: ast.AST) -> bool:
    """Whether the parent only shapes the answer that the child is."""
    match parent:
        case ast.Subscript(value=value):
            return value is child or _is_table_of_names(parent)
        case ast.Call(func=ast.Attribute(value=value) as function) if function is child:
            return value is not child and function.attr in _SHAPES
        case ast.Attribute(attr=attr):
            return attr in _SHAPES | {"T", "values", "predicted_mean"}
        case ast.Call(func=ast.Attribute(attr=attr) | ast.Name(id=attr)):
            return attr in _SHAPES
        case ast.BinOp(left=ast.Constant(value=str())):
            return True
        case ast.ListComp(generators=generators):
            return any(g.iter is child or g is child for g in generators)
        case ast.comprehension(iter=iterated):
            return iterated is child
    return isinstance(parent, _SHAPING_NODES)


def _is_table_of_names(node: ast.Subscript) -> bool:
    """Whether it looks an answer up, as `iris.target_names[model.predict(X)]` does."""
    return isinstance(node.value, ast.Attribute | ast.Name | ast.Dict | ast.List)


def _last_version(scope: Scope, statement: Statement, name: str) -> Statement:
    """The last statement of the cell that makes the answer anew from itself."""
    last = statement
    for later in scope.of_cell(statement.cell):
        if not later.follows(last):
            continue
        if name in later.binds:
            if name not in later.eager or later.is_definition:
                break
            last = later
        elif _sets_a_part(later.node, name):
            last = later
    return last


def _sets_a_part(node: ast.stmt, name: str) -> bool:
    """Whether it is `name[…] = …`."""
    match node:
        case ast.Assign(targets=[ast.Subscript() as target]) | ast.AugAssign(target=target):
            return root_name(target) == name
    return False


def _named(scope: Scope, cell: Cell, found: Sequence[Answer], wanted: str) -> Answer | None:
    """The answer that the right side of an arrow means; None if it is a mere label."""
    same = [a for a in found if a.text == wanted or _same(a.node, wanted)]
    if same:
        return same[-1]
    if wanted.isidentifier():
        binding = scope.binding(wanted, cell.number)
        if binding is not None and not binding.is_import and not binding.is_definition:
            return Answer(binding, None, wanted)
        return None
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


def _none(scope: Scope, cell: Cell) -> Nb2serviceError:
    calls = [
        f"\n    cell {other.number}: {answer.text[:60]}"
        for other in scope.notebook.cells
        for answer in answers_in(scope, other)[:1]
    ]
    remedy = "Mark the cell that calls it, or name the answer: #| predict: X_test -> y_pred"
    if calls:
        remedy = f"Mark a cell that does:{''.join(calls[:8])}"
    for part in (n for s in scope.of_cell(cell) for n in ast.walk(s.node)):
        if isinstance(part, ast.Attribute) and part.attr == "fit_predict":
            model = ast.unparse(part.value)
            remedy = (
                f"fit_predict fits anew on the rows that it answers: add a cell with `{model}.predict(…)` "
                "for the fitted model, and mark that one."
            )
    return Nb2serviceError(
        scope.notebook.place(cell),
        "the marked cell defines no function and calls no predict",
        remedy,
    )


def _several(scope: Scope, cell: Cell, found: Sequence[Answer]) -> Nb2serviceError:
    models = ", ".join(dict.fromkeys(answer.model for answer in found))
    lines = "".join(f"\n    {a.line}" for a in [*found, *_blended(scope, cell, found)])
    return Nb2serviceError(
        scope.notebook.place(cell),
        f"the marked cell gives {len(found)} answers: {models}",
        f"A service gives one: put one of these lines in place of the mark.{lines}",
    )


def _blended(scope: Scope, cell: Cell, found: Sequence[Answer]) -> Iterator[Answer]:
    """What the cell makes of several answers: `y_pred = 0.6 * first + 0.4 * second`."""
    names = {answer.name for answer in found}
    for statement in scope.of_cell(cell):
        mixes = isinstance(statement.value, ast.BinOp) and len(names & statement.eager) > 1
        for name in statement.binds if mixes else ():
            yield Answer(statement, None, name, found[0].asked)


def _names_of_comprehensions(answer: Answer) -> set[str]:
    """The names in the answer that a comprehension around it gives, turn by turn."""
    assert answer.node is not None
    within = set(ast.walk(answer.node))
    around = [
        part
        for part in ast.walk(answer.statement.node)
        if isinstance(part, ast.comprehension) and part not in within
    ]
    given = {n.id for part in around for n in ast.walk(part.target) if isinstance(n, ast.Name)}
    return given & {n.id for n in within if isinstance(n, ast.Name)}


def _in_a_comprehension(scope: Scope, answer: Answer) -> Nb2serviceError:
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a comprehension, so it is many answers",
        "Write what makes one answer of them into a function, mark it, and call it once.",
    )


def _in_a_loop(scope: Scope, answer: Answer) -> Nb2serviceError:
    return Nb2serviceError(
        scope.notebook.place(answer.statement.cell, answer.statement.line),
        f"{answer.model} stands in a loop, so it is many answers",
        "Predict below the loop with the model to serve, or take what the last turn leaves: "
        f"{answer.line}",
    )
