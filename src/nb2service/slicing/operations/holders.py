"""What holds rows for a model that wants them so: `xgb.DMatrix(X, label=y)`, `sm.add_constant(X)`."""

import ast
from dataclasses import replace

from nb2service.slicing.operations.operation import Analysis, Call, Operation
from nb2service.slicing.operations.syntax import keyword_of
from nb2service.slicing.operations.values import Refused, Value
from nb2service.slicing.trace.trees import name_of

_HOLDERS = frozenset({"DMatrix", "Pool"})
# What only training needs of it.
_OF_TRAINING = ("label", "weight", "group", "qid")


def holds_rows(node: ast.AST) -> bool:
    """Whether it is `xgb.DMatrix(X, label=y)` or one of its like."""
    return isinstance(node, ast.Call) and bool(node.args) and name_of(node) in _HOLDERS


def _held(call: Call, analysis: Analysis) -> Value | None:
    node = call.node
    if call.receiver is not None or not node.args:
        return None
    keywords = [k for k in node.keywords if k.arg not in _OF_TRAINING]
    return analysis.parts(ast.copy_location(ast.Call(node.func, node.args[:1], keywords), node))


def _with_constant(call: Call, analysis: Analysis) -> Value | None:
    """`add_constant` as it works for one row, too, where every column is constant already."""
    if call.receiver is not None or keyword_of(call.node, "has_constant") is not None:
        return None
    whole = analysis.parts(call.node)
    if isinstance(whole, Refused) or not isinstance(whole.node, ast.Call):
        return whole
    keyword = ast.keyword("has_constant", ast.Constant("add"))
    node = ast.Call(whole.node.func, whole.node.args, [*whole.node.keywords, keyword])
    return replace(whole, node=node)


OPERATIONS = (
    Operation(_HOLDERS, forward=_held),
    Operation(frozenset({"add_constant"}), forward=_with_constant),
)
