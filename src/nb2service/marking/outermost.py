"""The expression around a predict call that is its answer: up to what only shows or judges it."""

import ast
import re
from collections.abc import Mapping

from nb2service.notebook.changes import root_name
from nb2service.notebook.statements import Scope

Parents = Mapping[ast.AST, ast.AST]
# What a prediction is handed to so that it is shown, kept or counted: it stays what it was.
_CARRIES = frozenset(
    {"print", "display", "append", "extend", "add", "insert", "put", "dump", "save", "savetxt"}
    | {"write", "len", "type", "id", "zip", "enumerate", "dict", "Counter", "unique", "bincount"}
    | {"concat", "merge", "join", "assign"}
    | {"isinstance", "update", "fit", "partial_fit", "setattr"}
)
# Methods that are called on an answer for what they show or write.
_SHOWS = re.compile(
    r"to_(csv|excel|parquet|json|sql|pickle|html|markdown|clipboard|feather)|plot|hist"
)
_DRAWS = frozenset(
    {"plt", "sns", "ax", "axes", "axs", "px", "go", "fig", "alt", "pyplot", "seaborn"}
)
_DRAWING = re.compile(r"plot|hist$|scatter|show|heatmap|draw|figure|visuali[sz]e|imshow")
# What tells how good predictions are.
_JUDGE = re.compile(
    r"(accuracy|score|error|loss|mse|rmse|rmsle|mae|mape|r2|auc|f1|precision|recall|metrics?|evaluate)$"
)
_JUDGES = re.compile(
    r"(score|error|loss|report|matrix|curve|accuracy|metrics?|auc)(_[a-z]+)?$|^eval"
)
# Names of what is to be predicted, which a service does not have.
_LABEL = re.compile(
    r"y(_?(test|train|val|valid|dev|true|actual|real|eval|holdout|ts|tr|te|\d+))?"
    r"|(.*_)?(true|truth|actuals?|labels?|targets?)|(test|train|val)_?y",
    re.IGNORECASE,
)


def outermost(call: ast.expr, parents: Parents, scope: Scope) -> ast.expr:
    """The expression that a predict call is answered with: what it stands in, whatever that is.

    Args:
        call: the predict call.
        parents: the parents of all nodes of its statement.
        scope: the notebook's statements.
    """
    node = call
    while (higher := _around(node, parents, scope)) is not None:
        node = higher
    return node


def _around(node: ast.expr, parents: Parents, scope: Scope) -> ast.expr | None:
    """The expression that makes something of this one; None if it only holds, shows or judges it."""
    parent = parents.get(node)
    match parent:
        case ast.keyword():
            call = parents[parent]
            return call if isinstance(call, ast.Call) and _makes(call, node, scope) else None
        case ast.Call():
            return parent if _makes(parent, node, scope) else None
        case ast.Attribute(attr=name):
            return None if _SHOWS.match(name) else parent
        case ast.BinOp() | ast.Compare():
            return None if _mentions_label(parent, node) else parent
        case ast.comprehension(iter=iterated) if iterated is node:
            made = parents[parent]
            return made if isinstance(made, ast.ListComp | ast.GeneratorExp) else None
        case (
            ast.ListComp()
            | ast.GeneratorExp()
            | ast.Subscript()
            | ast.UnaryOp()
            | ast.BoolOp()
            | ast.IfExp()
        ):
            return parent
        case ast.JoinedStr():
            return parent
        case ast.FormattedValue():
            text = parents[parent]
            return text if isinstance(text, ast.expr) else None
        case ast.List() | ast.Tuple():
            return parent if _is_part(parent, parents, scope) else None
    return None


def _is_part(node: ast.expr, parents: Parents, scope: Scope) -> bool:
    """Whether something is made of a list: a function is given it, or it is an index."""
    match parents.get(node):
        case ast.Call() as call:
            return _makes(call, node, scope)
        case ast.Subscript(slice=index):
            return index is node
    return False


def _makes(call: ast.Call, given: ast.expr, scope: Scope) -> bool:
    """Whether a call makes the answer of what it is given, rather than showing or judging it."""
    if call.func is given:
        return True
    name = call.func.attr if isinstance(call.func, ast.Attribute) else root_name(call.func)
    root = root_name(call.func)
    if name in _CARRIES or root in _DRAWS or _DRAWING.search(name):
        return False
    if any(_mentions_label(other, given) for other in call.args):
        return False
    binding = scope.binding(root, scope.notebook.last_cell) if root else None
    if binding is not None and binding.is_definition:
        return True
    if binding is not None and "metrics" in binding.source and binding.is_import:
        return False
    return not judges(call)


def judges(call: ast.Call) -> bool:
    """Whether a call tells how good predictions are, by its name."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else root_name(call.func)
    count = len(call.args) + len(call.keywords)
    return bool(_JUDGE.fullmatch(name) or (count > 1 and _JUDGES.search(name)))


def _mentions_label(node: ast.expr, but: ast.expr) -> bool:
    """Whether an expression uses what is to be predicted, outside of the part `but`."""
    pending: list[ast.AST] = [] if node is but else [node]
    while pending:
        part = pending.pop()
        if part is but:
            continue
        if isinstance(part, ast.Name) and _LABEL.fullmatch(part.id):
            return True
        pending += ast.iter_child_nodes(part)
    return False
