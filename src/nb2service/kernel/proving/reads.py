"""Whether code may read a feature where no recorded call came: what leaves "never read" unproven.

Traps show what the proof's own calls look at; see `unread_features.py`. Here the code is read for the
rest: a place that never ran and names the feature, or hands the whole record on, and a feature that
is chosen by the values of others.
"""

import ast
import dataclasses

# What a table or a dict has besides its values.
_SHAPES = {"columns", "index", "shape", "dtypes", "ndim", "size", "empty"}
# What is the record itself in another form.
_WHOLE_ATTRIBUTES = {"values", "T", "loc", "iloc", "at", "iat", "array", "__dict__", "_asdict"}
# What gives a value or an answer, which no feature can be taken from.
_ANSWERS = {"len", "float", "int", "str", "bool", "round", "abs", "sum", "predict", "predict_proba"}
_RUNS_TEXT = {"eval", "exec", "compile", "globals", "locals", "vars"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def unproven(text, features, missed):
    """The features of which it is not proven that predict never reads them.

    Args:
        text: the text of `predict.py`.
        features: those that no call of the proof read.
        missed: the places that no call of the proof came to.
    """
    tree = ast.parse(text)
    wholes = {}
    for function in ast.walk(tree):
        if isinstance(function, _FUNCTIONS):
            held = _Held(function)
            wholes[_where(function)] = held.whole
            if held.chooses or _runs_text(function):
                return set(features)
    found = set()
    for place in missed:
        whole = wholes.get(_where(place.function), set())
        for node in place.nodes:
            if _hands_on(node, whole) or _runs_text(node):
                return set(features)
            found |= _named(node) & set(features)
    return found


def _where(function):
    return function.lineno, function.col_offset


def _runs_text(node):
    return any(isinstance(n, ast.Name) and n.id in _RUNS_TEXT for n in ast.walk(node))


def _named(node):
    """All that could be a feature's name in code."""
    found = set()
    for part in ast.walk(node):
        if isinstance(part, ast.Constant):
            found.add(str(part.value))
            if isinstance(part.value, str):  # a query, a formula, a path of keys
                found.update(_words(part.value))
        elif isinstance(part, ast.Name):
            found.add(part.id)
        elif isinstance(part, ast.Attribute):
            found.add(part.attr)
        elif isinstance(part, ast.keyword) and part.arg:
            found.add(part.arg)
    return found


def _words(text):
    word, words = "", []
    for letter in f"{text} ":
        if letter.isalnum() or letter == "_":
            word += letter
        elif word:
            words.append(word)
            word = ""
    return words


@dataclasses.dataclass
class _Held:
    """What the names of a function hold.

    Attributes:
        whole: names that may hold the record, a table of records or a part of it that is not known.
        data: names that hold something that comes from its values.
        chooses: whether a feature is chosen by the values of others.
    """

    function: "ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda"
    whole: "set[str]" = dataclasses.field(default_factory=set)
    data: "set[str]" = dataclasses.field(default_factory=set)
    chooses: bool = False

    def __post_init__(self):
        arguments = self.function.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        named += [a for a in (arguments.vararg, arguments.kwarg) if a is not None]
        self.whole = {a.arg for a in named}
        self.data = set(self.whole)
        size = -1
        while size != len(self.whole) + len(self.data):
            size = len(self.whole) + len(self.data)
            for node in ast.walk(self.function):
                self._follow(node)
        self.chooses = any(self._is_choice(node) for node in ast.walk(self.function))

    def _follow(self, node):
        if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.NamedExpr)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            value = node.value
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            targets, value = [node.target], node.iter
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            targets, value = [node.optional_vars], node.context_expr
        else:
            return
        if value is None:
            return
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        if _hands_on(value, self.whole):
            self.whole |= names
        if _has_data(value, self.data):
            self.data |= names

    def _is_choice(self, node):
        """Whether a column, a key or an attribute of a record is chosen by a value."""
        if isinstance(node, ast.Subscript):
            keys = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            return _is_whole(node.value, self.whole) and any(map(self._is_key_of_data, keys))
        if not isinstance(node, ast.Call):
            return False
        if isinstance(node.func, ast.Name) and node.func.id == "getattr":
            return any(_has_data(argument, self.data) for argument in node.args[1:2])
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("get", "pop", "filter"):
            return _is_whole(node.func.value, self.whole) and any(
                _has_data(argument, self.data) for argument in node.args[:1]
            )
        return False

    def _is_key_of_data(self, key):
        """Whether a key comes from values; a condition picks rows, which is no choice of a column."""
        conditions = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Slice)
        return not isinstance(key, conditions) and _has_data(key, self.data)


def _has_data(node, data):
    """Whether an expression holds values of a record: more than the names of its columns."""
    if isinstance(node, ast.Attribute) and node.attr in _SHAPES:
        return False
    if isinstance(node, ast.Call):
        called = node.func
        if isinstance(called, ast.Name) and called.id == "len":
            return False
        if isinstance(called, ast.Attribute) and called.attr == "keys":
            return False
    if isinstance(node, ast.Name):
        return node.id in data
    return any(_has_data(child, data) for child in ast.iter_child_nodes(node))


def _hands_on(node, whole):
    """Whether an expression or a statement uses the record as a whole, not one known feature of it."""
    if isinstance(node, ast.Name):
        return node.id in whole
    if isinstance(node, ast.Attribute) and _is_name_of(node.value, whole):
        return node.attr in _WHOLE_ATTRIBUTES
    if isinstance(node, ast.Subscript) and _is_name_of(node.value, whole):
        return not _is_constant(node.slice)
    if isinstance(node, ast.Call) and _called(node) in _ANSWERS:
        return False
    if isinstance(node, ast.Call) and _is_name_of(getattr(node.func, "value", None), whole):
        known = _called(node) == "get" and node.args and _is_constant(node.args[0])
        rest = [*node.args, *(k.value for k in node.keywords)]
        return not known or any(_hands_on(argument, whole) for argument in rest)
    return any(_hands_on(child, whole) for child in ast.iter_child_nodes(node))


def _called(call):
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _is_name_of(node, names):
    return isinstance(node, ast.Name) and node.id in names


def _is_whole(node, whole):
    """Whether an expression is the record, or a view of it by names or places."""
    if isinstance(node, ast.Attribute) and node.attr in ("loc", "at", "iloc", "iat"):
        node = node.value
    return isinstance(node, ast.Name) and node.id in whole


def _is_constant(node):
    """Whether a key is written down: a text, a number, or a list of such."""
    parts = node.elts if isinstance(node, (ast.List, ast.Tuple)) else [node]
    return all(isinstance(part, ast.Constant) for part in parts)
