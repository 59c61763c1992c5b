"""The places in code that a call may leave out: blocks, and parts of expressions.

Each is marked where it begins, so that a proof knows which of them have run.
"""

import ast
import copy
import dataclasses
from typing import Any

MARK = "__nb2service_ran__"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)


@dataclasses.dataclass(frozen=True)
class Place:
    """A place that may be left out.

    Attributes:
        nodes: the statements, or the expression; none where an `if` has no `else`.
        line: where it begins, or the condition that leads there.
        function: the function that it lies in.
        above: the number of the place that it lies in; None for the function itself.
    """

    nodes: list[Any]
    line: int
    function: Any
    above: "int | None"


class Marks(ast.NodeTransformer):
    """Marks a module's functions.

    Attributes:
        places: by the number of the mark.
        entered: function -> the number of the mark at its beginning.
    """

    def __init__(self):
        self.places: dict[int, Place] = {}
        self.entered: dict[Any, int] = {}
        self._function: Any = None
        self._above: int | None = None

    def _call(self, number):
        return ast.Call(ast.Name(MARK, ast.Load()), [ast.Constant(number)], [])

    def _place(self, nodes, line):
        """Number a place; its nodes are kept as they are written, without marks."""
        number = len(self.places) + len(self.entered)
        self.places[number] = Place(nodes, line, self._function, self._above)
        return number

    def _block(self, statements, line):
        """A block with its mark."""
        number = self._place([copy.deepcopy(s) for s in statements], line)
        inside = self._within(number, lambda: [self.visit(s) for s in statements])
        return [ast.Expr(self._call(number)), *inside]

    def _part(self, expression):
        """An expression with its mark, which gives nothing: `None or expression`."""
        number = self._place([copy.deepcopy(expression)], expression.lineno)
        inside = self._within(number, lambda: self.visit(expression))
        return ast.BoolOp(ast.Or(), [self._call(number), inside])

    def _within(self, number, visit):
        before, self._above = self._above, number
        try:
            return visit()
        finally:
            self._above = before

    def _of_function(self, node):
        outer = self._function, self._above
        self._function, self._above = node, None
        number = self.entered[node] = len(self.places) + len(self.entered)
        if isinstance(node, ast.Lambda):
            body: Any = ast.BoolOp(ast.Or(), [self._call(number), self.visit(node.body)])
        else:
            body = [self.visit(statement) for statement in node.body]
            first = 1 if ast.get_docstring(node, clean=False) is not None else 0
            body.insert(first, ast.Expr(self._call(number)))
        node.body = body
        self._function, self._above = outer
        return node

    def visit(self, node):
        inside = self._function is not None or isinstance(node, (ast.ClassDef, *_FUNCTIONS))
        if not inside:
            return self.generic_visit(node)
        for kinds, method in _METHODS:
            if isinstance(node, kinds):
                return method(self, node)
        return self.generic_visit(node)

    def _of_if(self, node):
        node.test = self.visit(node.test)
        node.body = self._block(node.body, node.body[0].lineno)
        line = node.orelse[0].lineno if node.orelse else node.lineno
        node.orelse = self._block(node.orelse, line)
        return node

    def _of_loop(self, node):
        for field in ("iter", "test"):
            if hasattr(node, field):
                setattr(node, field, self.visit(getattr(node, field)))
        node.body = self._block(node.body, node.body[0].lineno)
        node.orelse = self._block(node.orelse, node.orelse[0].lineno) if node.orelse else []
        return node

    def _of_try(self, node):
        node.body = [self.visit(statement) for statement in node.body]
        for handler in node.handlers:
            handler.body = self._block(handler.body, handler.body[0].lineno)
        node.orelse = self._block(node.orelse, node.orelse[0].lineno) if node.orelse else []
        node.finalbody = [self.visit(statement) for statement in node.finalbody]
        return node

    def _of_match(self, node):
        node.subject = self.visit(node.subject)
        for case in node.cases:
            if case.guard is not None:
                case.guard = self.visit(case.guard)
            case.body = self._block(case.body, case.body[0].lineno)
        return node

    def _of_choice(self, node):
        node.test = self.visit(node.test)
        node.body, node.orelse = self._part(node.body), self._part(node.orelse)
        return node

    def _of_condition(self, node):
        first, *rest = node.values
        node.values = [self.visit(first), *map(self._part, rest)]
        return node

    def _of_comprehension(self, node):
        for part in node.generators:
            part.iter = self.visit(part.iter)
            part.ifs = [self.visit(condition) for condition in part.ifs]
        if isinstance(node, ast.DictComp):
            node.key = self.visit(node.key)
            node.value = self._part(node.value)
        else:
            node.elt = self._part(node.elt)
        return node


_METHODS = (
    (_FUNCTIONS, Marks._of_function),
    (ast.If, Marks._of_if),
    ((ast.For, ast.AsyncFor, ast.While), Marks._of_loop),
    ((ast.Try, getattr(ast, "TryStar", ast.Try)), Marks._of_try),
    (ast.Match, Marks._of_match),
    (ast.IfExp, Marks._of_choice),
    (ast.BoolOp, Marks._of_condition),
    (_COMPREHENSIONS, Marks._of_comprehension),
)
