"""Record the calls of predict while the notebook runs: arguments before, answer after."""

import ast
import builtins
import functools
import inspect
from collections.abc import Mapping

from _nb2service.plain import to_plain

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
        self.parameters = []
        self.seen = 0
        self._inside = False
        self._transformer = None

    def watch(self, function, max_calls, max_rows):
        """Wrap `function` as soon as a cell defines it.

        Args:
            function: its name.
            max_calls: how many calls are kept; later ones are only counted.
            max_rows: how many rows of a DataFrame are kept; of a longer one an even sample is
                predicted a second time, so that what is recorded is a real call.

        """
        self.max_calls, self.max_rows = max_calls, max_rows
        setattr(builtins, HOOK, self._wrap)
        self._transformer = _Decorate(function)
        get_ipython().ast_transformers.append(self._transformer)  # noqa: F821  IPython's own builtin

    def rest(self):
        """Wrap no further definition."""
        shell = get_ipython()  # noqa: F821
        if self._transformer in shell.ast_transformers:
            shell.ast_transformers.remove(self._transformer)

    def report(self):
        """The function's parameters and the recorded calls, as JSON-able data."""
        return {"parameters": self.parameters, "calls": self.calls, "seen": self.seen}

    def _wrap(self, function):
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
            return function(*args, **kwargs)
        arguments = dict(signature.bind(*args, **kwargs).arguments)
        for parameter in signature.parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                arguments.update(arguments.pop(parameter.name, {}))
        call, sample = self._arguments(arguments)
        answer = function(*args, **kwargs)
        if sample is not None:
            name, frame = sample
            call["answer"] = _answer(function(**{**arguments, name: frame}))
        else:
            call["answer"] = _answer(answer)
        self.calls.append(call)
        return answer

    def _arguments(self, arguments):
        """Take the arguments down before the call: predict may change them in place."""
        names = list(arguments)
        if len(names) == 1:
            (name,), (value,) = names, arguments.values()
            if _is_frame(value):
                sample = None
                if len(value) > self.max_rows:
                    step = len(value) / self.max_rows
                    sample = value.iloc[[int(i * step) for i in range(self.max_rows)]].copy()
                taken = value if sample is None else sample
                call = {"form": "frame", "parameter": name, **_frame(taken, value)}
                return call, None if sample is None else (name, sample)
            if isinstance(value, Mapping):
                record = _plain(dict(value))
                nan = [str(k) for k, v in value.items() if isinstance(v, float) and v != v]
                return {"form": "record", "parameter": name, "nan": nan, **record}, None
        types = {name: _type_name(value) for name, value in arguments.items()}
        nan = [k for k, v in arguments.items() if isinstance(v, float) and v != v]
        return {"form": "arguments", "types": types, "nan": nan, **_plain(arguments)}, None


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


def _is_frame(value):
    return type(value).__name__ == "DataFrame" and hasattr(value, "iloc")


def _frame(frame, whole):
    """Rows and columns of a DataFrame; what may be null is told by all its rows, not by a sample."""
    import pandas  # it is loaded: there is a DataFrame

    columns = []
    for position, name in enumerate(frame.columns):
        column = whole.iloc[:, position]
        described = {
            "name": name if isinstance(name, str) else repr(name),
            "is_text": isinstance(name, str),
            "dtype": str(column.dtype),
            "null": bool(column.isna().any()),
        }
        if isinstance(column.dtype, pandas.CategoricalDtype):
            described["categories"] = to_plain(list(column.cat.categories))
            described["ordered"] = bool(column.cat.ordered)
        if column.dtype == object:
            described["holds"] = sorted({type(v).__name__ for v in column.dropna().head(1000)})
        columns.append(described)
    return {"columns": columns, **_plain(frame.reset_index(drop=True), key="records")}


def _answer(value):
    described = {"type": _type_name(value), **_plain(value)}
    try:
        described["length"] = None if isinstance(value, str | bytes | Mapping) else len(value)
    except TypeError:
        described["length"] = None
    described["mapping"] = isinstance(value, Mapping)
    described["float32"] = str(getattr(value, "dtype", "")) in ("float32", "float16")
    return described


def _plain(value, key="plain"):
    try:
        return {key: to_plain(value)}
    except TypeError as error:
        return {"unplain": str(error)}


def _type_name(value):
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"


RECORDER = Recorder()
