"""Branch values: what to ask so that every branch of the extracted code runs.

A condition compares a feature with constants: the constant itself, its neighbours, the keys of a table
that is looked up in. Values are found by the features and constants of one expression, through local
names and the parameters of the notebook's own functions. Nothing relies on them: they are only asked.
"""

import ast
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

# Values of one feature in one condition, and records that change several features at once.
_MOST_VALUES = 12
_MOST_TOGETHER = 24
_TESTS = (ast.If, ast.While, ast.IfExp, ast.Assert)
# Texts around a part that is looked for.
_PARTS = {"startswith", "endswith", "contains", "find", "match", "search", "split"}

Changes = Mapping[str, Any]


def branch_values(text: str, features: Iterable[str]) -> list[Changes]:
    """Find changes of a record that may lead into branches that no recorded call took.

    Args:
        text: the text of `predict.py`.
        features: the names of the record's features.

    Returns:
        Feature -> value, first changes of one feature, then of several that one way depends on.
    """
    tree = ast.parse(text)
    known = _Known(tree, frozenset(features))
    single: dict[str, Changes] = {}
    several: dict[str, Changes] = {}
    for function in known.functions:
        for condition in _conditions(function):
            for name, values in known.values(condition, function).items():
                for value in values:
                    single.setdefault(repr((name, value)), {name: value})
        for way in _ways(function):
            for changes in _together([known.values(test, function) for test in way]):
                several.setdefault(repr(sorted(changes.items(), key=str)), changes)
    return [*single.values(), *several.values()]


class _Known:
    """What is known of a module's functions: which features lie in which of their names.

    Attributes:
        functions: all of them, also those within others.
    """

    def __init__(self, tree: ast.Module, features: frozenset[str]) -> None:
        self._features = features
        self.functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef)]
        self._by_name = {function.name: function for function in self.functions}
        self._constants = {
            target.id: list(_constants(node.value))
            for node in tree.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        self._held: dict[ast.FunctionDef, dict[str, set[str]]] = {f: {} for f in self.functions}
        for _ in range(2):  # a second time, for names that are used above where they are bound
            for function in self.functions:
                self._follow(function)

    def _follow(self, function: ast.FunctionDef) -> None:
        """Note which features the names of a function, and the parameters that it fills, may hold."""
        held = self._held[function]
        for node in ast.walk(function):
            if isinstance(node, ast.Assign | ast.AugAssign | ast.NamedExpr | ast.For):
                value = node.iter if isinstance(node, ast.For) else node.value
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                found = self._in(value, function)
                for part in itertools.chain.from_iterable(map(ast.walk, targets)):
                    if found and isinstance(part, ast.Name):
                        held.setdefault(part.id, set()).update(found)
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called = self._by_name.get(node.func.id)
                if called is not None:
                    self._pass(node, called, function)

    def _pass(self, call: ast.Call, called: ast.FunctionDef, function: ast.FunctionDef) -> None:
        """Note what a call gives to the parameters of one of the notebook's functions."""
        names = [a.arg for a in (*called.args.posonlyargs, *called.args.args)]
        pairs = [*zip(names, call.args, strict=False), *((k.arg, k.value) for k in call.keywords)]
        for name, given in pairs:
            if name:
                self._held[called].setdefault(name, set()).update(self._in(given, function))

    def _in(self, node: ast.AST, function: ast.FunctionDef) -> set[str]:
        """The features that an expression mentions."""
        found: set[str] = set()
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                found |= self._held[function].get(part.id, set())
                found |= {part.id} & self._features
            elif isinstance(part, ast.Attribute):
                found |= {part.attr} & self._features
            elif isinstance(part, ast.Constant) and isinstance(part.value, str):
                found |= {part.value} & self._features
        return found

    def values(self, node: ast.AST, function: ast.FunctionDef) -> dict[str, list[Any]]:
        """The values to try of each feature that an expression mentions."""
        features = sorted(self._in(node, function))
        constants = [c for c in _constants(node) if c not in self._features]
        for part in ast.walk(node):
            if isinstance(part, ast.Name):
                constants += self._constants.get(part.id, ())
        tried = list(_neighbours(constants, _has_parts(node)))[:_MOST_VALUES]
        return dict.fromkeys(features, tried)


def _constants(node: ast.AST) -> Iterator[Any]:
    """The numbers, texts and truths in an expression; of a dict its keys alone."""
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool | int | float | str):
            yield node.value
        return
    for child in node.keys if isinstance(node, ast.Dict) else ast.iter_child_nodes(node):
        if child is not None:
            yield from _constants(child)


def _has_parts(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr in _PARTS for n in ast.walk(node)) or any(
        isinstance(n, ast.Compare) and any(isinstance(o, ast.In | ast.NotIn) for o in n.ops)
        for n in ast.walk(node)
    )


def _neighbours(constants: Iterable[Any], parts: bool) -> Iterator[Any]:
    """The values around constants; both truths where there are none: then the feature is the test."""
    found = False
    for value in constants:
        found = True
        yield value
        if isinstance(value, str):
            yield from (f"{value} x", f"x {value}") if parts and value else ()
        elif not isinstance(value, bool):
            yield from (value - 1, value + 1)
    if not found:
        yield from (True, False, 0, 1, "")


def _conditions(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """The expressions on which it depends what runs, or what comes out."""
    for node in ast.walk(function):
        if isinstance(node, _TESTS):
            yield node.test
        elif isinstance(node, ast.BoolOp):
            yield from node.values
        elif isinstance(node, ast.Compare | ast.comprehension):
            yield from [node] if isinstance(node, ast.Compare) else node.ifs
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            yield node  # a table that is looked up in
        elif isinstance(node, ast.Call) and _is_lookup(node):
            yield node
        elif isinstance(node, ast.Match):
            patterns = [c.pattern for c in node.cases]
            values = [
                n.value for p in patterns for n in ast.walk(p) if isinstance(n, ast.MatchValue)
            ]
            yield ast.Tuple([node.subject, *values], ast.Load())


def _is_lookup(call: ast.Call) -> bool:
    """Whether a call looks something up, cuts or chooses by what it is given."""
    named = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return named in {"get", "map", "replace", "isin", "clip", "where", "select", "cut", *_PARTS}


def _ways(node: ast.AST, above: Sequence[ast.AST] = ()) -> Iterator[Sequence[ast.AST]]:
    """The conditions that lead into each block, where these are several."""
    for child in ast.iter_child_nodes(node):
        here = above
        if isinstance(child, ast.If | ast.While | ast.IfExp):
            here = [*above, *_parts_of(child.test)]
            if len(here) > 1:
                yield here
        elif isinstance(child, ast.BoolOp) and len(child.values) > 1:
            yield [*above, *child.values]
        yield from _ways(child, here)


def _parts_of(test: ast.expr) -> list[ast.expr]:
    return test.values if isinstance(test, ast.BoolOp) else [test]


def _together(tests: Sequence[Mapping[str, Sequence[Any]]]) -> Iterator[Changes]:
    """Combine the values of several conditions; the same feature takes the values of all."""
    values: dict[str, list[Any]] = {}
    for test in tests:
        for name, found in test.items():
            held = values.setdefault(name, [])
            held += [value for value in found if value not in held]
    if len(values) < 2:
        return
    for turn in range(_MOST_TOGETHER):
        yield {
            name: found[_turn(turn, at, len(found))]
            for at, (name, found) in enumerate(values.items())
        }


def _turn(turn: int, place: int, count: int) -> int:
    """Which of the values of a feature a record takes, so that each meets each of the others."""
    return (turn // (1 if place == 0 else 3**place) + turn * place) % count
