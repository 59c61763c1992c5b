"""Where a value comes from: typed in the notebook, a row of its tables, a whole table, or training."""

import ast
import builtins
from collections.abc import Iterator, Mapping, Sequence

from nb2service.closure.origin_forms import bound_by, grows_in_a_loop, names
from nb2service.closure.origin_rules import Ask, Origin, called, element, given, picks
from nb2service.notebook.changes import outside_functions, root_name
from nb2service.notebook.dataflow.graph import graph
from nb2service.notebook.statements import Scope, Statement

# Functions of the notebook that are followed into each other.
DEEPEST = 4


class Origins:
    """Where the values of a notebook's expressions come from, as far as its code tells."""

    def __init__(self, scope: Scope):
        self._scope = scope
        self._touching: dict[str, list[int]] = {}
        for number, effects in enumerate(graph(scope).effects):
            for name in effects.touches:
                self._touching.setdefault(name, []).append(number)
        self._asked: set[tuple[str, int]] = set()
        self._depth = 0

    def of(self, node: ast.expr, statement: Statement) -> Origin:
        """Where the value of an expression of a statement comes from."""
        at = next(i for i, other in enumerate(self._scope.statements) if other is statement)
        return self._of(node, self._seen_from(at), {})

    def _seen_from(self, number: int) -> int:
        """The last statement that made what a statement uses: itself, if it is a loop."""
        simple = isinstance(
            self._scope.statements[number].node,
            ast.Assign | ast.AnnAssign | ast.AugAssign | ast.Expr,
        )
        return number - simple

    def _of(self, node: ast.expr, at: int, local: Mapping[str, Origin]) -> Origin:
        match node:
            case ast.Constant() | ast.Lambda():
                return Origin.TYPED
            case ast.Name(id=name):
                return local[name] if name in local else self._of_name(name, at)
            case ast.Attribute(value=value, attr=attr):
                learned = attr.endswith("_") and not attr.endswith("__")
                return Origin.TRAINED if learned else self._of(value, at, local)
            case ast.Subscript(value=value, slice=part):
                base = self._of(value, at, local)
                if base is Origin.TABLE and picks(value, part, self._scope, self._asker(at, local)):
                    return Origin.ROW
                return base
            case ast.Call():
                return self._of_call(node, at, local)
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                return self._of_comprehension(node, at, local)
        return self._join(ast.iter_child_nodes(node), at, local)

    def _asker(self, at: int, local: Mapping[str, Origin]) -> Ask:
        return lambda node: self._of(node, at, local)

    def _join(
        self, nodes: Iterator[ast.AST] | Sequence[ast.AST], at: int, local: Mapping[str, Origin]
    ) -> Origin:
        found = [self._of(part, at, local) for part in nodes if isinstance(part, ast.expr)]
        return max(found, default=Origin.TYPED)

    def _of_comprehension(
        self,
        node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp,
        at: int,
        local: Mapping[str, Origin],
    ) -> Origin:
        inner, over = dict(local), Origin.TYPED
        for generator in node.generators:
            origin = self._of(generator.iter, at, inner)
            over = max(over, origin)
            inner.update(dict.fromkeys(names(generator.target), element(origin)))
        made = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        return max(over, self._join(made, at, inner))

    def _of_call(self, call: ast.Call, at: int, local: Mapping[str, Origin]) -> Origin:
        name = call.func.attr if isinstance(call.func, ast.Attribute) else root_name(call.func)
        given = self._join([*call.args, *(k.value for k in call.keywords)], at, local)
        if isinstance(call.func, ast.Attribute):
            given = max(given, self._of(call.func.value, at, local))
        found = called(call, name, given)
        if found is not None:
            return found
        if isinstance(call.func, ast.Name):
            return self._of_function(call, call.func.id, at, local, given)
        return given

    def _of_function(
        self, call: ast.Call, name: str, at: int, local: Mapping[str, Origin], given: Origin
    ) -> Origin:
        """What a function of the notebook returns; of any other, what it is given."""
        binding = self._scope.binding(name, self._scope.statements[max(at, 0)].cell.number)
        if binding is None:
            return given if hasattr(builtins, name) else max(given, Origin.UNKNOWN)
        node = binding.value if isinstance(binding.value, ast.Lambda) else binding.node
        if isinstance(node, ast.ClassDef) or self._depth == DEEPEST:
            return given
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            return given if call.args or call.keywords else Origin.UNKNOWN
        inner = dict.fromkeys((a.arg for a in ast.walk(node.args) if isinstance(a, ast.arg)), given)
        for parameter, value in zip(node.args.args, call.args, strict=False):
            inner[parameter.arg] = self._of(value, at, local)
        for keyword in call.keywords:
            if keyword.arg:
                inner[keyword.arg] = self._of(keyword.value, at, local)
        self._depth += 1
        try:
            if isinstance(node, ast.Lambda):
                return self._of(node.body, at, inner)
            return self._returned(node, at, inner)
        finally:
            self._depth -= 1

    def _returned(self, node: ast.FunctionDef, at: int, local: dict[str, Origin]) -> Origin:
        """The origin of what a function returns; its statements are looked at twice, for its loops."""
        inside = [part for child in node.body for part in outside_functions(child)]
        bound = {name for part in inside for name in bound_by(part)}
        for _ in range(2):
            for name in sorted(bound):
                found = [given(part, name, self._asker(at, local)) for part in inside]
                made = [origin for origin in found if origin is not None]
                made += [Origin.UNKNOWN] if grows_in_a_loop(node, name) else []
                local[name] = max([local.get(name, Origin.TYPED), *made])
        returns = [part.value for part in inside if isinstance(part, ast.Return) and part.value]
        return self._join(returns, at, local)

    def _of_name(self, name: str, at: int) -> Origin:
        """What the statements up to this one make of a name, from its last plain assignment on."""
        if (name, at) in self._asked:
            return Origin.TYPED  # a loop: what else it is made of counts
        self._asked.add((name, at))
        try:
            found = list[Origin]()
            for number in reversed(self._touching.get(name, ())):
                if number > at:
                    continue
                statement = self._scope.statements[number]
                if statement.is_import or statement.is_definition:
                    return max([Origin.TYPED, *found])
                seen = self._seen_from(number)
                made = [
                    given(p, name, self._asker(seen, {})) for p in outside_functions(statement.node)
                ]
                found += [origin for origin in made if origin is not None]
                found += [Origin.UNKNOWN] if grows_in_a_loop(statement.node, name) else []
                if isinstance(statement.node, ast.Assign) and name in statement.binds:
                    break
            return max(found, default=Origin.TYPED if hasattr(builtins, name) else Origin.UNKNOWN)
        finally:
            self._asked.discard((name, at))
