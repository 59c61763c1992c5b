"""Pickling what the notebook defines under the name that it has in the service."""

import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import joblib
import pytest

from support import kernel_side

NOTEBOOK = """
import enum
from dataclasses import dataclass

class Scaler:
    def __init__(self, by): self.by = by
    def scale(self, x): return shift(x) * self.by

class Child(Scaler):
    pass

@dataclass
class Pair:
    left: int

class Colour(enum.Enum):
    RED = 1

def shift(x): return x + 1

add = lambda x: x + 2
add.__qualname__ = add.__name__ = "add"
"""


@pytest.fixture
def kernel() -> Iterator[Any]:
    with kernel_side() as package:
        yield package


@pytest.fixture
def notebook() -> dict[str, Any]:
    """The global names of a notebook, whose module is called `__main__`."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("__name__ = '__main__'" + NOTEBOOK, names)
    return names


@pytest.mark.parametrize(
    ("made", "asked", "then"),
    [
        pytest.param("Scaler(3)", {"Scaler"}, "value.scale(1) == 6", id="an object"),
        pytest.param(
            "[Child(2), {1: Scaler(3)}]", {"Child", "Scaler"}, "value[0].by == 2", id="two"
        ),
        pytest.param("Pair(4)", {"Pair"}, "value.left == 4", id="a dataclass"),
        pytest.param("Colour.RED", {"Colour"}, "value.name == 'RED'", id="an enum"),
        pytest.param("(shift, Scaler)", {"shift", "Scaler"}, "value[0](1) == 2", id="by reference"),
        pytest.param("add", {"add"}, "value(1) == 3", id="a lambda of that name"),
        pytest.param("{'plain': [1, 2]}", set(), "value == {'plain': [1, 2]}", id="nothing of it"),
    ],
)
@pytest.mark.parametrize("pickler", [pickle, joblib], ids=["pickle", "joblib"])
def test_it_loads_where_the_module_is_model_predict(
    kernel: Any,
    notebook: dict[str, Any],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    pickler: Any,
    made: str,
    asked: set[str],
    then: str,
) -> None:
    value = eval(made, notebook)
    saving = kernel.saving.pickles.under_model_predict(notebook)
    with saving as referenced, (tmp_path / "value").open("wb") as file:
        pickler.dump(value, file)
    assert referenced == asked
    assert b"__main__" not in (tmp_path / "value").read_bytes()
    extracted = ModuleType("model.predict")
    exec(NOTEBOOK, extracted.__dict__)
    monkeypatch.setitem(sys.modules, "model", ModuleType("model"))
    monkeypatch.setitem(sys.modules, "model.predict", extracted)
    with (tmp_path / "value").open("rb") as file:
        assert eval(then, {"value": pickler.load(file)})


def homes(notebook: dict[str, Any]) -> dict[str, str]:
    return {name: getattr(value, "__module__", "") for name, value in notebook.items()}


@pytest.mark.parametrize("fails", [False, True], ids=["it works", "it fails"])
@pytest.mark.parametrize(
    "theirs", [False, True], ids=["no module model", "a module model of theirs"]
)
def test_everything_is_as_it_was_before(
    kernel: Any,
    notebook: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    fails: bool,
    theirs: bool,
) -> None:
    if theirs:
        for name in ("model", "model.predict"):
            monkeypatch.setitem(sys.modules, name, ModuleType(name))
    modules, names, before = dict(sys.modules), dict(notebook), homes(notebook)
    assert "__main__" in before.values()
    try:
        with kernel.saving.pickles.under_model_predict(notebook):
            assert notebook["Scaler"].__module__ == "model.predict"
            assert sys.modules["model.predict"].Scaler is notebook["Scaler"]
            if fails:
                raise OSError("the disk is full")
    except OSError:
        assert fails
    assert homes(notebook) == before
    assert {k: v for k, v in sys.modules.items() if k.startswith("model")} == {
        k: v for k, v in modules.items() if k.startswith("model")
    }
    assert notebook == names


def test_what_a_library_defines_keeps_its_home(kernel: Any, notebook: dict[str, Any]) -> None:
    notebook["Path"] = Path
    with kernel.saving.pickles.under_model_predict(notebook) as referenced:
        data = pickle.dumps(Path("a"))
    assert Path.__module__ != "model.predict"
    assert referenced == set()
    assert b"pathlib" in data


def test_a_fresh_process_loads_it(kernel: Any, notebook: dict[str, Any], tmp_path: Path) -> None:
    with kernel.saving.pickles.under_model_predict(notebook):
        (tmp_path / "value").write_bytes(pickle.dumps(notebook["Scaler"](3)))
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "predict.py").write_text(NOTEBOOK)
    code = "import pickle; print(pickle.load(open('value', 'rb')).scale(1))"
    done = subprocess.run(
        [sys.executable, "-B", "-c", code], cwd=tmp_path, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("6\n", "")
