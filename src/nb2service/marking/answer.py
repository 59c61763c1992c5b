"""An answer of a bare cell, and the calls that give one."""

import ast
from collections.abc import Sequence, Set
from dataclasses import dataclass

from nb2service.notebook.statements import Statement

# Methods of estimators whose result is an answer.
PREDICTS = frozenset(
    {"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples"}
    | {"forecast", "predict_classes"}
)
# Methods whose result is an answer where the marked cell calls none of those.
ANSWERS_TOO = frozenset(
    {"kneighbors", "radius_neighbors", "get_prediction", "get_forecast", "transform"}
    | {"most_similar", "recommend", "similar_items"}
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
        bound: what the notebook gives the answer to, such as `y_pred` or `df['price']`; `""` for nothing.
        in_turns: whether a comprehension asks it turn by turn, so that it is many answers.
        call: the predict call alone.
    """

    statement: Statement
    node: ast.expr | None
    name: str | None
    asked: str = ""
    model: str = ""
    bound: str = ""
    in_turns: bool = False
    call: str = ""

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
        return f"#| predict: -> {self.text}"


def is_predict_call(node: ast.AST) -> bool:
    """Whether the node is a call such as `model.predict(X)`."""
    return is_call_of(node, PREDICTS)


def is_call_of(node: ast.AST, methods: Set[str]) -> bool:
    """Whether the node is a call of one of the methods, of another object than the one at hand."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in methods
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
