"""Which places of the extracted code have run, and that the marks change nothing."""

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType
from typing import Any

import pytest

from nb2service.kernel.proving.coverage import Coverage


@contextmanager
def module_of(folder: Path, code: str) -> Iterator[tuple[ModuleType, str]]:
    """The code as `model.predict`, loaded from a file."""
    text = dedent(code)
    file = folder / "predict.py"
    file.write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("model.predict", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["model.predict"] = module
    try:
        spec.loader.exec_module(module)
        yield module, text
    finally:
        del sys.modules["model.predict"]


def missed(folder: Path, code: str, *arguments: Any) -> list[tuple[int, bool]]:
    """The lines that `predict` does not come to, and whether code stands there."""
    with module_of(folder, code) as (module, text):
        coverage = Coverage(module, text)
        assert coverage.whole
        with coverage.watching():
            marked = [module.predict(argument) for argument in arguments]
        assert "__nb2service_ran__" not in module.predict.__code__.co_names
        assert marked == [module.predict(argument) for argument in arguments]
        return [(place.line, bool(place.nodes)) for place in coverage.missed()]


BLOCK = """
if x > 1:
    x = 2
return x
"""
ELSE = """
if x < 1:
    pass
else:
    x = 3
return x
"""
HANDLER = """
try:
    x += 1
except ValueError:
    x = 0
return x
"""
NESTED = """
if x > 1:
    if x > 2:
        x = 5
return x
"""
MATCH = """
match x:
    case 1:
        return 1
    case _:
        return 2
"""


@pytest.mark.parametrize(
    ("body", "places"),
    [
        pytest.param(BLOCK, [(3, True)], id="a block"),
        pytest.param(BLOCK.replace("> 1", "> 0"), [(2, False)], id="never false"),
        pytest.param(ELSE, [(3, True)], id="a block before else"),
        pytest.param(ELSE.replace("< 1", "> 0"), [(5, True)], id="else"),
        pytest.param("return 1 if x else 2", [(2, True)], id="a choice"),
        pytest.param("return x or x + 1", [(2, True)], id="a short circuit"),
        pytest.param("return x and x + 1", [], id="no short circuit"),
        pytest.param("return [y for y in range(x - 1)]", [(2, True)], id="no turn"),
        pytest.param("for y in range(x):\n    x += y\nreturn x", [], id="a loop"),
        pytest.param(HANDLER, [(5, True)], id="a handler"),
        pytest.param(NESTED, [(3, True)], id="the outer one alone"),
        pytest.param("return (lambda y: y if y else 0)(x)", [(2, True)], id="a lambda"),
        pytest.param(MATCH, [(6, True)], id="a match"),
    ],
)
def test_what_never_ran(tmp_path: Path, body: str, places: list[tuple[int, bool]]) -> None:
    code = "def predict(x):\n" + indent(body.lstrip("\n"), "    ")
    assert missed(tmp_path, code, 1) == places


def test_through_decorators_methods_and_caches(tmp_path: Path) -> None:
    code = """
    import functools

    def twice(function):
        @functools.wraps(function)
        def called(x):
            return function(x) * 2
        return called

    @twice
    def doubled(x):
        if x > 1:
            return 9
        return x

    @functools.lru_cache
    def cached(x):
        return x if x < 5 else 5

    class Scaler:
        def fit(self, X):
            if X:
                raise ValueError
            return self

        def scale(self, x):
            return x if x > 0 else -x

        @staticmethod
        def zero(x):
            return x or 0

        @property
        def one(self):
            return 1 if self else 0

    def predict(x):
        return doubled(x) + cached(x + 1) + Scaler().scale(x) + Scaler.zero(x) + Scaler().one
    """
    # Not the `fit` of a class, which no prediction calls.
    assert [line for line, _ in missed(tmp_path, code, 1)] == [13, 18, 27, 31, 35]


def test_what_ran_once_has_run(tmp_path: Path) -> None:
    assert missed(tmp_path, "def predict(x):\n    return 1 if x else 2", 1, 0) == []


def test_what_cannot_be_marked_is_not_whole(tmp_path: Path) -> None:
    code = """
    def hide(function):
        return [function]

    @hide
    def hidden(x):
        return 1 if x else 2

    def predict(x):
        return hidden[0](x)
    """
    with module_of(tmp_path, code) as (module, text):
        assert not Coverage(module, text).whole
