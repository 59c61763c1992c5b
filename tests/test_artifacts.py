"""Values that only their own code can make: saved in one process, loaded in another."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nb2service import places
from nb2service.running import run

# What the service has as model/predict.py: the names that still mean something in the notebook.
KEPT = """
import collections
import functools

STOP = {"the"}

def clean(text):
    return [word for word in text.lower().split() if word not in STOP]

words = lambda text: clean(text)[:2]

class Base:
    def twice(self, x):
        return 2 * x

@functools.lru_cache
def short(text):
    return text[:3]

def make_scale(by):
    def scale(x):
        return x * by
    return scale
"""
# What is gone in the end: classes that were defined again, functions inside functions.
GONE = """
import abc
import dataclasses
import enum
import typing

class Step(Base):
    def do(self, x):
        return self.twice(x) + 1

    def name(self):
        return super().twice(1)

first = Step()

class Step(Base):
    def do(self, x):
        return -x

second = Step()

class Step:
    pass

class Colour(enum.Enum):
    RED = "r"

colour = [Colour.RED, Colour.RED, Colour]

class Colour(enum.Enum):
    BLUE = "b"

@dataclasses.dataclass
class Pair:
    left: int
    right: list = dataclasses.field(default_factory=list)

pair, PAIR = Pair(1), None
del Pair

class Shape(abc.ABC):
    @abc.abstractmethod
    def area(self): ...

class Square(Shape):
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2

square = Square(3)
del Shape, Square

T = typing.TypeVar("T")

class Box(typing.Generic[T]):
    def __init__(self, item): self.item = item

box = Box[int](4)
del Box, T

scale = make_scale(3)
scales = {"two": make_scale(2), "words": words, "short": short}
nameless = [lambda text: clean(text)[0], lambda text: collections.Counter(text)["a"]]
# The first of them has a name as well, but no statement makes it by that name.
picked = nameless[0]
part = functools.partial(lambda x, y: x - y, y=1)
file = open(__file__)
mixed = {"old": first, "new": clean}
"""
NAMES = ["first", "second", "colour", "pair", "square", "box", "scale", "scales", "nameless"]
NAMES += ["part", "mixed", "words", "file"]

SAVE = """
import sys, json, pathlib
{boot}
from _nb2service.kernel.saving.describe import save
folder = pathlib.Path(sys.argv[1])
found = {{name: save(name, globals()[name], globals(), folder) for name in {names!r}}}
json.dump(found, sys.stdout)
"""
LOAD = """
import sys, json, importlib, pathlib
sys.path.insert(0, sys.argv[1])
found = json.loads(sys.argv[2])
from model import predict
class V: pass
v = V()
for name, entry in found.items():
    form = importlib.import_module("nb2service.formats." + entry["format"])
    data = pathlib.Path(sys.argv[1], entry["file"]).read_bytes()
    setattr(v, name, form.load(data, entry["state"]))
for line in sys.stdin:
    try:
        print(repr(eval(line)))
    except Exception as error:
        print(type(error).__name__, error)
"""


class Saved(NamedTuple):
    """What a process saved."""

    folder: Path
    found: dict[str, dict[str, Any]]


def save(folder: Path) -> Saved:
    """Run both halves of the notebook as a kernel would, and save the values."""
    folder.mkdir()
    notebook = folder / "cells.py"
    boot = f"exec({run._BOOT.format(folder=str(places.PACKAGE))!r}, {{}})"
    notebook.write_text(KEPT + GONE + SAVE.format(boot=boot, names=NAMES))
    done = subprocess.run(
        [sys.executable, "-B", notebook, folder],
        capture_output=True,
        text=True,
        env={"PYTHONHASHSEED": "0"},
    )
    assert done.returncode == 0, done.stderr
    (folder / "model").mkdir()
    (folder / "model" / "predict.py").write_text(KEPT)
    return Saved(folder, json.loads(done.stdout))


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Saved:
    return save(tmp_path_factory.mktemp("saved") / "one")


LOADED = [
    pytest.param("v.first.do(4), v.first.name()", "(9, 2)", id="a class that was defined again"),
    pytest.param("v.second.do(4)", "-4", id="the second of three of that name"),
    pytest.param("isinstance(v.first, predict.Base)", "True", id="its base is the service's own"),
    pytest.param("type(v.first) is type(v.mixed['old'])", "True", id="one class for two artifacts"),
    pytest.param("v.mixed['new'] is predict.clean", "True", id="what is still there, by name"),
    pytest.param("v.colour[0] is v.colour[1] is v.colour[2].RED", "True", id="an enum"),
    pytest.param("v.pair", "Pair(left=1, right=[])", id="a dataclass"),
    pytest.param("type(v.pair)(2)", "Pair(left=2, right=[])", id="its factories"),
    pytest.param("type(v.pair)()", "TypeError", id="its fields without a default"),
    pytest.param("v.square.area()", "9", id="an abstract class"),
    pytest.param("v.box.item", "4", id="a generic class"),
    pytest.param("v.scale(5)", "15", id="a closure"),
    pytest.param("v.scales['two'](5)", "10", id="closures in a dict"),
    pytest.param("v.scales['words'] is predict.words", "True", id="a lambda with a name"),
    pytest.param("v.scales['short'] is predict.short", "True", id="a cached function"),
    pytest.param("v.nameless[0]('The Cat')", "'cat'", id="a lambda"),
    pytest.param("v.nameless[1]('banana')", "3", id="it uses a module"),
    pytest.param("v.part(3)", "2", id="a lambda in a partial"),
    pytest.param("v.nameless[0].__globals__ is vars(predict)", "True", id="one set of globals"),
    pytest.param("v.first.do.__func__.__module__", "'model.predict'", id="its home"),
    pytest.param("v.nameless[0].__code__.co_filename", "'<artifact>'", id="no file of the kernel"),
]


def test_it_loads_in_the_service(saved: Saved) -> None:
    found = {k: v for k, v in saved.found.items() if v["kind"] == "artifact"}
    asked = [str(case.values[0]) for case in LOADED]
    done = subprocess.run(
        [sys.executable, "-B", "-c", LOAD, saved.folder, json.dumps(found)],
        input="\n".join(asked),
        capture_output=True,
        text=True,
        cwd=places.PACKAGE.parent,
    )
    assert done.returncode == 0, done.stderr
    answers = done.stdout.splitlines()
    for case, answer in zip(LOADED, answers, strict=True):
        assert answer.startswith(str(case.values[1])), (case.id, answer)


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        pytest.param("first", ["Base"], id="the base of an old class, not the new class"),
        pytest.param("scale", [], id="a closure carries what it closes over"),
        pytest.param("scales", ["short", "words"], id="what has a name"),
        pytest.param("nameless", ["clean", "collections"], id="the globals of lambdas"),
        pytest.param("words", ["clean"], id="the artifact's own name is not among them"),
        pytest.param("part", [], id="none"),
    ],
)
def test_it_needs_the_names_that_it_uses(saved: Saved, name: str, needs: list[str]) -> None:
    assert saved.found[name]["needs"] == needs


def test_what_cannot_be_saved_leaves_no_file(saved: Saved) -> None:
    expected = {"kind": "unsavable", "error": "PicklingError: an open file"}
    assert saved.found["file"] == expected
    assert not list(saved.folder.glob("file.*"))


def test_every_process_writes_the_same_bytes(saved: Saved) -> None:
    again = save(saved.folder.parent / "a longer name of the folder")
    assert again.found == saved.found


def test_nothing_tells_where_it_was_made(saved: Saved) -> None:
    for entry in saved.found.values():
        if entry["kind"] == "artifact":
            data = (saved.folder / entry["file"]).read_bytes()
            assert str(saved.folder).encode() not in data
            assert b"__main__" not in data
