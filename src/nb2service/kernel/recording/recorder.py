"""Record the calls of predict while the notebook runs: arguments before, answer after."""

import ast
import builtins
import contextlib
import functools
import inspect

from ..notebook import shell
from ..tables.kinds import rows_of, type_name
from .encode import encode, encode_answer, scalars_of
from .summaries import of_dicts

# Calls beyond those that are kept of which ranges and nulls are noted, as of rows beyond a sample.
_MOST_LATER = 10_000
HOOK = "__nb2service_record__"


class _Decorate(ast.NodeTransformer):
    """Decorate the definition of one function, so that its calls in the same cell are seen too."""

    def __init__(self, function):
        self.function = function

    def visit_Module(self, node):
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == self.function:
                hook = ast.Name(HOOK, ast.Load())
                statement.decorator_list.insert(0, ast.copy_location(hook, statement))
        return node


class Recorder:
    """Sees the calls of one function and keeps the first ones as plain data."""

    def __init__(self):
        self.calls = []
        self._given = []
        self._later = []
        self.parameters = []
        self.seen = 0
        self.function = None  # as the notebook defines it
        self._inside = False
        self._transformer = None

    def watch(self, function, max_calls, max_rows):
        """Wrap `function` as soon as a cell defines it.

        Args:
            function: its name.
            max_calls: how many calls are kept; later ones are only counted.
            max_rows: how many rows of a table are kept; of a longer one an even sample is predicted
                a second time, so that what is recorded is a real call.
        """
        self.max_calls, self.max_rows = max_calls, max_rows
        setattr(builtins, HOOK, self._wrap)
        self._transformer = _Decorate(function)
        shell().ast_transformers.append(self._transformer)

    def rest(self):
        """Wrap no further definition."""
        transformers = shell().ast_transformers
        if self._transformer in transformers:
            transformers.remove(self._transformer)

    def report(self):
        """The function's parameters and the recorded calls, as JSON-able data."""
        calls = list(self.calls)
        if self._later:
            calls[-1] = {**calls[-1], "later": of_dicts(self._later)}
        return {"parameters": self.parameters, "calls": calls, "seen": self.seen}

    @contextlib.contextmanager
    def away(self):
        """Record nothing for the length of a `with`."""
        self._inside = True
        try:
            yield
        finally:
            self._inside = False

    def _wrap(self, function):
        self.function = function
        signature = inspect.signature(function)
        self.parameters = [_parameter(p) for p in signature.parameters.values()]

        @functools.wraps(function)
        def recorded(*args, **kwargs):
            if self._inside:
                return function(*args, **kwargs)
            self._inside = True
            try:
                return self._call(function, signature, args, kwargs)
            finally:
                self._inside = False

        return recorded

    def _call(self, function, signature, args, kwargs):
        self.seen += 1
        if len(self.calls) >= self.max_calls:
            return self._later_call(function, signature, args, kwargs)
        arguments = _bound(signature, args, kwargs)
        # Taken down before the call: predict may change its arguments in place.
        samples = {name: sample(value, self.max_rows) for name, value in arguments.items()}
        samples = {name: value for name, value in samples.items() if value is not None}
        taken = {name: encode(samples.get(name, value), value) for name, value in arguments.items()}
        whole = taken
        if samples:
            whole = {name: encode(value, value) for name, value in arguments.items()}
        answer = function(*args, **kwargs)
        if any(rows_of(value) == 0 for value in arguments.values()):
            return answer  # a table without rows asks nothing
        taken, recorded = _of_sample(function, arguments, samples, taken, whole, answer)
        self.calls.append({"arguments": taken, "answer": encode_answer(recorded)})
        self._given.append(arguments)
        return answer

    def _later_call(self, function, signature, args, kwargs):
        """A call that is not kept: what its plain values are is noted all the same."""
        if len(self._later) >= _MOST_LATER:
            return function(*args, **kwargs)
        noted = []
        with contextlib.suppress(Exception):  # what cannot be noted must not disturb
            noted.append(scalars_of(_bound(signature, args, kwargs)))
        answer = function(*args, **kwargs)
        self._later += noted
        return answer

    def with_state(self, bound, namespace):
        """The places of the calls that were given the very trained state that is served.

        Cross-validation, for one, calls predict with a model of each fold under the same name.

        Args:
            bound: parameter -> the global name that it is bound to.
            namespace: the notebook's global names, as they are now.
        """
        return [
            place
            for place, given in enumerate(self._given)
            if all(
                parameter not in given or _same_object(given[parameter], namespace.get(name))
                for parameter, name in bound.items()
            )
        ]


def _bound(signature, args, kwargs):
    """The arguments of a call by name."""
    arguments = dict(signature.bind(*args, **kwargs).arguments)
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            arguments.update(arguments.pop(parameter.name, {}))
    return arguments


def _of_sample(function, arguments, samples, taken, whole, answer):
    """What to record of a call: a real one with the sample, or the call itself if that is refused."""
    if not samples:
        return taken, answer
    if len(samples) == 1:
        with contextlib.suppress(Exception):  # predict may want no less than it was given
            return taken, function(**{**arguments, **samples})
    return whole, answer


def _parameter(parameter):
    annotation = parameter.annotation
    if annotation is inspect.Parameter.empty:
        named = ""
    else:
        named = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    described = {"name": parameter.name, "kind": parameter.kind.name, "annotation": named}
    if parameter.default is not inspect.Parameter.empty:
        described["default"] = repr(parameter.default)[:80]
    return described


def sample(value, count):
    """An even sample of `count` rows of a longer table, array or list; None if it is not longer."""
    length = rows_of(value)
    if length is None or length <= count:
        return None
    picked = [int(i * length / count) for i in range(count)]
    if hasattr(value, "iloc"):
        return value.iloc[picked].copy()
    if type_name(value) == "xgboost.core.DMatrix":
        return value.slice(picked)
    if isinstance(value, list):
        return [value[i] for i in picked]
    return value[picked]


def _same_object(given, held):
    if type(given) is type(held) and isinstance(given, float | int | str):
        return given == held
    return given is held


RECORDER = Recorder()
