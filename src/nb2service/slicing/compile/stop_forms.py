"""Forms of statements that stop the notebook, and of the tests that they stand under."""

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2service.notebook.dataflow import knowledge
from nb2service.slicing.trace.trees import copied


class UnfollowedError(Exception):
    """Where the statements stop cannot be told."""


def leaves(node: ast.AST) -> bool:
    """Whether it is a call that ends the notebook."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) in knowledge.LEAVES


def is_check(node: ast.AST) -> bool:
    """Whether it is a call of a library that only stops: `np.testing.assert_array_less(a, b)`."""
    match node:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return name.startswith(knowledge.CHECKS)
    return False


def all_of(test: ast.expr) -> list[ast.expr]:
    """The tests of which all must hold."""
    match test:
        case ast.BoolOp(op=ast.And(), values=values):
            return values
    return [test]


def negated(test: ast.expr) -> ast.expr:
    """The opposite of a test."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return inner
    return ast.UnaryOp(ast.Not(), test)


def put(node: ast.expr, names: Mapping[str, ast.expr | None]) -> ast.expr:
    """An expression with what names stand for in their place.

    Raises:
        UnfollowedError: nobody knows what one of them stands for.
    """
    bound = {n.id for n in ast.walk(node) if is_stored(n) and isinstance(n, ast.Name)}
    bound |= {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    if bound & names.keys():
        raise UnfollowedError

    class Put(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            if name.id not in names:
                return name
            value = names[name.id]
            if value is None:
                raise UnfollowedError
            return copied(value)

    found: ast.expr = Put().visit(copied(node))
    return found


def is_stored(node: ast.AST) -> bool:
    """Whether it is a name that gets a value, or loses it."""
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def goes_elsewhere(body: Sequence[ast.stmt]) -> bool:
    """Whether what stands below a branch is left out after it."""
    return any(isinstance(n, ast.Return | ast.Continue | ast.Break) for n in body)


def outside_calls(call: ast.Call) -> Iterator[ast.AST]:
    """The parts of a call that stand in no other call."""
    pending = list(ast.iter_child_nodes(call))
    while pending:
        part = pending.pop()
        yield part
        if not isinstance(part, ast.Call):
            pending += ast.iter_child_nodes(part)
