"""Which places of the extracted code the proof has run.

The marks go into the functions that are loaded already, so that artifacts are not loaded again and
libraries are not slowed down.
"""

import ast
import contextlib
import functools
import types

from .places import MARK, Marks


class Coverage:
    """Marks a module's functions, and knows what of them has run."""

    def __init__(self, module, text):
        """Mark nothing yet.

        Args:
            module: `model.predict`.
            text: its text.
        """
        self._module = module
        self._ran = set()
        marks = Marks()
        marked = ast.fix_missing_locations(marks.visit(ast.parse(text)))
        self._places, self._entered = marks.places, marks.entered
        self._codes = _codes(compile(marked, module.__file__, "exec"))
        self._functions = list(_functions(vars(module).values(), module.__file__))

    @property
    def whole(self):
        """Whether each function that the text defines at its top or in a class can be marked."""
        tree = [f for f in self._entered if isinstance(f, (ast.FunctionDef, ast.AsyncFunctionDef))]
        lines = {function.__code__.co_firstlineno for function in self._functions}
        return all(_first_line(f) in lines or _is_nested(f, tree) for f in tree)

    @contextlib.contextmanager
    def watching(self):
        """Note what runs in the block."""
        before = [(function, function.__code__) for function in self._functions]
        names = vars(self._module)
        names[MARK] = self._ran.add
        try:
            for function, code in before:
                marked = self._codes.get(_key(code))
                if marked is not None and marked.co_freevars == code.co_freevars:
                    function.__code__ = marked
            yield
        finally:
            for function, code in before:
                function.__code__ = code
            names.pop(MARK, None)

    def missed(self):
        """The places that never ran, in functions that did; those within others are not named."""
        return [
            place
            for number, place in self._places.items()
            if number not in self._ran
            and self._entered[place.function] in self._ran
            and (place.above is None or place.above in self._ran)
        ]


def _key(code):
    return code.co_name, code.co_firstlineno


def _codes(code):
    """All code in compiled code, by its name and its line; none where these do not tell it."""
    found, twice = {}, set()
    pending = [code]
    while pending:
        for one in pending.pop().co_consts:
            if isinstance(one, types.CodeType):
                pending.append(one)
                if _key(one) in found:
                    twice.add(_key(one))
                found[_key(one)] = one
    return {key: one for key, one in found.items() if key not in twice}


def _functions(values, file, depth=3):
    """The functions of a file that values are, hold as methods, or stand for."""
    for value in list(values):
        if isinstance(value, types.FunctionType):
            if value.__code__.co_filename == file:
                yield value
            if hasattr(value, "__wrapped__") and depth:
                yield from _functions([value.__wrapped__], file, depth - 1)
        elif isinstance(value, (staticmethod, classmethod)):
            yield from _functions([value.__func__], file, depth)
        elif isinstance(value, property):
            yield from _functions([value.fget, value.fset], file, depth)
        elif isinstance(value, functools.partial) and depth:
            yield from _functions([value.func], file, depth - 1)
        elif isinstance(value, type) and depth:
            if value.__module__ == "model.predict":
                yield from _functions(vars(value).values(), file, depth - 1)
        elif isinstance(value, type(functools.lru_cache(_key))):
            yield from _functions([value.__wrapped__], file, 0)
        # What else wraps a function may compile its code, as numba does: marks are none of it.


def _first_line(function):
    return min([function.lineno, *(d.lineno for d in function.decorator_list)])


def _is_nested(function, functions):
    """Whether a function lies in another one, whose marks are its own."""
    return any(
        other is not function and any(part is function for part in ast.walk(other))
        for other in functions
    )
